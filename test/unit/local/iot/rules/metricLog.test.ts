import { expect, test } from '@jest/globals';
import { openMetricLog } from '../../../../../local/iot/rules/metricLog.ts';
import { openStateStore } from '../../../../../local/storage/stateStore.ts';

const start = Date.UTC(2026, 0, 1);
const datum = { namespace: 'n', name: 'm', unit: 'Count', value: 1, time: start };

test('values of a minute share an entry, of each metric and unit', () => {
  const log = openMetricLog(openStateStore(':memory:'), start);
  for (const given of [
    {},
    { value: -2, time: start + 59_999 },
    { time: start + 60_000 },
    { unit: 'None' },
    { name: 'other' },
  ])
    log.add({ ...datum, ...given });
  expect(log.read('n', 'm', start, start + 60_000)).toEqual([
    { time: start, unit: 'Count', count: 2, sum: -1, minimum: -2, maximum: 1 },
    { time: start, unit: 'None', count: 1, sum: 1, minimum: 1, maximum: 1 },
  ]);
  expect(log.read('n', 'm', start + 60_000, start + 120_000)).toHaveLength(1);
});

// AWS: "Amazon CloudWatch concepts" (metrics retention)
test('what is older than 15 days goes when the log is opened', () => {
  const store = openStateStore(':memory:');
  openMetricLog(store, start).add(datum);
  const day = 24 * 3_600_000;
  expect(openMetricLog(store, start + 15 * day).read('n', 'm', 0, start + 1)).toHaveLength(1);
  expect(openMetricLog(store, start + 16 * day).read('n', 'm', 0, start + 1)).toHaveLength(0);
});
