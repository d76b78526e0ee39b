import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { liveMessage } from '../../../functions/live/protocol.ts';
import { isFailure } from '../../../functions/platform/failure.ts';
import type { Decoded, MetricValue, Reading } from '../../../functions/telemetry/reading.ts';
import { readMessage } from '../../../functions/telemetry/readMessage.ts';
import { aggregate } from '../../../functions/telemetry/stages/aggregate.ts';
import { enrich } from '../../../functions/telemetry/stages/enrich.ts';
import { toLiveUpdates, toTimestreamRecords } from '../../../functions/telemetry/stages/format.ts';
import { normalise } from '../../../functions/telemetry/stages/normalise.ts';
import { validate } from '../../../functions/telemetry/stages/validate.ts';
import { noon, profileOf, routed, understood } from './samples.ts';

const decoded = (more: Partial<Decoded> = {}): Decoded => ({
  format: 'flat',
  messageId: undefined,
  claimedDeviceId: undefined,
  readings: [{ time: noon, values: { temperature: 21.5 } }],
  units: {},
  ...more,
});
const point = (time: number, values: Reading['values'] = { flow: 1 }): Reading => ({ time, values });
const metrics = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, index]));

describe('validate', () => {
  const broker = { deviceId: 'boiler-7', receivedAt: noon };
  const outcome = (more: Partial<Decoded>) => validate(decoded(more), broker);

  test('a claim to be another device is a failure of authentication, and permanent', () => {
    expect(outcome({ claimedDeviceId: 'boiler-8' })).toMatchObject({
      failureClass: 'authentication',
      reason: expect.stringContaining("it is from 'boiler-8', but 'boiler-7' published it"),
    });
    expect(outcome({ claimedDeviceId: 'boiler-7' })).not.toHaveProperty('failureClass');
  });

  test.each(['', 'a/b', 'x'.repeat(129), 'ä', 'a b'])('the message id %j is refused', (messageId) => {
    expect(outcome({ messageId })).toMatchObject({ failureClass: 'validation' });
  });

  test.each([
    ['no point', []],
    ['1001 points', Array.from({ length: 1001 }, (_, index) => point(noon + index))],
    ['a point without metrics', [point(noon, {})]],
    ['201 metrics', [point(noon, metrics(201))]],
    ['epoch seconds for milliseconds', [point(noon / 1000)]],
    ['a clock 15 minutes and a bit ahead', [point(noon + 900_001)]],
    ['a time beyond all calendars', [point(Number.POSITIVE_INFINITY)]],
  ])('%s is refused', (_, readings) => {
    expect(outcome({ readings })).toMatchObject({ reason: expect.stringContaining('expected') });
  });

  test.each([
    ['1000 points', Array.from({ length: 1000 }, (_, index) => point(noon - index))],
    ['200 metrics', [point(noon, metrics(200))]],
    ['a clock 15 minutes ahead', [point(noon + 900_000)]],
    ['a reading of long ago', [point(Date.UTC(2000, 0))]],
  ])('%s is taken', (_, readings) => {
    expect(isFailure(outcome({ readings }))).toBe(false);
  });
});

