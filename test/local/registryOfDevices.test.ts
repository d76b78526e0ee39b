import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { device as deviceSchema } from '../../functions/model/device.ts';
import { deviceKey } from '../../functions/platform/records/registry.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newApplicationId, putDevice } from './directory.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { signIn } from './signIn.ts';
import { pointsOf } from './telemetryPoints.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

/** Publishes flows one after the other, and waits for the record of each. */
async function publish(device: NewDevice, count: number): Promise<string[]> {
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const messageId = ulid();
    await connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, flow: index })));
    await recordOf(system, device.deviceId, messageId);
    ids.push(messageId);
  }
  await connection.close();
  return ids;
}

const itemOf = async ({ deviceId }: NewDevice) => {
  const { Item } = await system.db.send(
    new GetCommand({ TableName: system.tables.devices, Key: deviceKey(deviceId), ConsistentRead: true }),
  );
  return Item && deviceSchema.parse(Item);
};

describe('the registry', () => {
  test('has a device that nobody registered by its first valid message, and not by a bad one', async () => {
    const device = await newDevice(system);
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    await connection.publish(device.topic, Buffer.from('no JSON'));
    await until('the refused message', async () => (await messagesOf(system, device.deviceId))[0]);
    await connection.close();
    expect(await itemOf(device)).toBeUndefined();
    await publish(device, 3);
    expect(await itemOf(device)).toMatchObject({
      applicationId: 'default',
      name: device.deviceId,
      status: 'active',
      kind: 'device',
      version: 1,
    });
  });

  test('has a device active that it knew before, once', async () => {
    const device = await newDevice(system);
    await putDevice(system, { deviceId: device.deviceId, applicationId: newApplicationId(), name: 'Boiler' });
    expect(await itemOf(device)).toMatchObject({ status: 'registered', version: 1 });
    await publish(device, 3);
    expect(await itemOf(device)).toMatchObject({ status: 'active', version: 2, name: 'Boiler' });
  });

  test('has the messages of a disabled device quarantined', async () => {
    const device = await newDevice(system);
    await putDevice(system, { deviceId: device.deviceId, applicationId: newApplicationId(), status: 'disabled' });
    const [messageId = ''] = await publish(device, 1);
    expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({
      disposition: 'quarantined',
      failureClass: 'authentication',
      reason: `The registry says that '${device.deviceId}' is disabled; an active device is expected.`,
    });
    expect(await pointsOf(system, device.deviceId)).toEqual([]);
    expect(await itemOf(device)).toMatchObject({ status: 'disabled', version: 1 });
  });

  test('is where lists find devices: each once, whatever else is kept of them', async () => {
    const admin = await signIn(system, { platformAdmin: true });
    const { applicationId } = await newApplication(system, admin);
    const device = await newDevice(system);
    await putDevice(system, { deviceId: device.deviceId, applicationId });
    await publish(device, 2);
    const { json } = await callApi(system, { path: `/api/devices?applicationId=${applicationId}`, as: admin });
    expect(json.items.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([device.deviceId]);
  });
});

test('who watches a room or an application sees its devices, and each update once', async () => {
  const { applicationId } = await newApplication(system, await signIn(system, { platformAdmin: true }));
  const roomId = `hall-${ulid()}`;
  const [inside, outside] = [await newDevice(system), await newDevice(system)];
  await putDevice(system, { deviceId: inside.deviceId, applicationId, roomId });
  await putDevice(system, { deviceId: outside.deviceId, applicationId });
  const [both, ofRoom] = [await openLive(system), await openLive(system)];
  await both.ask({
    action: 'subscribe',
    channels: [`device:${inside.deviceId}`, `room:${roomId}`, `application:${applicationId}`],
  });
  await ofRoom.ask({ action: 'subscribe', channels: [`room:${roomId}`] });
  const [sentInside, sentOutside] = [await publish(inside, 2), await publish(outside, 2)];
  await until('the last update', () => both.updates.find(({ messageId }) => messageId === sentOutside[1]));
  expect(both.updates.map(({ messageId }) => messageId).sort()).toEqual([...sentInside, ...sentOutside].sort());
  expect(ofRoom.updates.map(({ messageId }) => messageId)).toEqual(sentInside);
  expect(ofRoom.updates[0]).toMatchObject({ deviceId: inside.deviceId, roomId, applicationId });
  await Promise.all([both.close(), ofRoom.close()]);
});
