import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { Event } from '../../functions/model/event.ts';
import { until } from '../until.ts';
import { archivedEvents, askArchive, queryOfThePage } from './eventArchive.ts';
import { type EventPlant, eventPlants, heardOf, isNotified, watchChannel } from './eventPlant.ts';
import type { Live } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { signIn } from './signIn.ts';

let system: SystemUnderTest;
let openPlant: () => Promise<EventPlant>;
let watch: (channel: string) => Promise<Live>;
beforeAll(async () => {
  system = await openSystem();
  openPlant = await eventPlants(system);
  watch = (channel) => watchChannel(system, channel);
});

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
      heardOf(live, told.eventId).length > 0 ? heardOf(live, told.eventId) : undefined,
    );
    expect(change).toMatchObject({ kind: 'event', deviceId, roomId, at: told.at, data: told });
    await until('the notification', () => isNotified(system, told.eventId));
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

  test('that the device sends again with the same message id is one event', async () => {
    const { deviceId, eventsOf, tell } = await openPlant();
    const [once, other] = [{ messageId: ulid() }, { messageId: ulid() }];
    await tell('overheated', '{"temperature": 131}', once);
    await tell('overheated', '{"temperature": 131}', once);
    await tell('overheated', '{"temperature": 132}', other);
    // It comes after them.
    await tell('exploded', '{}');
    const events = await until('the last', async () => {
      const all = await eventsOf(`devices/${deviceId}`);
      return all.some(({ type }) => type === 'device.eventRefused') ? all : undefined;
    });
    const temperatures = events.filter(({ type }) => type === 'device.event').map(({ data }) => data['data']);
    expect(temperatures.toReversed()).toEqual([{ temperature: 131 }, { temperature: 132 }]);
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
    await until('the notification', () => isNotified(system, warning.eventId));
    expect(await isNotified(system, info.eventId)).toBe(false);
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
    await until('the change', () => heardOf(live, noted.eventId).length > 0);
    expect(heardOf(live, other.eventId)).toEqual([]);
    await until('the archive', async () => (await archivedEvents(system, applicationId)).includes(other.eventId));
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
