import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  PublishCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { type CommandMessage, commandTopic } from '../../functions/commands/protocol.ts';
import { behave } from '../../scripts/fleet/behaviour/behave.ts';
import { behaviourFlag } from '../../scripts/fleet/behaviour/behaviour.ts';
import { openTally } from '../../scripts/fleet/behaviour/tally.ts';
import { connectDevice, type Publisher } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { runScript } from './runScript.ts';

let system: SystemUnderTest;
let data: IoTDataPlaneClient;
const open: Publisher[] = [];

beforeAll(async () => {
  system = await openSystem();
  data = new IoTDataPlaneClient(system.client);
});

afterEach(() => Promise.all(open.splice(0).map((device) => device.close())));

/** A simulated device on a connection of its own. */
async function simulated(behaviour: string) {
  const { deviceId, files } = await newDevice(system, 'simulated');
  const tally = openTally();
  const connection = await connectDevice({ deviceId, files, mqtt: system.mqtt, sendAgain: true });
  open.push(await behave(connection, { behaviour: behaviourFlag.parse(behaviour), tally, announces: false }));
  return { deviceId, tally };
}

const publish = (deviceId: string, name: string, parameters: object, attemptId = ulid()) => {
  const now = Date.now();
  const command: CommandMessage = {
    commandId: attemptId,
    attemptId,
    name,
    parameters: { ...parameters },
    issuedAt: new Date(now).toISOString(),
    deadline: new Date(now + 60_000).toISOString(),
  };
  return data.send(
    new PublishCommand({ topic: commandTopic(deviceId), qos: 1, payload: Buffer.from(JSON.stringify(command)) }),
  );
};

const desire = (thingName: string, desired: object) =>
  data.send(new UpdateThingShadowCommand({ thingName, payload: Buffer.from(JSON.stringify({ state: { desired } })) }));

async function shadowOf(thingName: string) {
  const { payload } = await data.send(new GetThingShadowCommand({ thingName }));
  return JSON.parse(Buffer.from(payload ?? []).toString()).state;
}

test('a device carries a command out once, however often it comes, and answers each time', async () => {
  const { deviceId, tally } = await simulated('obey,twin');
  for (let time = 0; time < 3; time += 1) await publish(deviceId, 'setTarget', { temperature: 21.5 }, 'attempt-1');
  await until('three deliveries', () => tally.received === 3 && tally.repeated === 2);
  await until('the answers', () => tally.answered.succeeded === 1);
  expect(tally).toMatchObject({ received: 3, repeated: 2, unsent: 0 });
  await until('the report', async () => (await shadowOf(deviceId)).reported.target === 21.5);
});

test('what is desired is reported; of what is desired while a device sleeps, it takes the last over when it is back', async () => {
  const { deviceId, tally } = await simulated('twin');
  await desire(deviceId, { target: 18 });
  await until('the report', async () => (await shadowOf(deviceId)).reported?.target === 18);
  await publish(deviceId, 'sleep', { seconds: 2 });
  await until('the answer', () => tally.answered.succeeded === 1);
  await desire(deviceId, { target: 19 });
  await desire(deviceId, { target: 20, mode: 'night' });
  const { reported, delta } = await until('the report', async () => {
    const state = await shadowOf(deviceId);
    return state.reported.target === 20 && state;
  });
  expect(reported).toEqual({ target: 20, mode: 'night' });
  expect(delta).toBeUndefined();
});

test('a device that comes and goes hears commands again on each connection', async () => {
  const { deviceId, tally } = await simulated('sleep=0.3:0.2');
  await until('answers over several connections', async () => {
    await publish(deviceId, 'setTarget', { temperature: 20 });
    return tally.answered.succeeded >= 5;
  });
  expect(tally).toMatchObject({ answered: { failed: 0, rejected: 0 }, notUnderstood: 0 });
});

test('a device restarts between the command and its answer', async () => {
  const { deviceId, tally } = await simulated('obey');
  await publish(deviceId, 'reboot', {});
  await until('the answer', () => tally.answered.succeeded === 1);
  await publish(deviceId, 'setTarget', { temperature: 20 });
  await until('the next answer', () => tally.answered.succeeded === 2);
});

test('a device that is closed while it is away ends at once', async () => {
  const { deviceId, tally } = await simulated('obey');
  await publish(deviceId, 'sleep', { seconds: 3600 });
  await until('the answer', () => tally.answered.succeeded === 1);
  await open.pop()?.close();
});

test('a simulated fleet counts the commands that it heard, and says how they ended', async () => {
  const prefix = `fleet${ulid()}`;
  const running = runScript('simulate.ts', [
    ...['--devices', '2', '--duration', '4', '--prefix', prefix, '--behaviour', 'fail'],
  ]);
  let isOver = false;
  const output = running.finally(() => {
    isOver = true;
  });
  // One attempt for each device, told again and again: whenever it listens, it hears it.
  await until(
    'the end',
    async () => {
      await Promise.all(
        [1, 2].map((number) => publish(`${prefix}-00${number}`, 'setTarget', { temperature: 20 }, 'once')),
      );
      return isOver;
    },
    50_000,
  );
  const { code, output: said } = await output;
  expect(code).toBe(0);
  expect(said).toMatch(/^ +failed +2$/m);
  expect(said).toMatch(/^ +succeeded +0$/m);
});
