import { describe, expect, test } from '@jest/globals';
import type { TimestreamTable } from '../../../../local/timestream/catalog.ts';
import { readRecords, type TimestreamRecord } from '../../../../local/timestream/records.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const table: TimestreamTable = {
  id: 1,
  database: 'db',
  name: 'table',
  memoryHours: 24,
  magneticDays: 30,
  magneticWrites: false,
  created: 0,
  updated: 0,
};
const magnetic = { ...table, magneticWrites: true };
const record = {
  Dimensions: [{ Name: 'deviceId', Value: 'a1' }],
  MeasureName: 'temperature',
  MeasureValue: '21.5',
  MeasureValueType: 'DOUBLE',
  Time: String(now),
};
const multi = (...MeasureValues: unknown[]) => ({
  ...record,
  MeasureName: 'reading',
  MeasureValue: undefined,
  MeasureValueType: 'MULTI',
  MeasureValues,
});
const read = (given: Record<string, unknown> = {}, common?: Record<string, unknown>, of = table) => {
  const [answer] = readRecords({ Records: [{ ...record, ...given }], CommonAttributes: common }, of, now);
  if (!answer) throw new Error('no answer');
  return answer;
};
const accepted = (...given: Parameters<typeof read>): TimestreamRecord => {
  const answer = read(...given);
  if ('reason' in answer) throw new Error(answer.reason);
  return answer;
};

// AWS: "WriteRecords", "Record" (Timestream for LiveAnalytics API reference)
describe('a record', () => {
  test('of one measure fills the column of its type', () => {
    expect(accepted()).toMatchObject({
      measureName: 'temperature',
      dimensions: { deviceId: 'a1' },
      measures: [{ name: 'measure_value::double', type: 'DOUBLE', value: '21.5' }],
      timeMicroseconds: BigInt(now) * 1000n,
      version: 1n,
      isLate: false,
    });
  });

  test('of several measures fills a column each', () => {
    const { measures } = accepted(
      multi({ Name: 'rsrp', Value: '-90', Type: 'BIGINT' }, { Name: 'charging', Value: 'true', Type: 'BOOLEAN' }),
    );
    expect(measures).toEqual([
      { name: 'rsrp', type: 'BIGINT', value: '-90' },
      { name: 'charging', type: 'BOOLEAN', value: 'true' },
    ]);
  });

  test.each([
    ['SECONDS', String(now / 1000), 1000n],
    ['MILLISECONDS', String(now), 1000n],
    [undefined, String(now), 1000n],
    ['MICROSECONDS', String(now * 1000), 1000n],
    ['NANOSECONDS', `${now}000000`, 1000n],
  ])('takes its time in %s', (TimeUnit, Time, factor) => {
    expect(accepted({ Time, TimeUnit }).timeMicroseconds).toBe(BigInt(now) * factor);
  });

  test('takes what is common to all, and its own instead', () => {
    const common = {
      Dimensions: [{ Name: 'site', Value: 'north' }],
      MeasureName: 'other',
      Version: 3,
      TimeUnit: 'SECONDS',
    };
    expect(accepted({ TimeUnit: 'MILLISECONDS' }, common)).toMatchObject({
      dimensions: { site: 'north', deviceId: 'a1' },
      measureName: 'temperature',
      version: 3n,
    });
    expect(accepted({ Version: 4, TimeUnit: 'MILLISECONDS' }, common).version).toBe(4n);
  });

  test('is the same point whatever the order of its dimensions, and another for another measure, time or dimension', () => {
    const two = (first: string, second: string) => [first, second].map((Name) => ({ Name, Value: 'x' }));
    const { key } = accepted({ Dimensions: two('a', 'b') });
    expect(accepted({ Dimensions: two('b', 'a') }).key).toEqual(key);
    expect(accepted({ Dimensions: two('b', 'a'), MeasureValue: '1' }).key).toEqual(key);
    for (const other of [
      { Dimensions: two('a', 'c') },
      { Dimensions: two('a', 'b'), MeasureName: 'humidity' },
      { Dimensions: two('a', 'b'), Time: String(now - 1) },
    ]) {
      expect(accepted(other).key).not.toEqual(key);
    }
  });

  test('says the same whatever the order of its measures and the writing of its numbers', () => {
    const [a, b] = [
      { Name: 'a', Value: '1.0', Type: 'DOUBLE' },
      { Name: 'b', Value: 'x', Type: 'VARCHAR' },
    ];
    const { digest } = accepted(multi(a, b));
    expect(accepted(multi(b, { ...a, Value: '1' })).digest).toEqual(digest);
    expect(accepted(multi(a, { ...b, Value: 'y' })).digest).not.toEqual(digest);
  });

  test('may have a dimension named as anything of JavaScript', () => {
    expect(accepted({ Dimensions: [{ Name: 'constructor', Value: 'x' }] }).dimensions).toEqual({ constructor: 'x' });
  });
});