describe('enrich', () => {
  test('identity comes from the broker and the registry', () => {
    const profile = profileOf({ applicationId: 'plant', deviceType: 'boiler' });
    const message = routed({}, { deviceId: 'boiler-9' });
    expect(enrich(decoded({ claimedDeviceId: 'boiler-9' }), message, profile)).toMatchObject({
      deviceId: 'boiler-9',
      applicationId: 'plant',
      deviceType: 'boiler',
      receivedAt: noon,
    });
  });

  test('a unit of the payload wins over the one of the device type', () => {
    const profile = profileOf({ units: { temperature: '°F', flow: 'l/s' } });
    expect(enrich(decoded({ units: { temperature: 'K' } }), routed({}), profile).units).toEqual({
      temperature: 'K',
      flow: 'l/s',
    });
  });

  test('a message without an id has the same one at every delivery, and another publish another', () => {
    const idOf = (traceId: string, attempt: number) =>
      enrich(decoded(), routed({}, { traceId, attempt }), profileOf()).messageId;
    expect(idOf('t1', 0)).toBe(idOf('t1', 3));
    expect(idOf('t1', 0)).not.toBe(idOf('t2', 0));
    expect(idOf('t1', 0)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });
});

describe('normalise', () => {
  const stored = (value: MetricValue, unit: string) => {
    const { readings, units } = normalise(
      understood({ readings: [point(noon, { metric: value })], units: { metric: unit } }),
    );
    return [readings[0]?.values['metric'], units['metric']];
  };

  test.each<[value: number, unit: string, stored: number, as: string]>([
    [212, '°F', 100, 'Cel'],
    [-40, 'Fahrenheit', -40, 'Cel'],
    [273.15, 'K', 0, 'Cel'],
    [21.5, '℃', 21.5, 'Cel'],
    [21.5, ' Celsius ', 21.5, 'Cel'],
    [101325, 'Pa', 1013.25, 'hPa'],
    [1, 'bar', 1000, 'hPa'],
    [36, 'km/h', 10, 'm/s'],
    [55, 'percent', 55, '%'],
    [1500, 'mV', 1.5, 'V'],
    [3, 'l/s', 180, 'L/min'],
    [0.1, 'kW', 100, 'W'],
  ])('%d %s is stored as %d %s', (value, unit, ...expected) => {
    expect(stored(value, unit)).toEqual(expected);
  });

  test.each(['MV', 'furlong', 'constructor', 'toString', ''])('a number in %j is kept as it came', (unit) => {
    expect(stored(3, unit)).toEqual([3, unit]);
  });

  test('text and booleans are kept, whatever their unit', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.boolean()), fc.constantFrom('°F', 'psi', 'x'), (value, unit) => {
        expect(stored(value, unit)[0]).toBe(value);
      }),
    );
  });

  test('what is in the stored unit stays as it is to twelve digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(stored(value, 'Cel')[0]).toBeCloseTo(value, 5);
      }),
    );
  });
});

describe('aggregate', () => {
  const readings = fc.array(
    fc.record({
      time: fc.integer({ min: noon - 5, max: noon }),
      values: fc.dictionary(
        fc.constantFrom('a', 'b', 'c'),
        fc.oneof(fc.integer(), fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.boolean(), fc.constant('text')),
        { minKeys: 1 },
      ),
    }),
    { minLength: 1, maxLength: 20 },
  );

  /** The same, said as plainly as can be. */
  const naively = (given: readonly Reading[], metric: string) => {
    const points = given.flatMap(({ time, values }) => (metric in values ? [{ time, value: values[metric] }] : []));
    const numbers = points.map(({ value }) => value).filter((value) => typeof value === 'number');
    return {
      latest: points.toSorted((one, other) => one.time - other.time).at(-1),
      summary:
        given.length > 1 && numbers.length > 0
          ? {
              count: numbers.length,
              min: numbers.toSorted((one, other) => one - other)[0],
              max: numbers.toSorted((one, other) => other - one)[0],
              mean: expect.closeTo(numbers.reduce((sum, number) => sum + number, 0) / numbers.length, 3),
            }
          : undefined,
    };
  };

  test('latest, least, greatest and mean are those of the points', () => {
    fc.assert(
      fc.property(readings, (given) => {
        const { latest, summary, eventTime } = aggregate(understood({ readings: given }));
        for (const metric of ['a', 'b', 'c'])
          expect({ latest: latest[metric], summary: summary[metric] }).toEqual(naively(given, metric));
        expect(eventTime).toBe(Math.max(...given.map(({ time }) => time)));
      }),
    );
  });

  test('of two values at one time the later in the message counts', () => {
    expect(aggregate(understood({ readings: [point(noon), point(noon, { flow: 2 })] })).latest['flow']?.value).toBe(2);
  });
});

