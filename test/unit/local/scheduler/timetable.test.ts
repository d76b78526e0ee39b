import { describe, expect, test } from '@jest/globals';
import { ruleTimetable, scheduleTimetable } from '../../../../local/scheduler/timetable.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 16));

/** The next three times of a cron expression after a given one. */
function times(expression: string, zone: string, after: string): Array<string | undefined> {
  const table = scheduleTimetable({ expression: `cron(${expression})`, zone });
  const found: Array<string | undefined> = [];
  for (let time: number | undefined = at(after); found.length < 3 && time !== undefined; ) {
    time = table.following(time, time);
    found.push(iso(time));
  }
  return found;
}

// AWS: "Schedule types in EventBridge Scheduler"; "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge"
describe('cron', () => {
  const after = '2026-01-01T00:00';
  test.each<[expression: string, expected: string[]]>([
    ['0 10 * * ? *', ['2026-01-01T10:00', '2026-01-02T10:00', '2026-01-03T10:00']],
    ['15 12 * * ? *', ['2026-01-01T12:15', '2026-01-02T12:15', '2026-01-03T12:15']],
    ['0 18 ? * MON-FRI *', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
    ['0 8 1 * ? *', ['2026-01-01T08:00', '2026-02-01T08:00', '2026-03-01T08:00']],
    ['0/15 * * * ? *', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45']],
    ['0/20 8-9 ? * 2,6 *', ['2026-01-02T08:00', '2026-01-02T08:20', '2026-01-02T08:40']],
    ['0 0 L * ? *', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['0 0 31W * ? *', ['2026-01-30T00:00', '2026-03-31T00:00', '2026-05-29T00:00']],
    ['0 0 1W 8,11 ? *', ['2026-08-03T00:00', '2026-11-02T00:00', '2027-08-02T00:00']],
    ['15 10 ? * 6L *', ['2026-01-30T10:15', '2026-02-27T10:15', '2026-03-27T10:15']],
    ['0 0 ? * L *', ['2026-01-03T00:00', '2026-01-10T00:00', '2026-01-17T00:00']],
    ['0 9 ? FEB,MAR 3#2 *', ['2026-02-10T09:00', '2026-03-10T09:00', '2027-02-09T09:00']],
    ['0 0 29 2 ? 2027-2032/1', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ])('%s', (expression, expected) => {
    expect(times(expression, 'UTC', after).filter(Boolean)).toEqual(expected);
  });

  // "Daylight savings time in EventBridge Scheduler"
  test('stays at its time of day when clocks change, is left out in the hour that is skipped, and runs once in the one that is repeated', () => {
    expect(times('0 12 * * ? *', 'Europe/Berlin', '2026-03-28T00:00')).toEqual([
      '2026-03-28T11:00',
      '2026-03-29T10:00',
      '2026-03-30T10:00',
    ]);
    expect(times('30 2 * * ? *', 'Europe/Berlin', '2026-03-28T00:00')).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
    expect(times('30 2 * * ? *', 'Europe/Berlin', '2026-10-24T23:00')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
      '2026-10-27T01:30',
    ]);
  });

  test('knows zones a day away from UTC', () => {
    expect(times('0 0 1 1 ? *', 'Pacific/Kiritimati', '2026-06-01T00:00')[0]).toBe('2026-12-31T10:00');
    expect(times('0 23 31 12 ? *', 'Pacific/Pago_Pago', '2026-06-01T00:00')[0]).toBe('2027-01-01T10:00');
  });
});

test('a rate of a schedule begins at once or at its start, keeps its beat, and makes one late time of those it missed', () => {
  const table = scheduleTimetable({ expression: 'rate(5 minutes)', zone: 'UTC' });
  expect(table.first(1000)).toBe(1000);
  expect(table.following(1000, 1500)).toBe(301_000);
  expect(table.following(1000, 1000 + 3_600_000)).toBe(1000 + 3_900_000);
  const started = scheduleTimetable({ expression: 'rate(1 day)', zone: 'UTC', start: 5000, end: 86_405_000 });
  expect(started.first(1000)).toBe(5000);
  expect(started.following(5000, 5000)).toBeUndefined();
});

test('a schedule at a time runs once, in its zone', () => {
  const table = scheduleTimetable({ expression: 'at(2026-07-01T09:00:00)', zone: 'Europe/Berlin' });
  expect(iso(table.first(at('2026-01-01T00:00')))).toBe('2026-07-01T07:00');
  expect(table.following(at('2026-07-01T07:00'), at('2026-07-01T07:00'))).toBeUndefined();
  expect(table.first(at('2027-01-01T00:00'))).toBeUndefined();
});

test('a rate of a rule is counted from its making', () => {
  expect(ruleTimetable('rate(1 hour)').first(0)).toBe(3_600_000);
});

test.each<[expression: string, reason: RegExp]>([
  ['cron(0 10 * * *)', /six fields/],
  ['cron(0 10 * * * *)', /must be \?/],
  ['cron(0 10 ? * ? *)', /must be \?/],
  ['cron(60 10 * * ? *)', /'60' is no minutes/],
  ['cron(0 10-8 * * ? *)', /'10-8' is no hours/],
  ['cron(0 0/0 * * ? *)', /'0\/0' is no hours/],
  ['cron(0 10 32 * ? *)', /'32' is no day of month/],
  ['cron(0 10 * FOO ? *)', /'FOO' is no month/],
  ['cron(0 10 ? * 0 *)', /'0' is no day of week/],
  ['cron(0 10 ? * 3#6 *)', /'3#6' is no day of week/],
  ['cron(0 10 * * ? 1969)', /'1969' is no year/],
  ['rate(0 minutes)', /positive/],
  ['rate(5 weeks)', /no schedule expression/],
  ['at(2026-07-01)', /at takes/],
  ['every day', /no schedule expression/],
])('%s is refused', (expression, reason) => {
  expect(() => scheduleTimetable({ expression, zone: 'UTC' })).toThrow(reason);
});

test('a zone that is none, a rule at a time, and a unit in the wrong number are refused', () => {
  expect(() => scheduleTimetable({ expression: 'rate(1 minute)', zone: 'Mars/Base' })).toThrow(/no time zone/);
  expect(() => ruleTimetable('at(2026-07-01T00:00:00)')).toThrow(/no schedule expression/);
  expect(() => ruleTimetable('rate(1 minutes)')).toThrow(/has the unit minute$/);
  expect(() => ruleTimetable('rate(2 minute)')).toThrow(/has the unit minutes/);
});
