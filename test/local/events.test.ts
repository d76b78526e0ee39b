import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { Event } from '../../functions/model/event.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { archivedEvents, askArchive, queryOfThePage } from './eventArchive.ts';
import { newApplication } from './newApplication.ts';
import { newDevice, newDeviceId } from './newDevice.ts';
import { type Live, openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { orderFault } from './orderFault.ts';
import { type Person, signIn } from './signIn.ts';

jest.setTimeout(60_000);

const thingModel = {
  title: 'Boiler',
  events: {
    overheated: {
      data: {
        type: 'object',
        required: ['temperature'],
        properties: { temperature: { type: 'number', unit: 'Cel' }, severity: { type: 'string' } },
      },
    },
  },
};

let system: SystemUnderTest;
let admin: Person;
beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
});

/** A device that can speak, of a type that has an event, in a room of an application of its own. */
async function openPlant() {
  const { applicationId, member } = await newApplication(system, admin);
  const device = await newDevice(system);
  const { deviceId } = device;
  const roomId = newDeviceId('room');
  const call = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    as: Pick<Person, 'accessToken'> = admin,
  ) => callApi(system, { method, path: `/api/${path}`, as, ...(body && { body }) });
  await call('PUT', `applications/${applicationId}/device-types/boiler`, { thingModel });
  await call('POST', 'rooms', { applicationId, roomId, name: 'Hall' });
  await call('POST', 'devices', { applicationId, deviceId, deviceType: 'boiler', roomId });
  const eventsOf = async (path: string): Promise<Event[]> => (await call('GET', `${path}/events`)).json.items;
  return {
    applicationId,
    deviceId,
    roomId,
    member,
    call,
    eventsOf,
    note: async (text: string, severity = 'info'): Promise<Event> => {
      const { status, json } = await call('POST', `devices/${deviceId}/events`, { text, severity });
      expect(status).toBe(201);
      return json;
    },
    async tell(event: string, payload: string): Promise<void> {
      const connection = await connectDevice({ ...device, mqtt: system.mqtt });
      await connection.publish(`devices/events/${deviceId}/${event}`, Buffer.from(payload));
      await connection.close();
    },
  };
}

async function watch(channel: string): Promise<Live> {
  const live = await openLive(system);
  expect(await live.ask({ action: 'subscribe', channels: [channel] })).toMatchObject({ channels: [channel] });
  return live;
}

const heard = (live: Live, eventId: string) => live.changes.filter(({ data }) => data['eventId'] === eventId);

async function notified(eventId: string): Promise<boolean> {
  const { Item } = await system.db.send(
    new GetCommand({
      TableName: system.output('Data', 'EphemeralTableName'),
      Key: { id: `notification#${eventId}` },
      ConsistentRead: true,
    }),
  );
  return Item?.['doneAt'] !== undefined;
}

describe('an event of a device', () => {
  test('that the device tells of is recorded, shown to those who watch, and archived', async () => {
    const { applicationId, deviceId, roomId, eventsOf, tell } = await openPlant();
    const live = await watch(`room:${roomId}`);
    await tell('overheated', '{"temperature": 131, "severity": "critical"}');
    const told = await until('the event', async () =>
      (await eventsOf(`devices/${deviceId}`)).find(({ type }) => type === 'device.event'),
    );
    expect(told).toMatchObject({
      applicationId,
      entity: `device:${deviceId}`,
      actor: `device:${deviceId}`,
      data: { name: 'overheated', data: { temperature: 131 }, roomId },
      metadata: { deviceType: 'boiler', roomId },
    });
    const [change] = await until('the live change', () =>
      heard(live, told.eventId).length > 0 ? heard(live, told.eventId) : undefined,
    );
    expect(change).toMatchObject({ kind: 'event', deviceId, roomId, at: told.at, data: told });
    await until('the notification', () => notified(told.eventId));
    await until('the archive', async () => (await archivedEvents(system, applicationId)).includes(told.eventId));
    await live.close();
  });

  test('that its type does not have is refused: an event says so, and the dead letters have it with the reason', async () => {
    const { deviceId, eventsOf, tell } = await openPlant();
    await tell('exploded', '{}');
    const refused = await until('the refusal', async () =>
      (await eventsOf(`devices/${deviceId}`)).find(({ type }) => type === 'device.eventRefused'),
    );
    expect(refused.data).toMatchObject({ name: 'exploded', reason: expect.stringContaining('It has overheated.') });
    const QueueUrl = system.output('Events', 'EventsDeadLetterQueueUrl');
    await until('the dead letter', async () => {
      const { Messages = [] } = await system.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
      );
      const own = Messages.find(({ Body = '' }) => Body.includes(deviceId));
      if (own) await system.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: own.ReceiptHandle }));
      return own && JSON.parse(own.Body ?? '').reason === refused.data['reason'];
    });
  });

  test('that is delivered twice is one event', async () => {
    const { deviceId, eventsOf } = await openPlant();
    const send = (event: string, traceId: string) =>
      system.sqs.send(
        new SendMessageCommand({
          QueueUrl: system.output('Events', 'DeviceEventsQueueUrl'),
          MessageBody: JSON.stringify({
            ...{ deviceId, event, clientId: deviceId, receivedAt: Date.now() - 1000, traceId },
            payload: Buffer.from('{"temperature": 131}').toString('base64'),
          }),
        }),
      );
    const receivedAt = Date.now();
    const body = { deviceId, event: 'overheated', clientId: deviceId, receivedAt, traceId: ulid() };
    const payload = Buffer.from('{"temperature": 131}').toString('base64');
    const QueueUrl = system.output('Events', 'DeviceEventsQueueUrl');
    const MessageBody = JSON.stringify({ ...body, payload });
    for (let time = 0; time < 3; time += 1) await system.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    // It comes after them.
    await send('exploded', ulid());
    const events = await until('the last', async () => {
      const all = await eventsOf(`devices/${deviceId}`);
      return all.some(({ type }) => type === 'device.eventRefused') ? all : undefined;
    });
    expect(events.filter(({ type }) => type === 'device.event')).toHaveLength(1);
  });

  test('that a person notes is one of the device; a viewer may read it, and not write one', async () => {
    const { deviceId, roomId, call, eventsOf, note, member } = await openPlant();
    const noted = await note('valve replaced');
    expect(await eventsOf(`devices/${deviceId}`)).toContainEqual(noted);
    expect(noted).toMatchObject({ type: 'user.noted', data: { text: 'valve replaced', severity: 'info', roomId } });
    const viewer = await member('viewer');
    expect(await call('POST', `devices/${deviceId}/events`, { text: 'no' }, viewer)).toMatchObject({ status: 403 });
    expect(await call('GET', `devices/${deviceId}/events`, undefined, viewer)).toMatchObject({ status: 200 });
  });
});