// AWS: "Quotas" (Timestream for LiveAnalytics): future ingestion period, retention, naming constraints, system identifiers, data types
describe('a record is rejected', () => {
  test.each<[given: Record<string, unknown>, reason: string]>([
    [{ Dimensions: [] }, 'At least one dimension is required for a record.'],
    [
      {
        Dimensions: [
          { Name: 'a', Value: 'x' },
          { Name: 'a', Value: 'y' },
        ],
      },
      'The record has more than one dimension named a.',
    ],
    [{ Dimensions: [{ Name: 'a', Value: '' }] }, 'The dimension a has an empty value.'],
    [{ Dimensions: [{ Name: 'time', Value: 'x' }] }, 'The dimension name time is reserved.'],
    [{ Dimensions: [{ Name: 'ts_point', Value: 'x' }] }, 'The dimension name ts_point is reserved.'],
    [{ Dimensions: [{ Name: 'measure_name', Value: 'x' }] }, 'The dimension name measure_name is reserved.'],
    [{ MeasureName: undefined }, 'A measure name is required.'],
    [{ MeasureValue: undefined }, "The value '' of the measure measure_value::double is not a valid DOUBLE."],
    [{ MeasureValue: 'warm' }, "The value 'warm' of the measure measure_value::double is not a valid DOUBLE."],
    [{ MeasureValue: 'NaN' }, "The value 'NaN' of the measure measure_value::double is not a valid DOUBLE."],
    [{ MeasureValue: '0x10' }, "The value '0x10' of the measure measure_value::double is not a valid DOUBLE."],
    [
      { MeasureValue: '1.5', MeasureValueType: 'BIGINT' },
      "The value '1.5' of the measure measure_value::bigint is not a valid BIGINT.",
    ],
    [
      { MeasureValue: '9223372036854775808', MeasureValueType: 'BIGINT' },
      "The value '9223372036854775808' of the measure measure_value::bigint is not a valid BIGINT.",
    ],
    [
      { MeasureValue: 'yes', MeasureValueType: 'BOOLEAN' },
      "The value 'yes' of the measure measure_value::boolean is not a valid BOOLEAN.",
    ],
    [{ MeasureValueType: 'FLOAT' }, 'The type FLOAT of the measure measure_value::float is not valid.'],
    [multi(), 'A multi-measure record needs at least one measure value.'],
    [
      multi({ Name: 'a', Value: '1', Type: 'DOUBLE' }, { Name: 'a', Value: '2', Type: 'DOUBLE' }),
      'The record has more than one measure value named a.',
    ],
    [multi({ Name: 'ts_a', Value: '1', Type: 'DOUBLE' }), 'The measure name ts_a is reserved.'],
    [{ Time: 'now' }, "The time 'now' with unit 'undefined' is not valid."],
    [{ TimeUnit: 'MINUTES' }, `The time '${now}' with unit 'MINUTES' is not valid.`],
  ])('%j: %s', (given, reason) => {
    expect(read(given)).toEqual({ reason });
  });

  const minutes = (count: number) => String(now + count * 60_000);
  test.each<[title: string, time: string, of: TimestreamTable, outcome: string]>([
    [
      '15 minutes ahead',
      minutes(15),
      table,
      'The record timestamp is outside the time range [2026-02-28T12:00:00.000Z, 2026-03-01T12:15:00.000Z) of the memory store.',
    ],
    ['less ahead', minutes(14.9), table, 'memory'],
    ['at the edge of the memory store', minutes(-24 * 60), table, 'memory'],
    [
      'before the memory store',
      minutes(-24 * 60 - 1),
      table,
      'The record timestamp is outside the time range [2026-02-28T12:00:00.000Z, 2026-03-01T12:15:00.000Z) of the memory store.',
    ],
    ['before the memory store, with magnetic writes', minutes(-24 * 60 - 1), magnetic, 'magnetic'],
    [
      'before the magnetic store',
      minutes(-30 * 24 * 60 - 1),
      magnetic,
      'The record timestamp is outside the time range [2026-01-30T12:00:00.000Z, 2026-03-01T12:15:00.000Z) of the data ingestion window.',
    ],
  ])('by its time, %s', (_, Time, of, outcome) => {
    const answer = read({ Time }, undefined, of);
    expect('reason' in answer ? answer.reason : answer.isLate ? 'magnetic' : 'memory').toBe(outcome);
  });
});

describe('a request is refused as a whole', () => {
  test.each<[title: string, body: Record<string, unknown>, message: string]>([
    [
      'without records',
      { Records: [] },
      'Member must have length less than or equal to 100 and greater than or equal to 1',
    ],
    [
      'of 101 records',
      { Records: Array.from({ length: 101 }, () => record) },
      'Member must have length less than or equal to 100',
    ],
    [
      'whose common dimensions overlap',
      { Records: [record], CommonAttributes: { Dimensions: [{ Name: 'deviceId', Value: 'b' }] } },
      'The dimension deviceId is in the common attributes and in a record.',
    ],
    [
      'of the version 0',
      { Records: [{ ...record, Version: 0 }] },
      'The version of a record must be 1 or greater, not 0.',
    ],
  ])('%s', (_, body, message) => {
    expect(() => readRecords(body, table, now)).toThrow(message);
  });
});
