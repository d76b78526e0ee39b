import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod';
import { isFailure } from '../../../functions/platform/failure.ts';
import {
  envelopeTelemetry,
  flatTelemetry,
  flatTelemetryBatch,
  scadaTelemetry,
  xrayTelemetry,
} from '../../../functions/telemetry/formats.ts';
import { isMetricName } from '../../../functions/telemetry/metricName.ts';
import { decode } from '../../../functions/telemetry/stages/decode.ts';
import { schemaComponents } from '../../../lib/asyncapi/schemas.ts';
import { arbitraryOf } from '../../openapi/arbitraryOf.ts';
import { noon, profileOf } from './samples.ts';

const schemas = { flatTelemetry, flatTelemetryBatch, envelopeTelemetry, scadaTelemetry, xrayTelemetry };
const formatOf = (name: string) => name.replace(/Telemetry.*$/, '');
const read = (payload: unknown) =>
  decode(Buffer.from(JSON.stringify(payload)), { receivedAt: noon, profile: profileOf({ channels: ['a'] }) });

/** What a schema can't say, and a decoder refuses: numbers that no store takes, text in halves. */
function isBeyondSchemas(value: unknown): boolean {
  if (typeof value === 'number') return value !== 0 && (Math.abs(value) < 1e-100 || Math.abs(value) > 1e100);
  if (typeof value === 'string') {
    const bytes = Buffer.byteLength(value);
    // A schema counts letters, decoders count bytes: 64 of a unit.
    return bytes > 1024 || (bytes > 64 && bytes > value.length) || !value.isWellFormed();
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(isBeyondSchemas);
}
/** Nor that a name is taken: of the fields of each object that has metrics. */
const hasTakenName = (payload: { readonly payload?: object; readonly telemetry?: object; readonly batch?: object[] }) =>
  [payload, payload.payload, payload.telemetry, ...(payload.batch ?? [])]
    .flatMap((metrics = {}) => Object.keys(metrics))
    .some((name) => name !== 'deviceId' && !isMetricName(name));
/** Nor that all points of a batch are of one message and one device. */
const ofOneMessage = (payload: object) =>
  'batch' in payload
    ? {
        ...payload,
        batch: (payload.batch as Record<string, unknown>[]).map(({ messageId, id, deviceId, ...point }) => point),
      }
    : payload;
/** As wide as the device's type says. */
const ofOneChannel = (payload: object) =>
  'data' in payload
    ? { ...payload, data: (payload.data as [number, number[]][]).map(([offset, [value = 0]]) => [offset, [value]]) }
    : payload;

describe.each(Object.entries<z.ZodType>(schemas))('the schema %s', (name, schema) => {
  const collected = schemaComponents();
  const { $ref } = collected.add(name, schema);
  const components = Object.fromEntries(collected.components);

  test('allows nothing that its decoder refuses', () => {
    const payloads = (arbitraryOf({ $ref }, components) as fc.Arbitrary<object>)
      .map(ofOneChannel)
      .map(ofOneMessage)
      .filter((payload) => !isBeyondSchemas(payload))
      .filter((payload) => !hasTakenName(payload));
    fc.assert(
      fc.property(payloads, (payload) => {
        const outcome = read(payload);
        expect(isFailure(outcome) ? outcome.reason : outcome.format).toBe(formatOf(name));
      }),
      { numRuns: 100 },
    );
  });
});
