import '../platform/silent.ts';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeTogether } from '../../../functions/platform/records/change.ts';
import { announceBatch } from '../../../functions/provisioning/announce.ts';
import { completionOf } from '../../../functions/provisioning/announcement.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { noon, queued } from '../telemetry/samples.ts';
import { boiler, openRegistry } from './registry.ts';

let registry: ReturnType<typeof openRegistry>;
let sqs: ReturnType<typeof recordingClient>;
beforeEach(() => {
  registry = openRegistry();
  sqs = recordingClient();
});

const iotWith = (attributes: Record<string, string>) => recordingClient(() => ({ attributes }));
const message = (payload: unknown, receivedAt = noon, traceId = `trace-${receivedAt}`) =>
  queued({
    payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64'),
    deviceId: 'boiler-7',
    clientId: 'boiler-7',
    principal: 'c'.repeat(64),
    receivedAt,
    traceId,
  });
const announce = async (messages: ReturnType<typeof message>[], iot = iotWith({})) => {
  const handle = announceBatch({ ...registry, iot, sqs, deadLetterQueueUrl: 'dead' });
  return (await handle(messages, { getRemainingTimeInMillis: () => 1000 })).failed;
};

const eventTypes = async () => (await registry.all('events')).map(({ type }) => type).sort();

describe('a device announces itself', () => {
  test('and is registered in the application of its thing', async () => {
    expect(await announce([message({ model: 'TX-3' })], iotWith({ applicationId: 'plant' }))).toEqual([]);
    expect(await registry.get()).toMatchObject({ applicationId: 'plant', model: 'TX-3', status: 'active', version: 1 });
    expect(await eventTypes()).toEqual(['device.announced', 'device.registered']);
    expect(await registry.all('audit')).toMatchObject([
      { operation: 'announceDevice', actor: 'device:boiler-7', changes: { model: { to: 'TX-3' } } },
    ]);
  });

  test('and keeps what the registry knows besides', async () => {
    await registry.put({ roomId: 'hall', metadata: { floor: 2 }, deviceType: 'boiler' });
    await announce([message({ firmware: '2', deviceType: 'kettle', name: 'Seven' })]);
    expect(await registry.get()).toMatchObject({
      roomId: 'hall',
      metadata: { floor: 2 },
      deviceType: 'boiler',
      typeKey: 'plant#boiler',
      firmware: '2',
      name: 'Seven',
      nameKey: 'seven#boiler-7',
      version: 2,
    });
  });

  test('and is of the type that it says, with its units, if its application has that', async () => {
    await registry.put();
    await registry.putType({ applicationId: 'plant', typeName: 'kettle' });
    await announce([message({ deviceType: 'teapot', model: 'TX-3' })]);
    expect(await registry.get()).toMatchObject({ model: 'TX-3', version: 2 });
    expect(await registry.get()).not.toHaveProperty('deviceType');
    expect(await registry.all('events')).toMatchObject([{ data: { deviceType: 'teapot' } }]);
    await announce([message({ deviceType: 'kettle' }, noon + 1000)]);
    expect(await registry.get()).toMatchObject({
      deviceType: 'kettle',
      units: { temperature: 'Cel' },
      typeKey: 'plant#kettle',
    });
  });

  test('at the moment of its first reading, which is kept too', async () => {
    await registry.put();
    let isRead = false;
    const db = {
      send: async (command: object) => {
        if (command instanceof TransactWriteCommand && !isRead) {
          isRead = true;
          await registry.put({ status: 'active', metadata: { seen: true }, version: 2 });
        }
        return registry.db.send(command as never);
      },
    };
    const change = changeTogether({ db, auditTable: 'audit' });
    const handle = announceBatch({ ...registry, db, change, iot: iotWith({}), sqs, deadLetterQueueUrl: 'dead' });
    const { failed } = await handle([message({ model: 'TX-3' })], { getRemainingTimeInMillis: () => 1000 });
    expect(failed).toEqual([]);
    expect(await registry.get()).toMatchObject({ model: 'TX-3', metadata: { seen: true }, version: 3 });
  });

  test('late, and what it said later stays', async () => {
    await registry.put();
    await announce([message({ firmware: '2' }, noon + 1000), message({ firmware: '1' }, noon)]);
    expect(await registry.get()).toMatchObject({ firmware: '2', version: 2 });
    await announce([message({ firmware: '2' }, noon + 3000), message({ firmware: '1' }, noon + 2000)]);
    expect(await registry.get()).toMatchObject({ firmware: '2', version: 2 });
    expect(await eventTypes()).toEqual(['device.announced']);
  });

  test('is handled alone: a message that is not from the rule goes back, its neighbours do not', async () => {
    await registry.put();
    const foreign = queued({ no: 'message' }, 'foreign');
    expect(await announce([foreign, message({ model: 'TX-3' })])).toEqual([foreign]);
    expect(await registry.get()).toMatchObject({ model: 'TX-3' });
  });

  test('wrongly twice by redelivery is one event', async () => {
    await announce([message('{'), message('{')]);
    expect(await eventTypes()).toEqual(['device.announcementRefused']);
    expect(sqs.calls).toHaveLength(2);
  });

  test('a fault of a part leaves the message with SQS', async () => {
    const broken = recordingClient(() => {
      throw new Error('it is down');
    });
    const delivered = message({ model: 'TX-3' });
    expect(await announce([delivered], broken)).toEqual([delivered]);
    expect(await registry.all('events')).toEqual([]);
  });
});

const announcements = fc.record(
  {
    model: fc.constantFrom('a', 'b'),
    firmware: fc.constantFrom('1', '2'),
    capabilities: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    name: fc.constantFrom('one', 'two'),
    deviceType: fc.constantFrom('s', 't'),
  },
  { requiredKeys: [] },
);

test('the same announcement twice completes nothing the second time', () => {
  fc.assert(
    fc.property(announcements, announcements, (before, said) => {
      const known = { ...boiler, ...completionOf(boiler, before) };
      const completed = { ...known, ...completionOf(known, said) };
      expect(completionOf(completed, said)).toEqual({});
    }),
  );
});
