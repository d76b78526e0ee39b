import { join } from 'node:path';
import {
  DescribeCertificateCommand,
  DescribeThingCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsV2Command,
} from '@aws-sdk/client-iot';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { AuditEntry } from '../../functions/model/audit.ts';
import type { Certificate } from '../../functions/model/certificate.ts';
import type { Event } from '../../functions/model/event.ts';
import { type Claim, makeClaim, provisionByClaim, readClaim } from '../../scripts/fleet/claim.ts';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { createKeyAndRequest } from '../../scripts/fleet/deviceKey.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { recordOf } from './messageRecords.ts';
import { openSession } from './mqttSession.ts';
import { keepDevice, type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

let system: SystemUnderTest;
let admin: Person;
let claim: Claim;

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  const folder = join(system.devicesDir, newDeviceId('claim'));
  await makeClaim(system, new IoTClient(system.client), folder);
  claim = await readClaim(folder);
});

const api = (method: 'DELETE' | 'GET' | 'POST', path: string, body?: unknown) =>
  callApi(system, { method, path, as: admin, ...(body !== undefined && { body }) });

/** A device in the registry, by the API. */
async function registered(name = 'device', more: object = {}): Promise<string> {
  const deviceId = newDeviceId(name);
  const { status } = await api('POST', '/api/devices', { deviceId, applicationId: 'default', ...more });
  expect(status).toBe(201);
  return deviceId;
}

const itemOf = async (deviceId: string, item: string) =>
  (await system.db.send(new GetCommand({ TableName: system.tables.devices, Key: { deviceId, item } }))).Item;

async function journalOf<Entry>(table: 'Events' | 'Audit', deviceId: string): Promise<Entry[]> {
  const { Items } = await system.db.send(
    new QueryCommand({
      TableName: system.output('Data', `${table}TableName`),
      IndexName: 'byEntity',
      KeyConditionExpression: 'entity = :device',
      ExpressionAttributeValues: { ':device': `device:${deviceId}` },
    }),
  );
  return (Items ?? []) as Entry[];
}

const eventsOf = async (deviceId: string, type: string) =>
  (await journalOf<Event>('Events', deviceId)).filter((event) => event.type === type);

