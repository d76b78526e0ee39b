import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  type CertificateStatus,
  CreateThingCommand,
  DetachPolicyCommand,
  RegisterCertificateWithoutCACommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { openSession, publishByMqtt3, refusalWithoutCertificate } from './mqttSession.ts';
import { keepDevice, type NewDevice, newDevice, newDeviceId, newStranger } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { certificateOfOtherAuthority } from './otherAuthority.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

/** Connects once, as whom it is told to. */
const connect = (device: NewDevice, clientId = device.deviceId) =>
  connectDevice({ ...device, mqtt: system.mqtt, clientId, patience: 0 });

const setStatus = (device: NewDevice, newStatus: CertificateStatus) =>
  system.iot.send(new UpdateCertificateCommand({ certificateId: device.certificateId, newStatus }));

describe('a connection is refused', () => {
  test('without a client certificate', async () => {
    expect(await refusalWithoutCertificate(system)).not.toBe('connected');
  });

  test("with a certificate of another authority, though it bears a device's name", async () => {
    const { deviceId } = await newDevice(system);
    const impostor = await keepDevice(system, `${deviceId}-impostor`, await certificateOfOtherAuthority(deviceId));
    await expect(connect(impostor, deviceId)).rejects.toThrow();
  });

  test('with a certificate that is not active, and accepted again when it is', async () => {
    const device = await newDevice(system);
    await setStatus(device, 'INACTIVE');
    await expect(connect(device)).rejects.toThrow();
    await setStatus(device, 'ACTIVE');
    await (await connect(device)).close();
    await setStatus(device, 'REVOKED');
    await expect(connect(device)).rejects.toThrow();
  });

  test('with another client id than that of the thing', async () => {
    const [device, other] = [await newDevice(system), await newDevice(system)];
    await expect(connect(device, 'somebody-else')).rejects.toThrow('NotAuthorized');
    await expect(connect(device, other.deviceId)).rejects.toThrow('NotAuthorized');
    await expect(connect(device, `${device.deviceId}x`)).rejects.toThrow('NotAuthorized');
  });

  test('with a certificate that is not attached to its thing', async () => {
    const stranger = await newStranger(system);
    await expect(connect(stranger)).rejects.toThrow('NotAuthorized');
    await system.iot.send(new CreateThingCommand({ thingName: stranger.deviceId }));
    await expect(connect(stranger)).rejects.toThrow('NotAuthorized');
    await system.iot.send(
      new AttachThingPrincipalCommand({ thingName: stranger.deviceId, principal: stranger.certificateArn }),
    );
    await (await connect(stranger)).close();
  });

  test('with a certificate that has no policy', async () => {
    const device = await newDevice(system);
    await system.iot.send(
      new DetachPolicyCommand({
        policyName: system.output('Ingestion', 'DevicePolicyName'),
        target: device.certificateArn,
      }),
    );
    await expect(connect(device)).rejects.toThrow('NotAuthorized');
  });
});

test('a certificate of another authority is accepted once it is registered, as on AWS', async () => {
  const deviceId = newDeviceId('own-authority');
  const certificate = await certificateOfOtherAuthority(deviceId);
  const device = await keepDevice(system, deviceId, certificate);
  await expect(connect(device)).rejects.toThrow();
  await system.iot.send(
    new RegisterCertificateWithoutCACommand({ certificatePem: certificate.certificatePem, status: 'ACTIVE' }),
  );
  const policyName = system.output('Ingestion', 'DevicePolicyName');
  await system.iot.send(new AttachPolicyCommand({ policyName, target: device.certificateArn }));
  await system.iot.send(new CreateThingCommand({ thingName: deviceId }));
  await system.iot.send(new AttachThingPrincipalCommand({ thingName: deviceId, principal: device.certificateArn }));
  await (await connect(device)).close();
});

