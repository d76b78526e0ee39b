import { beforeAll, expect, test } from '@jest/globals';
import { signedHeaders } from '../../scripts/signing.ts';
import { until } from '../until.ts';
import { openSession } from './mqttSession.ts';
import { newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

/** Publish of the AWS IoT data plane (AWS IoT API: "Publish"). */
async function publish(topic: string, body: string, { signed = true } = {}): Promise<number> {
  const { endpointUrl, region, ...credentials } = system.aws;
  const url = `${endpointUrl}/topics/${encodeURIComponent(topic)}?qos=1`;
  const method = 'POST';
  const headers = signed ? signedHeaders({ url, region, credentials, service: 'iotdata', method, body }) : {};
  return (await fetch(url, { method, body, headers })).status;
}

const commandsOf = (deviceId: string) => `devices/commands/${deviceId}`;

test('a device gets what is published to its commands, in order, and nothing of what others get', async () => {
  const [device, other] = [await newDevice(system), await newDevice(system)];
  const [session, otherSession] = [await openSession(system, device), await openSession(system, other)];
  await session.subscribe(commandsOf(device.deviceId));
  await otherSession.subscribe(commandsOf(other.deviceId));
  const commands = Array.from({ length: 20 }, (_, index) => JSON.stringify({ command: 'set', value: index }));
  for (const command of commands) expect(await publish(commandsOf(device.deviceId), command)).toBe(200);
  expect(await publish(commandsOf(other.deviceId), '"for the other"')).toBe(200);
  await until('all commands', () => session.received.length >= commands.length);
  await until("the other's command", () => otherSession.received.length > 0);
  const topic = commandsOf(device.deviceId);
  expect(session.received).toEqual(commands.map((payload) => ({ topic, payload })));
  expect(otherSession.received).toEqual([{ topic: commandsOf(other.deviceId), payload: '"for the other"' }]);
  await Promise.all([session.close(), otherSession.close()]);
});

test('nobody publishes without a signature', async () => {
  expect(await publish(commandsOf('anybody'), '{}', { signed: false })).toBe(403);
});