test('events of a room are listed with it', async () => {
  const { applicationId, roomId, eventsOf, member, call } = await openPlant();
  expect(await eventsOf(`rooms/${roomId}`)).toMatchObject([
    { type: 'room.created', applicationId, entity: `room:${roomId}` },
  ]);
  const stranger = await signIn(system);
  expect(await call('GET', `rooms/${roomId}/events`, undefined, stranger)).toMatchObject({ status: 404 });
  expect(await call('GET', `rooms/${roomId}/events`, undefined, await member('viewer'))).toMatchObject({ status: 200 });
});

describe('the filters of subscriptions', () => {
  test('people are notified of a warning, and not of what is no more than information', async () => {
    const { note } = await openPlant();
    const [info, warning] = [await note('looks fine'), await note('it leaks', 'warning')];
    await until('the notification', () => notified(warning.eventId));
    expect(await notified(info.eventId)).toBe(false);
  });

  test('those who watch hear of devices and rooms; what is about neither is archived all the same', async () => {
    const { applicationId, note } = await openPlant();
    const live = await watch(`application:${applicationId}`);
    const other: Event = {
      eventId: ulid(),
      applicationId,
      at: new Date().toISOString(),
      type: 'application.tested',
      entity: `application:${applicationId}`,
      actor: 'system',
      data: {},
    };
    await system.db.send(new PutCommand({ TableName: system.output('Data', 'EventsTableName'), Item: other }));
    const noted = await note('after it');
    await until('the change', () => heard(live, noted.eventId).length > 0);
    expect(heard(live, other.eventId)).toEqual([]);
    await until('the archive', async () => (await archivedEvents(system, applicationId)).includes(other.eventId));
    await live.close();
  });
});

describe('when publishing fails', () => {
  test('an event that SNS took without saying so is told again under the same id, and archived under one', async () => {
    const { applicationId, deviceId, note } = await openPlant();
    const live = await watch(`device:${deviceId}`);
    const struck = await orderFault(system, {
      ...{ service: 'sns', kind: 'error', operation: 'Publish', caller: 'role' },
      ...{ after: true, count: 2 },
    });
    const noted = await note('twice', 'warning');
    await until('the second change', () => heard(live, noted.eventId).length > 1);
    expect(await struck()).toBe(2);
    await until('the notification', () => notified(noted.eventId));
    await until('the archive', async () => (await archivedEvents(system, applicationId)).includes(noted.eventId));
    await live.close();
  });

  test('an event whose publisher is killed is published by the next one', async () => {
    const { deviceId, note } = await openPlant();
    const live = await watch(`device:${deviceId}`);
    const struck = await orderFault(system, {
      ...{ service: 'lambda', kind: 'kill', function: system.output('Events', 'PublishFunctionName') },
      ...{ milliseconds: 0, count: 2 },
    });
    const noted = await note('survives');
    await until('both kills', async () => (await struck()) === 2);
    await until('the change', () => heard(live, noted.eventId).length > 0);
    await live.close();
  });
});

test('the archive answers the query of its page: each event is counted once', async () => {
  const { applicationId, note } = await openPlant();
  const notes: Event[] = [];
  for (const text of ['one', 'two', 'three']) notes.push(await note(text));
  await until('all of them in the archive', async () => {
    const ids = await archivedEvents(system, applicationId);
    return notes.every(({ eventId }) => ids.includes(eventId));
  });
  const day = String(notes[0]?.at).slice(0, 10);
  const rows = await askArchive(system, await queryOfThePage(applicationId, day));
  expect(rows).toContainEqual({ event_type: 'user.noted', events: '3' });
});