describe('format', () => {
  test('a point is a multi-measure record whose numbers are all DOUBLE, versioned by its arrival', () => {
    const message = understood({
      deviceType: 'boiler',
      readings: [point(noon, { flow: 3, state: 'on', alarm: false })],
    });
    expect(toTimestreamRecords(message)).toEqual([
      {
        Dimensions: [
          { Name: 'deviceId', Value: 'boiler-7' },
          { Name: 'applicationId', Value: 'default' },
          { Name: 'deviceType', Value: 'boiler' },
        ],
        Time: String(noon),
        Version: noon,
        MeasureValues: [
          { Name: 'alarm', Value: 'false', Type: 'BOOLEAN' },
          { Name: 'flow', Value: '3', Type: 'DOUBLE' },
          { Name: 'state', Value: 'on', Type: 'VARCHAR' },
        ],
      },
    ]);
  });

  test('points of one time are one record, for Timestream takes one', () => {
    const records = toTimestreamRecords(understood({ readings: [point(noon), point(noon, { flow: 2, level: 5 })] }));
    expect(records).toHaveLength(1);
    expect(records[0]?.MeasureValues).toEqual([
      { Name: 'flow', Value: '2', Type: 'DOUBLE' },
      { Name: 'level', Value: '5', Type: 'DOUBLE' },
    ]);
  });

  test('a point too wide for the 2 KB of a record is several, by measure name, and none of its metrics is lost', () => {
    const values = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`metric-${index}`, index]));
    const records = toTimestreamRecords(understood({ readings: [point(noon, { ...values, note: 'x'.repeat(1024) })] }));
    expect(records.length).toBeGreaterThan(1);
    expect(new Set(records.map(({ MeasureName }) => MeasureName)).size).toBe(records.length);
    const measures = records.flatMap(({ MeasureValues = [] }) => MeasureValues);
    expect(measures.map(({ Name }) => Name).sort()).toEqual([...Object.keys(values), 'note'].sort());
    for (const { MeasureValues = [] } of records) {
      const bytes = MeasureValues.map(
        ({ Name = '', Value = '', Type }) => Name.length + (Type === 'VARCHAR' ? Value.length : 8),
      );
      expect(bytes.reduce((sum, part) => sum + part, 0)).toBeLessThan(2000);
    }
  });

  test('a live update has the latest values, and the units of those alone', () => {
    const update = toLiveUpdates(understood({ roomId: 'hall', units: { temperature: 'Cel', other: 'm' } }));
    expect(update).toEqual([
      {
        channels: ['device:boiler-7', 'room:hall', 'application:default'],
        deviceId: 'boiler-7',
        roomId: 'hall',
        applicationId: 'default',
        messageId: 'm1',
        time: '2026-01-31T12:00:00.000Z',
        receivedAt: '2026-01-31T12:00:00.000Z',
        values: { temperature: 21.5 },
        units: { temperature: 'Cel' },
      },
    ]);
  });

  test('a message of long texts is several updates, each short enough to post, with nothing lost', () => {
    const values = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`m${index}`, '"'.repeat(2048)]));
    const updates = toLiveUpdates(understood({ readings: [point(noon, values)] }));
    expect(updates.every((update) => Buffer.byteLength(JSON.stringify(update)) < 40_000)).toBe(true);
    expect(Object.assign({}, ...updates.map((update) => update.values))).toEqual(values);
    expect(liveMessage.safeParse({ updates }).success).toBe(true);
  });
});

test('from bytes to what is stored: a hostile name of JavaScript is no name of a metric', () => {
  const bytes = Buffer.from('{"constructor": 1, "temperature": 2}');
  expect(readMessage(bytes, routed(bytes), profileOf())).toMatchObject({ failureClass: 'validation' });
});
