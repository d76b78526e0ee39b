import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ShownCommand } from '../../functions/commands/command.ts';
import type { CommandMessage } from '../../functions/commands/protocol.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newCommandDevice, putValveType } from './commandDevice.ts';
import { connectDevice, type Device } from './iotDevice.ts';
import { credentialsOf } from './mqttPackets.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';
import { takeReason } from './takeReason.ts';

let system: SystemUnderTest;
let admin: Person;
let applicationId: string;
const open: Device[] = [];

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  ({ applicationId } = await newApplication(system, admin));
  await putValveType(system, admin, applicationId);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.disconnect()));
});

async function make(path: string, body: object, method: 'POST' | 'PUT' = 'POST') {
  const { status, text, json } = await callApi(system, { method, path, body, as: admin });
  if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
  return json;
}

const newGateway = async (): Promise<NewDevice> => {
  const gateway = await newDevice(system, 'gateway');
  await make('/api/devices', { deviceId: gateway.deviceId, applicationId, kind: 'gateway' });
  return gateway;
};

/** A valve that only its gateway speaks to. */
async function newChild({ deviceId: gatewayId }: NewDevice, more: object = {}): Promise<string> {
  const deviceId = newDeviceId('valve');
  await make('/api/devices', { deviceId, applicationId, deviceType: 'valve', gatewayId, ...more });
  return deviceId;
}

const topicOf = ({ deviceId }: NewDevice, child: string) => `gateways/${deviceId}/devices/commands/${child}`;

/** A gateway that is connected and hears the commands of its children. */
async function connected(gateway: NewDevice): Promise<Device> {
  const { caPem, certificatePem = '', privateKeyPem: privateKey = '' } = await credentialsOf(gateway);
  const device = await connectDevice(
    { port: system.mqtt.port, caPem },
    { certificatePem, privateKey },
    gateway.deviceId,
  );
  open.push(device);
  expect(await device.subscribe(topicOf(gateway, '+'))).toBe(1);
  return device;
}

/** The command that it got for a child, or gets. */
const commandTo = (gateway: NewDevice, device: Device, child: string): Promise<CommandMessage> =>
  until(`a command to ${child}`, () => {
    const message = device.received.find(({ topic }) => topic === topicOf(gateway, child));
    return message && (JSON.parse(message.payload) as CommandMessage);
  });
const say = (device: Device, topic: string, { commandId, attemptId }: CommandMessage, ...said: readonly object[]) =>
  said.reduce<Promise<void>>(
    (before, answer) => before.then(() => device.publish(`${topic}/response`, { commandId, attemptId, ...answer })),
    Promise.resolve(),
  );
const succeeded = { status: 'succeeded', result: 'closed' };

const commandsOf = (deviceId: string) => `/api/devices/${deviceId}/commands`;
const give = (deviceId: string): Promise<ShownCommand> => make(commandsOf(deviceId), { name: 'close' });
const read = async ({ deviceId, commandId }: ShownCommand): Promise<ShownCommand> =>
  (await callApi(system, { path: `${commandsOf(deviceId)}/${commandId}`, as: admin })).json;
const reached = (command: ShownCommand, state: ShownCommand['state']) =>
  until(`${state}`, async () => {
    const now = await read(command);
    return now.state === state ? now : undefined;
  });

describe('a device behind a gateway', () => {
  test('is told by its gateway, which answers for it', async () => {
    const gateway = await newGateway();
    const child = await newChild(gateway);
    const device = await connected(gateway);
    const command = await give(child);
    expect(command).toMatchObject({ deviceId: child, gatewayId: gateway.deviceId });
    const message = await commandTo(gateway, device, child);
    expect(message).toMatchObject({ commandId: command.commandId, name: 'close' });
    await say(device, topicOf(gateway, child), message, { status: 'acknowledged' }, succeeded);
    expect(await reached(command, 'succeeded')).toMatchObject({ result: 'closed' });
  });

  test('gets what waited for its gateway, as do the others behind it, though it was connected itself', async () => {
    const gateway = await newGateway();
    const [one, other] = [await newChild(gateway), await newChild(gateway)];
    const own = await newCommandDevice(system, admin, applicationId, { gatewayId: gateway.deviceId });
    await own.connect();
    const given = [await give(one), await give(other), await give(own.deviceId)];
    expect((await read(given[2] as ShownCommand)).state).toBe('queued');
    const device = await connected(gateway);
    for (const command of given) {
      const { deviceId } = command;
      await say(device, topicOf(gateway, deviceId), await commandTo(gateway, device, deviceId), succeeded);
      await reached(command, 'succeeded');
    }
    expect(own.received).toEqual([]);
    await own.disconnect();
  });

  test('that comes behind another gateway takes along what is under way: the old one ends nothing any more', async () => {
    const [gateway, next] = [await newGateway(), await newGateway()];
    const child = await newChild(gateway);
    const [device, other] = [await connected(gateway), await connected(next)];
    const command = await give(child);
    const message = await commandTo(gateway, device, child);
    await make(`/api/gateways/${next.deviceId}/devices/${child}`, {}, 'PUT');
    expect(await commandTo(next, other, child)).toEqual(message);
    await say(device, topicOf(gateway, child), message, { status: 'failed' });
    expect(await takeReason(system, child)).toContain(`'${gateway.deviceId}' answered for '${child}'`);
    await say(other, topicOf(next, child), message, succeeded);
    expect(await reached(command, 'succeeded')).toMatchObject({ gatewayId: next.deviceId });
  });

  test('is not answered for by the gateway of others, which learns nothing of it', async () => {
    const [gateway, stranger] = [await newGateway(), await newGateway()];
    const child = await newChild(gateway);
    const [device, intruder] = [await connected(gateway), await connected(stranger)];
    const command = await give(child);
    const message = await commandTo(gateway, device, child);
    // Even one who knows the attempt.
    await say(intruder, topicOf(stranger, child), message, { status: 'failed' });
    expect(await takeReason(system, child)).toContain(`'${stranger.deviceId}' answered for '${child}'`);
    expect(await intruder.subscribe(topicOf(gateway, child))).toBe(128);
    expect(await intruder.subscribe(topicOf(gateway, '+'))).toBe(128);
    await say(device, topicOf(gateway, child), message, succeeded);
    await reached(command, 'succeeded');
    expect(intruder.received).toEqual([]);
  });

  test('takes part in the command of its room', async () => {
    const gateway = await newGateway();
    const roomId = newDeviceId('hall');
    await make('/api/rooms', { roomId, applicationId, name: 'Hall' });
    const child = await newChild(gateway, { roomId });
    const device = await connected(gateway);
    const { commandId, targets } = await make(`/api/rooms/${roomId}/commands`, { name: 'close' });
    expect(targets).toBe(1);
    await say(device, topicOf(gateway, child), await commandTo(gateway, device, child), succeeded);
    const ended = await until('the end of the group command', async () => {
      const { json } = await callApi(system, { path: `/api/rooms/${roomId}/commands/${commandId}`, as: admin });
      return json.endedAt === undefined ? undefined : json;
    });
    expect(ended).toMatchObject({ state: 'succeeded', report: { counts: { succeeded: 1, refused: 0 } } });
  });
});
