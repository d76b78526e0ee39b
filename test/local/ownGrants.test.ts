import { ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { createKeyAndRequest } from '../../scripts/fleet/deviceKey.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { takeDeadLetter } from './deadLetters.ts';
import { recordOf } from './messageRecords.ts';
import { newApplication } from './newApplication.ts';
import { newDevice, newDeviceId } from './newDevice.ts';
import { openLive, subscribeGone } from './openLive.ts';
import { clearFaults, orderFault } from './orderFault.ts';
import { ownSystem } from './ownSystem.ts';
import { rawMessage } from './rawArchive.ts';
import { signIn } from './signIn.ts';

// What takes grants that no other test uses: when all local tests have run, test/grantsReporter.js asks which none has.

const own = ownSystem({ sendAgain: true });

/** What strikes a rule that delivers to its queue, and how often it tries before it gives up. */
const noDelivery = { service: 'sqs', kind: 'error', operation: 'SendMessage', caller: 'rule' } as const;
const deliveryAttempts = 3;

const publish = (payload: string | Uint8Array) => own.connection.publish(own.device.topic, Buffer.from(payload));
const publishCount = async (count: number): Promise<string> => {
  const messageId = ulid();
  await publish(JSON.stringify({ messageId, count }));
  return messageId;
};
const record = (messageId: string) => recordOf(own.system, own.device.deviceId, messageId);

test('a person subscribes to a device, sees its updates, and leaves; a connection that is gone is forgotten', async () => {
  const channel = `device:${own.device.deviceId}`;
  const isThere = await subscribeGone(own.system, channel);
  const live = await openLive(own.system);
  await live.ask({ action: 'subscribe', channels: [channel] });
  const messageId = await publishCount(1);
  await until('the update', () => live.updates.find((update) => update.messageId === messageId));
  await until('the end of the other', async () => !(await isThere()));
  await live.ask({ action: 'unsubscribe', channels: [channel] });
  await live.close();
});

test('a connection whose access token is over is ended by the next update', async () => {
  const { db, output } = own.system;
  const TableName = output('Live', 'ConnectionsTableName');
  const channel = `device:${own.device.deviceId}`;
  const live = await openLive(own.system);
  await live.ask({ action: 'subscribe', channels: [channel] });
  const { Items: [subscription] = [] } = await db.send(
    new QueryCommand({
      TableName,
      IndexName: 'byChannel',
      KeyConditionExpression: 'channel = :channel',
      ExpressionAttributeValues: { ':channel': channel },
    }),
  );
  const over = Math.floor(Date.now() / 1000) - 1;
  await db.send(new PutCommand({ TableName, Item: { ...subscription, authorizedUntil: over } }));
  await publishCount(1);
  await live.closed;
});

test('devices are listed in every order, their type is changed, and all of it is taken away', async () => {
  const as = await signIn(own.system, { platformAdmin: true });
  const { applicationId, member } = await newApplication(own.system, as);
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => {
    const answer = await callApi(own.system, { method, path: `/api/${path}`, as, ...(body && { body }) });
    expect(answer).toMatchObject({ status: { GET: 200, PUT: 200, POST: 201, DELETE: 204 }[method] });
    return answer.json;
  };
  const [deviceId, gatewayId, roomId] = [newDeviceId(), newDeviceId('gateway'), newDeviceId('room')];
  const type = `applications/${applicationId}/device-types/boiler`;
  const typeWith = (unit: string) => ({
    thingModel: { title: 'Boiler', properties: { temperature: { type: 'number', unit } } },
  });
  await call('PUT', type, typeWith('Cel'));
  await call('POST', 'rooms', { applicationId, roomId, name: 'Hall' });
  await call('POST', 'devices', { applicationId, deviceId: gatewayId, kind: 'gateway' });
  await call('POST', 'devices', { applicationId, deviceId, deviceType: 'boiler', gatewayId });
  await call('PUT', type, typeWith('K'));
  expect(await call('GET', `devices/${deviceId}`)).toMatchObject({ units: { temperature: 'K' } });

  const listed = async (query: string) =>
    (await call('GET', `devices?applicationId=${applicationId}&${query}`)).items.map(
      (device: { deviceId: string }) => device.deviceId,
    );
  expect(await listed('sort=name')).toHaveLength(2);
  expect(await listed('type=boiler')).toEqual([deviceId]);
  expect(await listed(`gateway=${gatewayId}`)).toEqual([deviceId]);
  expect(await listed('kind=gateway')).toEqual([gatewayId]);
  expect((await call('GET', `applications/${applicationId}/device-types`)).items).toHaveLength(1);

  const channel = `room:${roomId}`;
  const live = await openLive(own.system, await member('viewer'));
  expect(await live.ask({ action: 'subscribe', channels: [channel] })).toMatchObject({ channels: [channel] });
  await live.close();

  for (const path of [`devices/${deviceId}`, `devices/${gatewayId}`, type, `rooms/${roomId}`])
    await call('DELETE', path);
  const audited = (await call('GET', `applications/${applicationId}/audit?limit=100`)).items;
  const operations = audited.map(({ operation }: { operation: string }) => operation);
  expect(operations).toEqual(expect.arrayContaining(['deleteDevice', 'deleteDeviceType', 'deleteRoom']));
  const path = `applications/${applicationId}/audit?entity=device:${deviceId}`;
  expect((await call('GET', path)).items.length).toBeGreaterThan(0);
});

test('anybody reads the documents, and the health of the system', async () => {
  for (const path of ['/api/openapi.json', '/api/docs', '/api/health'])
    expect(await callApi(own.system, { path })).toMatchObject({ status: 200 });
});

test('a request that failed has not used its Idempotency-Key up', async () => {
  const as = await signIn(own.system, { platformAdmin: true });
  const { applicationId } = await newApplication(own.system, as);
  const device = { applicationId, deviceId: newDeviceId() };
  const room = { applicationId, roomId: newDeviceId('room'), name: 'Hall' };
  const post = (path: string, body?: object, headers = {}) =>
    callApi(own.system, { method: 'POST', path: `/api/${path}`, headers, as, ...(body && { body }) });
  for (const [path, body] of [['devices', device] as const, ['rooms', room] as const])
    expect(await post(path, body)).toMatchObject({ status: 201 });
  for (const [status, path, body] of [
    [409, 'applications', { applicationId, name: 'Again' }],
    [409, 'devices', device],
    [409, 'rooms', room],
    [422, `devices/${device.deviceId}/commands`, { name: 'close' }],
    [404, `devices/${device.deviceId}/certificates/${'0'.repeat(64)}/revoke`, undefined],
  ] as const) {
    const ask = () => post(path, body, { 'idempotency-key': device.deviceId });
    const first = await ask();
    expect(first).toMatchObject({ status });
    expect(await ask()).toMatchObject({ status, json: first.json });
  }
  // Nothing that a person asks for fails it.
  await orderFault(own.system, {
    ...{ service: 'dynamodb', kind: 'error', operation: 'TransactWriteItems', caller: 'role' },
  });
  const note = () => post(`devices/${device.deviceId}/events`, { text: 'x' }, { 'idempotency-key': device.deviceId });
  expect(await note()).toMatchObject({ status: 500 });
  await clearFaults(own.system);
  expect(await note()).toMatchObject({ status: 201 });
  // Last, for the session is over with it.
  const wrong = { refreshToken: as.accessToken };
  expect(await post('auth/logout', wrong, { 'idempotency-key': device.deviceId })).toMatchObject({ status: 400 });
});

test('a message that the store fails on goes round, and so does one that the rule can not deliver', async () => {
  await orderFault(own.system, { service: 'timestream', kind: 'error', operation: 'WriteRecords', count: 2 });
  expect(await record(await publishCount(1))).toMatchObject({ disposition: 'stored', attempt: 1 });
  await orderFault(own.system, { ...noDelivery, count: deliveryAttempts });
  expect(await record(await publishCount(2))).toMatchObject({ disposition: 'stored', attempt: 1 });
  await clearFaults(own.system);
});

test('what a device says of itself comes to its queue, though its rule can not deliver it at first', async () => {
  const { system, device, connection } = own;
  const { deviceId } = device;
  const as = await signIn(system, { platformAdmin: true });
  const register = (body: object) =>
    callApi(system, { method: 'POST', path: '/api/devices', body: { applicationId: 'default', ...body }, as });
  const child = newDeviceId('child');
  expect(await register({ deviceId, kind: 'gateway' })).toMatchObject({ status: 201 });
  expect(await register({ deviceId: child, gatewayId: deviceId })).toMatchObject({ status: 201 });
  const item = async (name: string) =>
    (await system.db.send(new GetCommand({ TableName: system.tables.devices, Key: { deviceId, item: name } }))).Item;
  const afterFault = async (say: () => Promise<void>) => {
    const struck = await orderFault(system, { ...noDelivery, count: deliveryAttempts });
    await say();
    await until('the last attempt to deliver', async () => (await struck()) === deliveryAttempts);
  };
  await afterFault(async () => {
    await connection.publish(`devices/register/${deviceId}`, Buffer.from('{"model":"TX-3"}'));
    await until('the announcement', () => item('announcement'));
  });
  await afterFault(async () => {
    await connection.publish(`devices/heartbeat/${deviceId}`, Buffer.from(''));
    await until('the heartbeat', async () => (await item('presence'))?.['lastHeartbeat']);
  });
  await afterFault(async () => {
    const update = JSON.stringify({ state: { reported: { heat: 20 } } });
    await connection.publish(`$aws/things/${deviceId}/shadow/update`, Buffer.from(update));
    await until('the history of the twin', async () => {
      const { json } = await callApi(system, { path: `/api/devices/${deviceId}/twin/history`, as });
      return json.items.length === 1;
    });
  });
  await afterFault(async () => {
    // Of no type that has it: refused, and an event says so.
    await connection.publish(`devices/events/${deviceId}/overheated`, Buffer.from('{}'));
    const events = async () => (await callApi(system, { path: `/api/devices/${deviceId}/events`, as })).json.items;
    const isRefusal = ({ type }: { readonly type: string }) => type === 'device.eventRefused';
    await until('the refusal', async () => (await events()).some(isRefusal));
  });
  const { certificateSigningRequest } = await createKeyAndRequest(deviceId);
  const rotation = `devices/certificates/${deviceId}/rotate`;
  const refusals: string[] = [];
  // Before the fault: a subscription is told of too, by a rule.
  await connection.listen(`${rotation}/rejected`, (payload) => refusals.push(payload.toString()));
  await afterFault(async () => {
    await connection.publish(rotation, Buffer.from(JSON.stringify({ certificateSigningRequest })));
    // What a rule tells of its failure does not say with which certificate the message came.
    expect(await until('the refusal', () => refusals[0])).toContain('Connect, and ask again');
  });
  await afterFault(async () => {
    const update = JSON.stringify({ state: { reported: { heat: 20 } } });
    await connection.publish(`$aws/things/${deviceId}/shadow/name/oven/update`, Buffer.from(update));
    await until('the history of the named shadow', async () => {
      const { json } = await callApi(system, { path: `/api/devices/${deviceId}/twin/shadows/oven/history`, as });
      return json.items.length === 1;
    });
  });
  for (const [who, topic] of [
    [deviceId, `devices/commands/${deviceId}/response`],
    [child, `gateways/${deviceId}/devices/commands/${child}/response`],
  ] as const)
    await afterFault(async () => {
      await connection.publish(topic, Buffer.from('no JSON'));
      const QueueUrl = system.output('Commands', 'CommandsDeadLetterQueueUrl');
      await until('the response among the dead letters', async () => {
        const { Messages = [] } = await system.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
        );
        return Messages.some(({ Body = '' }) => Body.includes(`"deviceId":"${who}"`));
      });
    });
  const other = await newDevice(system);
  const { deviceId: otherId } = other;
  expect(await register({ deviceId: otherId })).toMatchObject({ status: 201 });
  const isConnected = (wanted: boolean) =>
    until(`${otherId} to be ${wanted ? '' : 'dis'}connected`, async () => {
      const Key = { deviceId: otherId, item: 'presence' };
      const { Item } = await system.db.send(new GetCommand({ TableName: system.tables.devices, Key }));
      return Item?.['connected'] === wanted;
    });
  let itsConnection: DeviceConnection | undefined;
  await afterFault(async () => {
    itsConnection = await connectDevice({ ...other, mqtt: system.mqtt });
    await isConnected(true);
  });
  await afterFault(async () => itsConnection?.listen(`devices/commands/${otherId}`, () => {}));
  await afterFault(async () => {
    await itsConnection?.close();
    await isConnected(false);
  });
  const publishForChild = async () => {
    const messageId = ulid();
    const topic = `gateways/${deviceId}/devices/telemetry/${child}`;
    await connection.publish(topic, Buffer.from(JSON.stringify({ messageId, count: 1 })));
    return recordOf(system, child, messageId);
  };
  expect(await publishForChild()).toMatchObject({ disposition: 'stored', attempt: 0 });
  await afterFault(async () => {
    expect(await publishForChild()).toMatchObject({ disposition: 'stored', attempt: 1 });
  });
});

test('a message that kills its function each time is dead-lettered, and its bytes are kept', async () => {
  await own.system.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: own.system.output('Ingestion', 'TelemetryQueueUrl'),
      Attributes: { VisibilityTimeout: '2' },
    }),
  );
  const struck = await orderFault(own.system, {
    ...{ service: 'lambda', kind: 'kill', count: 5 },
    function: own.system.output('Ingestion', 'IngestFunctionName'),
  });
  const messageId = ulid();
  const payload = JSON.stringify({ messageId, count: 1 });
  await publish(payload);
  const poison = await record(messageId);
  expect(await struck()).toBe(5);
  expect(poison).toMatchObject({ disposition: 'dead-lettered', failureClass: 'processing' });
  expect((await rawMessage(own.system, poison.raw)).toString()).toBe(payload);
  const letter = await takeDeadLetter(own.system, `${own.device.deviceId}/${poison.messageId}`);
  expect(letter).toMatchObject({ disposition: 'dead-lettered', reason: poison.reason });
});