test('a live connection is cut when its certificate is deactivated', async () => {
  const device = await newDevice(system);
  const session = await openSession(system, device);
  await setStatus(device, 'INACTIVE');
  await session.ended;
  await session.close();
  await expect(connect(device)).rejects.toThrow();
});

describe('publishing where only another device may', () => {
  let victim: NewDevice;
  let device: NewDevice;

  beforeAll(async () => {
    [victim, device] = [await newDevice(system, 'victim'), await newDevice(system, 'intruder')];
  });

  /** Messages in the name of the victim that it did not send itself, by the time when one that it sends last is on record. */
  async function forged(): Promise<string[]> {
    const messageId = ulid();
    own.add(messageId);
    const connection = await connect(victim);
    await connection.publish(victim.topic, Buffer.from(JSON.stringify({ messageId, temperature: 1 })));
    await recordOf(system, victim.deviceId, messageId);
    await connection.close();
    return (await messagesOf(system, victim.deviceId)).map((message) => message.messageId).filter((id) => !own.has(id));
  }
  const own = new Set<string>();

  test('ends an MQTT 3.1.1 connection, and nothing arrives', async () => {
    const payload = '{"temperature": 99}';
    expect(await publishByMqtt3(system, device, { topic: device.topic, payload })).toBe('acknowledged');
    expect(await publishByMqtt3(system, device, { topic: victim.topic, payload })).toBe('connection ended');
    expect(await forged()).toEqual([]);
  });

  test('is answered "not authorized" by MQTT 5, and nothing arrives', async () => {
    const connection = await connect(device);
    const refused = (topic: string) =>
      expect(connection.publish(topic, Buffer.from('{"temperature": 99}'))).rejects.toThrow('NotAuthorized');
    await refused(victim.topic);
    await refused(`$aws/rules/${system.telemetryRule}/${victim.topic}`);
    await refused(`$aws/rules/no_such_rule/${device.topic}`);
    await refused(`devices/commands/${victim.deviceId}`);
    // AWS: "Reserved topics", what isn't supported there can end the connection.
    const reserved = `$aws/events/presence/connected/${victim.deviceId}`;
    await expect(connection.publish(reserved, Buffer.from('{}'))).rejects.toThrow();
    await connection.close();
    expect(await forged()).toEqual([]);
  });

  test('is impossible in disguise', async () => {
    const connection = await connect(device);
    for (const topic of [`${device.topic}/../${victim.deviceId}`, `${device.topic}/${victim.deviceId}`])
      await expect(connection.publish(topic, Buffer.from('{}'))).rejects.toThrow('NotAuthorized');
    await connection.close();
    expect(await forged()).toEqual([]);
  });
});

test('a payload of 128 KB is the largest that is taken, as on AWS', async () => {
  const device = await newDevice(system);
  const connection = await connect(device);
  const messageId = ulid();
  const payload = Buffer.alloc(128 * 1024, ' ');
  payload.write(JSON.stringify({ messageId, temperature: 1 }));
  await connection.publish(device.topic, payload);
  expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({ disposition: 'stored' });
  await expect(connection.publish(device.topic, Buffer.concat([payload, Buffer.from(' ')]))).rejects.toThrow();
  await connection.close();
});

test('a second connection of a client id ends the first, as on AWS', async () => {
  const device = await newDevice(system);
  const first = await openSession(system, device);
  const second = await openSession(system, device);
  await first.ended;
  await first.close();
  await second.close();
});

describe('subscribing', () => {
  test('is granted to its own commands only', async () => {
    const [device, other] = [await newDevice(system), await newDevice(system)];
    const session = await openSession(system, device);
    expect(await session.subscribe(`devices/commands/${device.deviceId}`)).toBe('GrantedQoS1');
    for (const filter of [
      `devices/commands/${other.deviceId}`,
      'devices/commands/+',
      'devices/#',
      '#',
      other.topic,
      '$aws/events/presence/#',
    ])
      expect([filter, await session.subscribe(filter)]).toEqual([filter, 'NotAuthorized']);
    await session.close();
  });
});
