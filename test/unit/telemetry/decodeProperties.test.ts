import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFailure } from '../../../functions/platform/failure.ts';
import type { Decoded, DeviceProfile, MetricValue } from '../../../functions/telemetry/reading.ts';
import { readMessage } from '../../../functions/telemetry/readMessage.ts';
import { decode } from '../../../functions/telemetry/stages/decode.ts';
import { noon, profileOf, routed } from './samples.ts';

const profiles: fc.Arbitrary<DeviceProfile> = fc
  .constantFrom(undefined, undefined, undefined, undefined, 'envelope', 'xray', 'scada', 'flat')
  .map((format) => profileOf({ format }));

/** Payloads close to a format: every field may be right, wrong or missing. */
const rightOr = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 15, arbitrary: right }, fc.jsonValue({ maxDepth: 2 }));
const metricName = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('temperature', 'flow', 'a.b', 'x-1', 'failureClass', 'value') },
  fc.constantFrom('constructor', '__proto__', 'time', 'ts_x', 'hasOwnProperty'),
  fc.string({ unit: 'binary' }),
);
const number = fc.oneof({ weight: 9, arbitrary: fc.integer().map((whole) => whole / 8) }, fc.double());
const value = rightOr(
  fc.oneof(
    number,
    fc.boolean(),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.record({ value: number, unit: fc.constantFrom('°F', 'bar', 'constructor') }),
  ),
);
const metrics = rightOr(fc.dictionary(metricName, value, { maxKeys: 5 }));
const timestamp = rightOr(fc.oneof(fc.constant(noon), fc.constant('2026-01-31T12:00:00Z'), number));
const text = rightOr(fc.constantFrom('boiler-7', 'other', ''));
const units = rightOr(fc.dictionary(metricName, rightOr(fc.constantFrom('°F', 'Cel', 'toString')), { maxKeys: 3 }));
const point = fc.tuple(number, rightOr(fc.array(number, { minLength: 3, maxLength: 3 })));
const fields = { requiredKeys: [] };
const nearly = fc.oneof(
  metrics,
  fc
    .tuple(metrics, fc.record({ messageId: text, deviceId: text, timestamp, units }, fields))
    .map(([some, more]) => Object.assign({}, some, more)),
  fc.array(metrics, { maxLength: 4 }),
  fc.record({ messageId: text, units, timestamp, batch: rightOr(fc.array(metrics, { maxLength: 4 })) }, fields),
  fc.record(
    {
      id: text,
      source: text,
      type: fc.constantFrom('telemetry', 'event'),
      payload: metrics,
      timestamp,
      metadata: rightOr(fc.record({ units })),
    },
    fields,
  ),
  fc.record(
    {
      deviceId: text,
      telemetry: metrics,
      timestamp,
      units,
      metadata: rightOr(fc.record({ batteryLevel: value, location: rightOr(fc.record({ lat: value, lon: value })) })),
    },
    fields,
  ),
  fc.record({ deviceId: text, timestamp, data: rightOr(fc.array(rightOr(point), { maxLength: 4 })) }, fields),
);
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  {
    weight: 4,
    arbitrary: fc.tuple(nearly, fc.constantFrom(0, 0, 0, 0, 1)).map(([json, cut]) => {
      const bytes = Buffer.from(JSON.stringify(json));
      return bytes.subarray(0, bytes.length - cut);
    }),
  },
);

const isStorable = (candidate: MetricValue) =>
  typeof candidate === 'boolean' ||
  (typeof candidate === 'number' && Number.isFinite(candidate) && Math.abs(candidate) <= 1e100) ||
  (typeof candidate === 'string' &&
    candidate !== '' &&
    Buffer.byteLength(candidate) <= 1024 &&
    candidate.isWellFormed());

function expectStorable({ readings, units }: Pick<Decoded, 'readings' | 'units'>) {
  for (const { time, values } of readings) {
    expect(time).toEqual(expect.any(Number));
    expect(Object.keys(values).filter((name) => !/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name) || name in {})).toEqual(
      [],
    );
    expect(Object.values(values).filter((given) => !isStorable(given))).toEqual([]);
  }
  for (const unit of Object.values(units)) expect(unit).toMatch(/^.{1,64}$/su);
}

describe('whatever bytes come', () => {
  test('they are readings that every store takes, or a reason that says what would be right', () => {
    let accepted = 0;
    fc.assert(
      fc.property(payloads, profiles, (bytes, profile) => {
        const outcome = decode(bytes, { receivedAt: noon, profile });
        if (isFailure(outcome)) {
          expect(outcome.reason).toContain('expected');
          expect(outcome.reason.isWellFormed()).toBe(true);
          return;
        }
        accepted += 1;
        expectStorable(outcome);
      }),
      { numRuns: 3000 },
    );
    // Else the property speaks of refusals alone.
    expect(accepted).toBeGreaterThan(300);
  });

  test('the stages after decoding neither throw nor spoil them', () => {
    fc.assert(
      fc.property(payloads, profiles, (bytes, profile) => {
        const outcome = readMessage(bytes, routed(bytes), { ...profile, units: { temperature: 'psi', flow: 'F' } });
        if (isFailure(outcome)) expect(outcome.reason).toContain('expected');
        else expect(Object.values(outcome.latest).every(({ value: given }) => given !== Infinity)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('gzip of them is read as they are', () => {
    const context = { receivedAt: noon, profile: profileOf() };
    fc.assert(
      fc.property(
        payloads.filter((bytes) => bytes[0] !== 0x1f),
        (bytes) => expect(decode(gzipSync(bytes), context)).toEqual(decode(bytes, context)),
      ),
    );
  });
});
