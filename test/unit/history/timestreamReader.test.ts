import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { type AggregateName, aggregateNames } from '../../../functions/history/aggregates.ts';
import type { BinQuery, PointRow } from '../../../functions/history/telemetryReader.ts';
import { type KnownPoint, openStore } from './openStore.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Begins a bin of every length up to an hour, and is near enough for the memory store. */
const start = Math.floor(Date.now() / hour) * hour - 20 * hour;

let store: Awaited<ReturnType<typeof openStore>>;

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

/** What Timestream documents of each aggregate, by hand. */
const reference: Readonly<Record<Exclude<AggregateName, `p${string}`>, (values: readonly number[]) => number>> = {
  mean: (values) => reference.sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  count: (values) => values.length,
  first: (values) => values[0] ?? Number.NaN,
  last: (values) => values.at(-1) ?? Number.NaN,
  stddev: (values) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - reference.mean(values)) ** 2, 0) / (values.length - 1)),
};

const query = (more: Partial<BinQuery> & Pick<BinQuery, 'deviceIds' | 'columns'>): BinQuery => ({
  applicationId: 'plant',
  from: start,
  to: start + 4 * hour,
  bin: '1h',
  byDevice: false,
  ...more,
});

/** Few minutes, so that bins hold several points and some none; some points lack the metric. */
const points = fc.uniqueArray(
  fc.record({
    deviceId: fc.constantFrom('a', 'b'),
    time: fc.integer({ min: -30, max: 270 }).map((minutes) => start + minutes * minute),
    values: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((flow) => ({ flow: flow / 8 })) },
      fc.constant({ other: 1 }),
    ),
  }),
  { selector: ({ deviceId, time }) => `${deviceId} ${time}`, maxLength: 60 },
);

