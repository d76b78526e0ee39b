import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../../local/context.ts';
import { type Broker, createBroker } from '../../../../../local/iot/broker/broker.ts';
import { openPresence } from '../../../../../local/iot/broker/presence.ts';
import { openRetainedMessages } from '../../../../../local/iot/broker/retainedMessages.ts';
import { openWills } from '../../../../../local/iot/broker/wills.ts';
import type { RulesEngine } from '../../../../../local/iot/rules/engine.ts';
import { openTestRegistry } from '../openIot.ts';

let broker: Broker;
let published: Array<[topic: string, payload: unknown]>;
let opened: ReturnType<typeof openTestRegistry>;

const start = async () => {
  const log = { info() {}, warn() {}, error() {} };
  const rules = {
    publish: ({ topic, payload }: { topic: string; payload: Buffer }) =>
      void published.push([topic, JSON.parse(payload.toString())]),
  } as unknown as RulesEngine;
  return createBroker({ store: opened.store, log } as unknown as CloudContext, {
    registry: opened.registry,
    rules,
    retained: openRetainedMessages(opened.store),
  });
};

beforeEach(() => {
  published = [];
  opened = openTestRegistry();
});
afterEach(() => broker.close());

// AWS: "Lifecycle events", "MQTT"
test('after a crash, whoever was connected is told to be gone, and its last will is carried out once', async () => {
  openPresence(opened.store).connect({ clientId: 'a', principal: 'p', thingName: 'thing' }, false);
  openWills(opened.store).put('a', { topic: 'will', payload: Buffer.from('{"gone":true}'), qos: 1, retain: true });
  broker = await start();
  broker.recover();
  expect(published).toEqual([
    [
      '$aws/events/presence/disconnected/a',
      expect.objectContaining({
        clientId: 'a',
        thingName: 'thing',
        disconnectReason: 'SERVER_ERROR',
        clientInitiatedDisconnect: false,
        versionNumber: 0,
      }),
    ],
    ['will', { gone: true }],
  ]);
  await broker.close();
  expect(openRetainedMessages(opened.store).find('will')?.payload.toString()).toBe('{"gone":true}');
  published = [];
  broker = await start();
  broker.recover();
  expect(published).toEqual([]);
});
