import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { openSession } from './mqttSession.ts';
import { newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

const publish = (topic: string, payload: string) =>
  new IoTDataPlaneClient(system.client).send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(payload) }));

const commandsOf = (deviceId: string) => `devices/commands/${deviceId}`;

test('a device gets what is published to its commands, in order, and nothing of what others get', async () => {
  const [device, other] = [await newDevice(system), await newDevice(system)];
  const [session, otherSession] = [await openSession(system, device), await openSession(system, other)];
  await session.subscribe(commandsOf(device.deviceId));
  await otherSession.subscribe(commandsOf(other.deviceId));
  const commands = Array.from({ length: 20 }, (_, index) => JSON.stringify({ command: 'set', value: index }));
  for (const command of commands) await publish(commandsOf(device.deviceId), command);
  await publish(commandsOf(other.deviceId), '"for the other"');
  await until('all commands', () => session.received.length >= commands.length);
  await until("the other's command", () => otherSession.received.length > 0);
  const topic = commandsOf(device.deviceId);
  expect(session.received).toEqual(commands.map((payload) => ({ topic, payload })));
  expect(otherSession.received).toEqual([{ topic: commandsOf(other.deviceId), payload: '"for the other"' }]);
  await Promise.all([session.close(), otherSession.close()]);
});

test('nobody publishes without a signature', async () => {
  const url = `${system.aws.endpointUrl}/topics/${encodeURIComponent(commandsOf('anybody'))}?qos=1`;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(403);
});
