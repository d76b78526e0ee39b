import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../../local/context.ts';
import { type Broker, createBroker } from '../../../../../local/iot/broker/broker.ts';
import type { ConnectionIdentity } from '../../../../../local/iot/broker/connectionIdentity.ts';
import { openRetainedMessages } from '../../../../../local/iot/broker/retainedMessages.ts';
import type { RulesEngine } from '../../../../../local/iot/rules/engine.ts';
import { eventually } from '../../edge/localEdge.ts';
import { openTestRegistry } from '../openIot.ts';

let broker: Broker;
let lifecycle: string[];

beforeEach(async () => {
  lifecycle = [];
  const { store, registry } = openTestRegistry();
  const log = { info() {}, warn() {}, error() {} };
  const rules = {
    publish: ({ topic }: { topic: string }) => void (topic.startsWith('$aws/events') && lifecycle.push(topic)),
  } as unknown as RulesEngine;
  broker = await createBroker({ store, log } as unknown as CloudContext, {
    registry,
    rules,
    retained: openRetainedMessages(store),
  });
});
afterEach(() => broker.close());

const anybody: ConnectionIdentity = {
  principal: 'p',
  certificateId: undefined,
  sourceIp: undefined,
  policyFor: () => ({ thing: undefined, allowsConnect: () => true, allows: () => true, allowsOn: () => true }),
  isActive: () => true,
};

// MQTT 3.1.1, client id `a`
const connectPacket = ({ clean }: { clean: boolean }) =>
  Buffer.concat([
    Buffer.from([0x10, 13, 0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, clean ? 2 : 0, 0, 60, 0, 1, 0x61]),
  ]);
const subscribePacket = Buffer.from([0x82, 9, 0, 1, 0, 4, ...Buffer.from('news'), 1]);
const disconnectPacket = Buffer.from([0xe0, 0]);
const connack = 0x20;
const suback = 0x90;
const publish = 0x32;

/** A client that sends `behind` at once when the CONNACK is written: nothing faster can come over a network. */
function open({ clean, behind }: { clean: boolean; behind?: Buffer }) {
  const written: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      if (chunk[0] === connack && behind) stream.push(behind);
      done();
    },
  });
  broker.accept(stream, anybody);
  stream.push(connectPacket({ clean }));
  const first = (type: number) => written.find((chunk) => chunk[0] === type);
  return { stream, has: (type: number) => eventually(() => first(type) !== undefined), closed: () => stream.destroyed };
}

const subscribed = async () => {
  const client = open({ clean: false, behind: subscribePacket });
  await client.has(suback);
  return client;
};

test('a subscription that comes right behind the CONNACK is of the session, and is told of after the connection', async () => {
  const before = await subscribed();
  await eventually(() => lifecycle.length > 1);
  expect(lifecycle).toEqual(['$aws/events/presence/connected/a', '$aws/events/subscriptions/subscribed/a']);
  before.stream.push(disconnectPacket);
  await eventually(() => lifecycle.includes('$aws/events/presence/disconnected/a'));
  await broker.publish('news', Buffer.from('1'), { qos: 1, retain: false });
  await open({ clean: false }).has(publish);
});

test('so is one of a connection that takes the place of another', async () => {
  const old = open({ clean: true });
  await old.has(connack);
  const taking = await subscribed();
  expect(old.closed()).toBe(true);
  expect(lifecycle).toEqual([
    ...['connected', 'disconnected', 'connected'].map((event) => `$aws/events/presence/${event}/a`),
    '$aws/events/subscriptions/subscribed/a',
  ]);
  taking.stream.push(disconnectPacket);
  await eventually(() => lifecycle.length > 4);
  await broker.publish('news', Buffer.from('1'), { qos: 1, retain: false });
  await open({ clean: false }).has(publish);
});
