import { expect, test } from '@jest/globals';
import { followTwin } from '../../../../../scripts/fleet/behaviour/followTwin.ts';

/** A device whose connection is what a test says. */
async function openTwin() {
  const reported: unknown[] = [];
  let asked = 0;
  const listeners = new Map<string, (payload: Buffer) => void>();
  const returns: (() => void)[] = [];
  await followTwin({
    deviceId: 'weather-1',
    publish: async (topic, payload) => {
      if (topic.endsWith('/get')) asked += 1;
      else reported.push(JSON.parse(payload.toString()).state.reported);
    },
    listen: async (topic, hear) => void listeners.set(topic, hear),
    onReconnected: (act) => void returns.push(act),
  });
  const shadow = '$aws/things/weather-1/shadow';
  const common = { timestamp: 1, metadata: {} };
  return {
    reported,
    asked: () => asked,
    comeBack: () => {
      for (const act of returns) act();
    },
    delta: (version: number, state: object) =>
      listeners.get(`${shadow}/update/delta`)?.(Buffer.from(JSON.stringify({ ...common, version, state }))),
    document: (version: number, state: object) =>
      listeners.get(`${shadow}/get/accepted`)?.(Buffer.from(JSON.stringify({ ...common, version, state }))),
    garbage: () => listeners.get(`${shadow}/update/delta`)?.(Buffer.from('no JSON')),
  };
}

test('what is desired is reported', async () => {
  const twin = await openTwin();
  twin.delta(3, { target: 21, mode: { fan: 'slow' } });
  expect(twin.reported).toEqual([{ target: 21, mode: { fan: 'slow' } }]);
});

test('a delta that comes twice, or late, changes nothing', async () => {
  const twin = await openTwin();
  twin.delta(5, { target: 22 });
  twin.delta(5, { target: 22 });
  twin.delta(4, { target: 21 });
  twin.garbage();
  expect(twin.reported).toEqual([{ target: 22 }]);
});

test('what was desired while it was away is asked for when it is back, and reported once', async () => {
  const twin = await openTwin();
  expect(twin.asked()).toBe(1);
  twin.document(1, { reported: { target: 20 } });
  twin.comeBack();
  expect(twin.asked()).toBe(2);
  twin.document(7, { desired: { target: 25 }, reported: { target: 20 }, delta: { target: 25 } });
  twin.delta(7, { target: 25 });
  expect(twin.reported).toEqual([{ target: 25 }]);
});