const statusOf = async (certificateId: string) =>
  (await system.iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;

const connect = (device: NewDevice) => connectDevice({ ...device, mqtt: system.mqtt, patience: 0 });

/** Publishes a reading, and waits until it is stored. */
async function sendReading(connection: DeviceConnection, { deviceId, topic }: NewDevice): Promise<void> {
  const messageId = ulid();
  await connection.publish(topic, Buffer.from(JSON.stringify({ messageId, temperature: 20 })));
  expect(await recordOf(system, deviceId, messageId)).toMatchObject({ disposition: 'stored' });
}

describe('provisioning by claim', () => {
  test('gives a device with its token a thing, a certificate of its own key and the device policy', async () => {
    const deviceId = await registered();
    const { status, json, headers } = await api('POST', `/api/devices/${deviceId}/provisioning-token`, {
      validMinutes: 5,
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json).toMatchObject({ deviceId, token: expect.stringMatching(/^[\w-]{43}$/) });

    const { telemetryRule, ...certificate } = await provisionByClaim(claim, deviceId, json.token);
    expect(telemetryRule).toBe(system.telemetryRule);
    const thing = await system.iot.send(new DescribeThingCommand({ thingName: deviceId }));
    expect(thing).toMatchObject({
      thingTypeName: system.output('Ingestion', 'DeviceThingTypeName'),
      attributes: { applicationId: 'default' },
    });
    const { thingGroups } = await system.iot.send(new ListThingGroupsForThingCommand({ thingName: deviceId }));
    expect(thingGroups).toMatchObject([{ groupName: system.output('Provisioning', 'ThingGroupName') }]);
    const device = await keepDevice(system, deviceId, certificate);
    const { thingPrincipalObjects } = await system.iot.send(new ListThingPrincipalsV2Command({ thingName: deviceId }));
    expect(thingPrincipalObjects).toEqual([
      { principal: device.certificateArn, thingPrincipalType: 'EXCLUSIVE_THING' },
    ]);
    const { policies } = await system.iot.send(new ListAttachedPoliciesCommand({ target: device.certificateArn }));
    expect(policies).toMatchObject([{ policyName: system.output('Ingestion', 'DevicePolicyName') }]);

    const connection = await connect(device);
    await sendReading(connection, device);
    await connection.close();

    expect(await eventsOf(deviceId, 'device.provisioned')).toMatchObject([
      { actor: `device:${deviceId}`, data: { certificateId: device.certificateId } },
    ]);
    const audit = await journalOf<AuditEntry>('Audit', deviceId);
    expect(audit.map(({ operation, actor }) => `${actor} ${operation}`)).toEqual([
      `user:${admin.userId} createDevice`,
      `user:${admin.userId} createProvisioningToken`,
      `device:${deviceId} provisionByClaim`,
      `device:${deviceId} firstMessage`,
    ]);
    expect(JSON.stringify(audit)).not.toContain(json.token);
  });

  test('again gives a second certificate to the same thing', async () => {
    const deviceId = await registered();
    for (const _ of [1, 2]) {
      const { json } = await api('POST', `/api/devices/${deviceId}/provisioning-token`, {});
      await provisionByClaim(claim, deviceId, json.token);
    }
    const { json } = await api('GET', `/api/devices/${deviceId}/certificates`);
    expect(json.items.map(({ status }: Certificate) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  });

  test('of a device that has a thing already completes it', async () => {
    const { deviceId } = await newDevice(system, 'existing');
    expect((await api('POST', '/api/devices', { deviceId, applicationId: 'default' })).status).toBe(201);
    const { json } = await api('POST', `/api/devices/${deviceId}/provisioning-token`, {});
    await provisionByClaim(claim, deviceId, json.token);
    const thing = await system.iot.send(new DescribeThingCommand({ thingName: deviceId }));
    expect(thing).toMatchObject({ attributes: { applicationId: 'default' }, version: 2 });
  });

  test('a token is not kept for an Idempotency-Key, which is refused', async () => {
    const { status, json } = await callApi(system, {
      method: 'POST',
      path: `/api/devices/${await registered()}/provisioning-token`,
      headers: { 'idempotency-key': 'once' },
      body: {},
      as: admin,
    });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ in: 'header', field: 'Idempotency-Key' }]);
  });

  test('a token is made for no device that is not there', async () => {
    const { status } = await api('POST', `/api/devices/${newDeviceId('ghost')}/provisioning-token`, {});
    expect(status).toBe(404);
  });
});

describe('rotation', () => {
  /** Asks for a new certificate over a connection with the old one. */
  async function rotate(device: NewDevice, connection: DeviceConnection): Promise<NewDevice> {
    const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(device.deviceId);
    const { certificateId, certificatePem } = await connection.request(
      `devices/certificates/${device.deviceId}/rotate`,
      { certificateSigningRequest },
    );
    const certificate = { certificateId: String(certificateId), certificatePem: String(certificatePem), privateKeyPem };
    const kept = await keepDevice(system, `${device.deviceId}-${ulid()}`, certificate);
    return { ...kept, deviceId: device.deviceId, topic: device.topic };
  }
  const confirm = (device: NewDevice, connection: DeviceConnection, graceSeconds = 0) =>
    connection.request(`devices/certificates/${device.deviceId}/confirm`, { graceSeconds });

  test('gives a new certificate, and ends the old one when the new one is in use', async () => {
    const old = await newDevice(system, 'rotating');
    const before = await connect(old);
    await sendReading(before, old);
    const next = await rotate(old, before);
    // The old one is good until the new one is seen.
    await sendReading(before, old);
    await before.close();

    const after = await connect(next);
    expect(await confirm(next, after)).toMatchObject({
      certificateId: next.certificateId,
      replaced: old.certificateId,
    });
    await sendReading(after, next);
    await until('the end of the old certificate', async () => (await statusOf(old.certificateId)) === 'INACTIVE');
    await expect(connect(old)).rejects.toThrow();
    await sendReading(after, next);
    await after.close();
    expect(await statusOf(next.certificateId)).toBe('ACTIVE');
    expect(await eventsOf(old.deviceId, 'device.certificateRotated')).toHaveLength(1);
    const audit = await journalOf<AuditEntry>('Audit', old.deviceId);
    expect(audit.map(({ operation }) => operation)).toEqual(['firstMessage', 'rotateCertificate', 'retireCertificate']);
  });

  test('asked twice with one request gives one certificate; with another request the unused one ends', async () => {
    const old = await newDevice(system, 'rotating');
    const connection = await connect(old);
    const { certificateSigningRequest } = await createKeyAndRequest(old.deviceId);
    const ask = () => connection.request(`devices/certificates/${old.deviceId}/rotate`, { certificateSigningRequest });
    const [first, second] = [await ask(), await ask()];
    expect(second).toEqual(first);
    const next = await rotate(old, connection);
    expect(next.certificateId).not.toBe(first['certificateId']);
    await until(
      'the end of the unused one',
      async () => (await statusOf(String(first['certificateId']))) === 'INACTIVE',
    );
    expect(await statusOf(old.certificateId)).toBe('ACTIVE');
    await connection.close();
  });

  test('is not confirmed over a connection with the old certificate', async () => {
    const old = await newDevice(system, 'rotating');
    const connection = await connect(old);
    await rotate(old, connection);
    await expect(confirm(old, connection)).rejects.toThrow('Connect with the new one first');
    await connection.close();
  });

  test.each([
    ['no request', {}],
    ['no certificate request', { certificateSigningRequest: 'nonsense' }],
    [
      'a broken one',
      { certificateSigningRequest: '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----' },
    ],
    ['what there is none of', { certificateSigningRequest: '-----BEGIN', force: true }],
  ])('of %s is rejected with the reason', async (_, payload) => {
    const device = await newDevice(system, 'rotating');
    const connection = await connect(device);
    await expect(connection.request(`devices/certificates/${device.deviceId}/rotate`, payload)).rejects.toThrow(
      /rejected: {"reason":".*(certificate|Unrecognized)/,
    );
    await connection.close();
  });
});

describe('certificates of a device', () => {
  test('are revoked by the API: the connection ends, for good, and it is written down', async () => {
    const deviceId = await registered('revoked');
    const { json } = await api('POST', `/api/devices/${deviceId}/provisioning-token`, {});
    const device = await keepDevice(system, deviceId, await provisionByClaim(claim, deviceId, json.token));
    const session = await openSession(system, device);
    const path = `/api/devices/${deviceId}/certificates`;
    expect((await api('GET', path)).json.items).toMatchObject([
      { certificateId: device.certificateId, status: 'ACTIVE' },
    ]);

    const revoke = () =>
      callApi(system, {
        method: 'POST',
        path: `${path}/${device.certificateId}/revoke`,
        headers: { 'idempotency-key': deviceId },
        as: admin,
      });
    const revoked = await revoke();
    expect(revoked).toMatchObject({ status: 200, json: { status: 'REVOKED' } });
    expect(await revoke()).toMatchObject({ status: 200, json: revoked.json });
    await session.ended;
    await session.close();
    await expect(connect(device)).rejects.toThrow();
    expect((await api('GET', path)).json.items).toMatchObject([{ status: 'REVOKED' }]);
    expect((await journalOf<AuditEntry>('Audit', deviceId)).at(-1)).toMatchObject({
      operation: 'revokeCertificate',
      actor: `user:${admin.userId}`,
      changes: { [`certificate ${device.certificateId}`]: { from: 'ACTIVE', to: 'REVOKED' } },
    });
  });

  test('are revoked when the device is deleted: it is cut off, and does not come back by announcing itself', async () => {
    const deviceId = await registered('deleted');
    const { json } = await api('POST', `/api/devices/${deviceId}/provisioning-token`, {});
    const device = await keepDevice(system, deviceId, await provisionByClaim(claim, deviceId, json.token));
    const session = await openSession(system, device);
    expect(await api('DELETE', `/api/devices/${deviceId}`)).toMatchObject({ status: 204 });
    await session.ended;
    await session.close();
    await expect(connect(device)).rejects.toThrow();
    expect(await statusOf(device.certificateId)).toBe('REVOKED');
    expect(await journalOf<AuditEntry>('Audit', deviceId)).toContainEqual(
      expect.objectContaining({
        operation: 'deleteDevice',
        changes: { [`certificate ${device.certificateId}`]: { from: 'ACTIVE', to: 'REVOKED' } },
      }),
    );
  });

  test("are not another device's", async () => {
    const [deviceId, other] = [await registered(), await newDevice(system, 'other')];
    const { status } = await api('POST', `/api/devices/${deviceId}/certificates/${other.certificateId}/revoke`);
    expect(status).toBe(404);
    expect(await statusOf(other.certificateId)).toBe('ACTIVE');
    expect((await api('GET', `/api/devices/${deviceId}/certificates`)).json).toEqual({ items: [] });
  });
});

describe('an announcement', () => {
  const said = { model: 'TX-3', firmware: '1.4.2', capabilities: ['temperature', 'flow'], name: 'Boiler seven' };

  const announce = async (device: NewDevice, payload: unknown) => {
    const connection = await connect(device);
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await connection.publish(`devices/register/${device.deviceId}`, Buffer.from(text));
    await connection.close();
  };
  const record = (deviceId: string) => until(`a record of ${deviceId}`, () => itemOf(deviceId, 'device'));
  const announcedAt = async (deviceId: string) => Number((await itemOf(deviceId, 'announcement'))?.['receivedAt'] ?? 0);

  test('registers a device that nobody knew, in the default application', async () => {
    const device = await newDevice(system, 'announced');
    await announce(device, said);
    expect(await record(device.deviceId)).toMatchObject({
      ...said,
      applicationId: 'default',
      status: 'active',
      version: 1,
    });
    expect((await api('GET', `/api/devices/${device.deviceId}`)).json).toMatchObject(said);
  });

  test('completes what people registered, keeps the name that they gave, and changes nothing the second time', async () => {
    const device = await newDevice(system, 'announced');
    const { status } = await api('POST', '/api/devices', {
      deviceId: device.deviceId,
      applicationId: 'default',
      name: 'In the cellar',
    });
    expect(status).toBe(201);
    await announce(device, said);
    const completed = await until('its completion', async () => {
      const item = await itemOf(device.deviceId, 'device');
      return item?.['version'] === 2 ? item : undefined;
    });
    expect(completed).toMatchObject({ ...said, name: 'In the cellar', status: 'active' });

    const first = await announcedAt(device.deviceId);
    await announce(device, said);
    await until('the second announcement', async () => (await announcedAt(device.deviceId)) > first);
    expect(await itemOf(device.deviceId, 'device')).toEqual(completed);
    expect(await eventsOf(device.deviceId, 'device.announced')).toMatchObject([
      { applicationId: 'default', actor: `device:${device.deviceId}`, data: said },
    ]);
  });

  test('gives a device the type that its application has, and none that it has not', async () => {
    const deviceType = newDeviceId('boiler');
    const thingModel = { title: 'Boiler', properties: { temperature: { type: 'number', unit: 'K' } } };
    const path = `/api/applications/default/device-types/${deviceType}`;
    expect(await callApi(system, { method: 'PUT', path, body: { thingModel }, as: admin })).toMatchObject({
      status: 200,
    });
    const [typed, untyped] = [await newDevice(system, 'typed'), await newDevice(system, 'untyped')];
    await announce(typed, { deviceType });
    await announce(untyped, { deviceType: 'unheard-of' });
    expect(await record(typed.deviceId)).toMatchObject({ deviceType, units: { temperature: 'K' } });
    expect(await record(untyped.deviceId)).not.toHaveProperty('deviceType');
  });

  test.each([
    ['no JSON', '{', /not JSON/],
    ['a model that is a number', { model: 7 }, /model/],
    ['what nobody knows', { modle: 'TX-3' }, /modle/],
  ])('of %s is an event with the reason, and a dead letter', async (_, payload, reason) => {
    const device = await newDevice(system, 'mistaken');
    await announce(device, payload);
    const [refused] = await until('the event', async () => {
      const events = await eventsOf(device.deviceId, 'device.announcementRefused');
      return events.length > 0 ? events : undefined;
    });
    expect(refused).toMatchObject({
      data: { reason: expect.stringMatching(reason) },
    });
    const letter = await takeLetter(device.deviceId);
    expect(letter.reason).toMatch(reason);
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    expect(Buffer.from(letter.message.payload, 'base64').toString()).toBe(text);
    expect(await itemOf(device.deviceId, 'device')).toBeUndefined();
  });

  interface Letter {
    readonly reason: string;
    readonly message: { readonly deviceId: string; readonly payload: string };
  }

  /** The dead letter of a device, taken out of its queue. */
  const takeLetter = (deviceId: string): Promise<Letter> => {
    const QueueUrl = system.output('Provisioning', 'ProvisioningDeadLetterQueueUrl');
    return until(`a dead letter of ${deviceId}`, async () => {
      const { Messages = [] } = await system.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        const letter: Letter = JSON.parse(Body);
        if (letter.message?.deviceId !== deviceId) continue;
        await system.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        return letter;
      }
      return undefined;
    });
  };
});

test('a heartbeat moves when the device was last heard', async () => {
  const device = await newDevice(system, 'alive');
  const connection = await connect(device);
  const topic = `devices/heartbeat/${device.deviceId}`;
  const heard = async () => Number((await itemOf(device.deviceId, 'presence'))?.['lastHeartbeat'] ?? 0);
  const start = Date.now() - 5_000;
  await connection.publish(topic, Buffer.from(''));
  const first = await until('the first heartbeat', async () => ((await heard()) > start ? await heard() : undefined));
  await connection.publish(topic, Buffer.from('no JSON'));
  await until('the second heartbeat', async () => (await heard()) > first);
  expect(await itemOf(device.deviceId, 'presence')).toMatchObject({ certificateId: device.certificateId });
  await connection.close();
});
