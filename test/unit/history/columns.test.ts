import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binColumns, pointColumns } from '../../../functions/history/columns.ts';
import { chooseMetrics, type KnownMetric, knownMetrics } from '../../../functions/history/knownMetrics.ts';
import { telemetryCsv } from '../../../functions/history/telemetryCsv.ts';
import { findUnit, fromStored, toStored, unitsFrom } from '../../../functions/platform/units.ts';

const known = new Map<string, KnownMetric>([
  ['temperature', { kind: 'number', unit: 'Cel' }],
  ['pressure', { kind: 'number', unit: 'hPa' }],
  ['turns', { kind: 'number', unit: undefined }],
  ['depth', { kind: 'number', unit: 'furlong' }],
  ['status', { kind: 'string', unit: undefined }],
]);

describe('the units of an answer', () => {
  test.each([
    ['temperature:[degF]', 'temperature', 'mean', 21.5, 70.7, '[degF]'],
    ['temperature:K', 'temperature', 'max', 0, 273.15, 'K'],
    ['temperature:[degF]', 'temperature', 'stddev', 5, 9, '[degF]'],
    ['pressure:bar', 'pressure', 'sum', 1013, 1.013, 'bar'],
    ['pressure: psi', 'pressure', 'p95', 68.947572932, 1, '[psi]'],
    ['temperature:Cel', 'temperature', 'min', 21.12345678901234, 21.12345678901234, 'Cel'],
  ] as const)('%s: the %s %s of %d is %d %s', (units, metric, aggregate, stored, expected, unit) => {
    const [column] = binColumns(known, [metric], [aggregate], units);
    expect([column?.convert(stored), column?.unit]).toEqual([expected, unit]);
  });

  test('are none of a count, and what is stored where nothing is asked for', () => {
    const columns = binColumns(known, ['temperature'], ['count', 'mean'], 'temperature:K');
    expect(columns.map(({ aggregate, unit, convert }) => [aggregate, unit, convert(3)])).toEqual([
      ['count', undefined, 3],
      ['mean', 'K', 276.15],
    ]);
    expect(pointColumns(known, ['temperature', 'status'], undefined).map(({ unit }) => unit)).toEqual([
      'Cel',
      undefined,
    ]);
  });

  test.each([
    ['temperature:bar', "'bar' is no unit for 'temperature', which is stored in Cel; take one of Cel, [degF], K"],
    ['temperature:', '<metric>:<code> is expected'],
    ['humidity:%', 'names none of the metrics'],
    ['turns:m', "'turns' has no unit"],
    ['depth:m', 'stored in furlong and can not be converted'],
  ])('%s is refused: %s', (units, detail) => {
    expect(() => pointColumns(known, [...known.keys()], units)).toThrow(detail);
  });

  test('a sum of temperatures is refused in a unit of another zero', () => {
    expect(() => binColumns(known, ['temperature'], ['sum'], 'temperature:K')).toThrow('means nothing');
    expect(binColumns(known, ['temperature'], ['sum'], undefined)).toHaveLength(1);
  });

  test('lead back to what is stored, by the one table', () => {
    const stored = fc.constantFrom('Cel', 'hPa', '%', 'm/s', 'm', 'W', 'V', 'A', 'L/min', 'dB[mW]', 'lx', '[ppm]');
    fc.assert(
      fc.property(stored, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (unit, value) => {
        for (const code of unitsFrom(unit)) {
          const found = findUnit(code);
          if (found === undefined) throw new Error(`${code} is not found`);
          expect(found.code).toBe(code);
          expect(Math.abs(toStored(found, fromStored(found, value)) - value)).toBeLessThan(1e-5);
        }
      }),
    );
  });
});

describe('the metrics of an answer', () => {
  test('are those that devices were heard of with; the newest value says the unit', () => {
    const metric = (value: number | string, time: number, unit?: string) => ({
      value,
      time,
      receivedAt: time,
      messageId: 'm',
      ...(unit !== undefined && { unit }),
    });
    const state = (metrics: Record<string, ReturnType<typeof metric>>) => ({
      deviceId: 'a',
      metrics,
      lastSeen: 1,
      version: 1,
    });
    const found = knownMetrics([state({ a: metric(1, 5, 'm'), b: metric('x', 1) }), state({ a: metric(1, 9, 'Cel') })]);
    expect(found.get('a')).toMatchObject({ kind: 'number', unit: 'Cel' });
    expect(found.get('b')).toMatchObject({ kind: 'string' });
  });

  test('are all that will do, or those named', () => {
    const numbers = ({ kind }: KnownMetric) => kind === 'number';
    expect(chooseMetrics(known, undefined, numbers)).toEqual(['depth', 'pressure', 'temperature', 'turns']);
    expect(chooseMetrics(known, ['status', 'status'], numbers)).toEqual(['status']);
  });

  test('that nobody has heard of are refused, with what there is', () => {
    expect(() => chooseMetrics(known, ['flow'], () => true)).toThrow(
      "'flow' was never heard of here; there is depth, pressure",
    );
    expect(() => chooseMetrics(new Map(), ['flow'], () => true)).toThrow('there are no metrics');
  });

  test('are at most twenty', () => {
    const many = new Map(
      Array.from({ length: 21 }, (_, index) => [`m${index}`, { kind: 'number' as const, unit: undefined }]),
    );
    expect(() => chooseMetrics(many, undefined, () => true)).toThrow('name at most 20');
  });

  test('of text have no mean', () => {
    expect(() => binColumns(known, ['status'], ['mean'], undefined)).toThrow("mean of 'status', which is no number");
    expect(binColumns(known, ['status'], ['last', 'count'], undefined)).toHaveLength(2);
  });
});

test('CSV has a line for each time and a column for each series; a text is no formula', () => {
  const times = ['2026-01-31T12:00:00.000Z', '2026-01-31T12:01:00.000Z'];
  const csv = telemetryCsv({
    from: times[0] ?? '',
    to: times[1] ?? '',
    bin: '1m',
    times,
    series: [
      { metric: 'temperature', aggregate: 'mean', unit: 'Cel', values: [-1.5, null] },
      { deviceId: 'boiler-7', metric: 'status', aggregate: 'last', values: ['=1+1', 'a, "b"'] },
      { metric: 'open', aggregate: 'last', values: [true, false] },
    ],
  });
  expect(csv.split('\r\n')).toEqual([
    'time,temperature mean (Cel),boiler-7 status last,open last',
    "2026-01-31T12:00:00.000Z,-1.5,'=1+1,true",
    '2026-01-31T12:01:00.000Z,,"a, ""b""",false',
    '',
  ]);
});