describe('bins', () => {
  const names = Object.keys(reference) as (keyof typeof reference)[];
  const columns = names.map((aggregate) => ({ metric: 'flow', aggregate }));

  test('of known points are what they amount to, for each aggregate, all devices together', async () => {
    await fc.assert(
      fc.asyncProperty(points, fc.constantFrom('5m' as const, '15m' as const, '1h' as const), async (drawn, bin) => {
        const run = ulid();
        const known = drawn.map((point): KnownPoint => ({ ...point, deviceId: `${point.deviceId}-${run}` }));
        await store.write([...known, { deviceId: 'none', time: start, values: { flow: 1 } }]);
        const deviceIds = ['none-such', ...new Set(known.map(({ deviceId }) => deviceId))];
        const length = { '5m': 5, '15m': 15, '1h': 60 }[bin] * minute;
        const inRange = known
          .filter(({ time, values }) => time >= start && time < start + 4 * hour && 'flow' in values)
          .sort((one, other) => one.time - other.time);
        const model = Map.groupBy(inRange, ({ time }) => Math.floor(time / length) * length);
        const rows = await store.reader.readBins(query({ deviceIds, columns, bin }));
        expect(rows.map(({ time }) => time)).toEqual([...model.keys()]);
        for (const { time, values } of rows) {
          const ofBin = model.get(time) ?? [];
          const numbers = ofBin.map((point) => Number(point.values['flow']));
          for (const [index, name] of names.entries()) {
            // Points of two devices at one time are each the first, or the last.
            const tied = new Set(ofBin.map((point) => point.time)).size < ofBin.length;
            if (tied && (name === 'first' || name === 'last')) continue;
            const expected = reference[name](numbers);
            if (Number.isNaN(expected)) expect(values[index]).toBeNull();
            else expect(values[index]).toBeCloseTo(expected, 6);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('have percentiles near those of the sorted values', async () => {
    const deviceId = `p-${ulid()}`;
    await store.write(
      Array.from({ length: 100 }, (_, index) => ({
        deviceId,
        time: start + ((index * 37) % 100) * 1000,
        values: { flow: index + 1 },
      })),
    );
    const wanted = aggregateNames.filter((name) => /^p\d/.test(name));
    const columns = wanted.map((aggregate) => ({ metric: 'flow', aggregate }));
    const [row] = await store.reader.readBins(query({ deviceIds: [deviceId], columns }));
    expect(wanted).toEqual(['p50', 'p90', 'p95', 'p99']);
    for (const [index, near] of [50, 90, 95, 99].entries())
      expect(Math.abs(Number(row?.values[index]) - near)).toBeLessThanOrEqual(2);
  });

  test('are a row for each device where they are asked for so', async () => {
    const [a, b] = [`a-${ulid()}`, `b-${ulid()}`];
    await store.write([
      { deviceId: a, time: start + minute, values: { flow: 1 } },
      { deviceId: b, time: start + minute, values: { flow: 3 } },
      { deviceId: b, time: start + hour, values: { flow: 5 } },
    ]);
    const columns = [{ metric: 'flow', aggregate: 'mean' as const }];
    expect(await store.reader.readBins(query({ deviceIds: [a, b], columns, byDevice: true }))).toEqual([
      { time: start, deviceId: a, values: [1] },
      { time: start, deviceId: b, values: [3] },
      { time: start + hour, deviceId: b, values: [5] },
    ]);
    expect(await store.reader.readBins(query({ deviceIds: [a, b], columns }))).toEqual([
      { time: start, values: [2] },
      { time: start + hour, values: [5] },
    ]);
  });

  test('hold nothing that the device sent in another application', async () => {
    const deviceId = `moved-${ulid()}`;
    await store.write([
      { deviceId, time: start, values: { flow: 1 }, applicationId: 'before' },
      { deviceId, time: start + minute, values: { flow: 3 } },
    ]);
    const columns = [{ metric: 'flow', aggregate: 'sum' as const }];
    expect(await store.reader.readBins(query({ deviceIds: [deviceId], columns }))).toEqual([
      { time: start, values: [3] },
    ]);
  });

  test('of texts and booleans are their first, last and count', async () => {
    const deviceId = `t-${ulid()}`;
    await store.write([
      { deviceId, time: start, values: { status: "it's on", ok: true } },
      { deviceId, time: start + minute, values: { flow: 1 } },
      { deviceId, time: start + 2 * minute, values: { status: 'off', ok: false } },
    ]);
    const columns = ['first', 'last', 'count'].flatMap((aggregate) =>
      ['status', 'ok'].map((metric) => ({ metric, aggregate: aggregate as AggregateName })),
    );
    const [row] = await store.reader.readBins(query({ deviceIds: [deviceId], columns }));
    expect(row?.values).toEqual(["it's on", true, 'off', false, 2, 2]);
  });
});

describe('points', () => {
  const read = (deviceId: string, metrics: string[], more: object) =>
    store.reader.readPoints({
      applicationId: 'plant',
      deviceId,
      metrics,
      from: start,
      to: start + hour,
      order: 'asc',
      limit: 1000,
      ...more,
    });

  test('come page by page, each once, in order', async () => {
    const deviceId = `r-${ulid()}`;
    const known = Array.from({ length: 95 }, (_, index) => ({
      deviceId,
      time: start + index * 1000,
      values: { flow: index },
    }));
    await store.write([...known].reverse());
    for (const order of ['asc', 'desc'] as const) {
      const found: PointRow[] = [];
      let [from, to] = [start, start + hour];
      for (;;) {
        const { points, hasMore } = await read(deviceId, ['flow'], { order, limit: 20, from, to });
        expect(points.length).toBeLessThanOrEqual(20);
        found.push(...points);
        if (!hasMore) break;
        const last = points.at(-1)?.time ?? 0;
        if (order === 'asc') from = last + 1;
        else to = last;
      }
      const model = known.map(({ time, values }) => ({ time, values: [values.flow] }));
      expect(found).toEqual(order === 'asc' ? model : model.reverse());
    }
  });

  test('that are several records in the store, by their width, are one', async () => {
    const deviceId = `w-${ulid()}`;
    const values = Object.fromEntries(
      Array.from({ length: 190 }, (_, index) => [`metric-with-a-long-name-${index}`, index]),
    );
    await store.write([{ deviceId, time: start, values }]);
    const metrics = [0, 95, 189].map((index) => `metric-with-a-long-name-${index}`);
    expect((await read(deviceId, metrics, {})).points).toEqual([{ time: start, values: [0, 95, 189] }]);
  });

  test('that have none of the metrics are left out', async () => {
    const deviceId = `n-${ulid()}`;
    await store.write([
      { deviceId, time: start, values: { flow: 1 } },
      { deviceId, time: start + 1, values: { other: 1 } },
    ]);
    expect((await read(deviceId, ['flow'], {})).points).toEqual([{ time: start, values: [1] }]);
  });
});

test('what comes from outside stays a value: ids with quotes find nothing, and names that are none are refused', async () => {
  const hostile = "x') OR ('' = '";
  const columns = [{ metric: 'flow', aggregate: 'count' as const }];
  await store.write([{ deviceId: 'victim', time: start, values: { flow: 1 } }]);
  expect(await store.reader.readBins(query({ deviceIds: [hostile], columns }))).toEqual([]);
  expect(await store.reader.readBins(query({ deviceIds: ['victim'], applicationId: hostile, columns }))).toEqual([]);
  await expect(
    store.reader.readBins(
      query({ deviceIds: ['victim'], columns: [{ metric: 'flow" FROM x --', aggregate: 'count' }] }),
    ),
  ).rejects.toThrow('no name');
});
