import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ShownCommand } from '../../functions/commands/command.ts';
import { isFinal } from '../../functions/commands/lifecycle.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { acknowledgeOnly, type CommandDevice, ignore, newCommandDevice, obey, putValveType } from './commandDevice.ts';
import { clearFaults, orderFault } from './orderFault.ts';
import { ownSystem } from './ownSystem.ts';
import { type Person, signIn } from './signIn.ts';

const own = ownSystem();
let admin: Person;

beforeAll(async () => {
  admin = await signIn(own.system, { platformAdmin: true });
  await putValveType(own.system, admin, 'default');
  // What a killed function had taken is seen again when its visibility timeout is over: half a minute, without this.
  for (const queue of ['MailboxQueueUrl', 'ResponseQueueUrl', 'TimerQueueUrl'])
    await own.system.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: own.system.output('Commands', queue),
        Attributes: { VisibilityTimeout: '2' },
      }),
    );
});

afterEach(() => clearFaults(own.system));

const call = (path: string, method: 'GET' | 'POST' = 'GET', body?: object) =>
  callApi(own.system, { path: `/api/devices/${path}`, method, as: admin, ...(body && { body }) });

async function give({ deviceId }: CommandDevice, count: number, timeout = 60): Promise<ShownCommand[]> {
  const given: ShownCommand[] = [];
  for (let at = 0; at < count; at += 1)
    given.push((await call(`${deviceId}/commands`, 'POST', { name: 'close', timeout })).json);
  return given;
}

describe('a request that fails when its work is done makes nothing twice: with its Idempotency-Key', () => {
  const ask = (path: string, body: object) =>
    callApi(own.system, { path, method: 'POST', as: admin, headers: { 'idempotency-key': path }, body });

  test('a command is there already', async () => {
    const { deviceId } = await newCommandDevice(own.system, admin, 'default');
    const path = `/api/devices/${deviceId}/commands`;
    // The mailbox is woken last.
    await orderFault(own.system, { service: 'sqs', kind: 'error', operation: 'SendMessageBatch', caller: 'role' });
    expect((await ask(path, { name: 'close' })).status).toBe(500);
    await clearFaults(own.system);
    const again = await ask(path, { name: 'close' });
    expect(again).toMatchObject({ status: 201, json: { state: 'queued' } });
    expect((await call(`${deviceId}/commands`)).json.items).toEqual([again.json]);
  });

  test('a command of many is there already', async () => {
    const metadata = { asked: 'twice' };
    const device = await newCommandDevice(own.system, admin, 'default', { metadata });
    await device.connect(obey);
    const path = '/api/applications/default/commands';
    const body = { name: 'close', filter: { metadata } };
    // The group is woken last, by the same operation as its timer is set before.
    const writing = { service: 'dynamodb', kind: 'latency', operation: 'TransactWriteItems', caller: 'role' } as const;
    const struck = await orderFault(own.system, { ...writing, milliseconds: 2000, count: 1 });
    const asked = ask(path, body);
    await until('the write of the group', async () => (await struck()) === 1);
    await orderFault(own.system, { service: 'sqs', kind: 'error', operation: 'SendMessage', caller: 'role' });
    expect((await asked).status).toBe(500);
    await clearFaults(own.system);
    const again = await ask(path, body);
    expect(again).toMatchObject({ status: 202, json: { targets: 1 } });
    const { items } = (await callApi(own.system, { path, as: admin })).json;
    expect(items).toMatchObject([{ commandId: again.json.commandId }]);
    await until('its end', async () => {
      const { state } = (await callApi(own.system, { path: `${path}/${again.json.commandId}`, as: admin })).json;
      return state === 'succeeded';
    });
    expect((await call(`${device.deviceId}/commands`)).json.items).toHaveLength(1);
    await device.disconnect();
  });
});

/** Waits for the end of all. @returns the state of each, and how often an event said so */
async function endsOf({ deviceId }: CommandDevice): Promise<string[]> {
  const commands = await until(
    'the end of all',
    async () => {
      const { items } = (await call(`${deviceId}/commands?limit=100`)).json as { items: ShownCommand[] };
      return items.every(({ state }) => isFinal(state)) ? items : undefined;
    },
    100_000,
  );
  const events = (await call(`${deviceId}/events?type=device.commandEnded&limit=100`)).json.items;
  const told = (id: string) => events.filter(({ data }: { data: ShownCommand }) => data.commandId === id).length;
  return commands.map(({ commandId, state }) => `${state}, ${told(commandId)} times`);
}

test.each([
  ['Dispatch', obey, 60, 'succeeded, 1 times'],
  ['Respond', obey, 60, 'succeeded, 1 times'],
  ['SetTimers', ignore, 1, 'timed-out, 1 times'],
  ['Timer', ignore, 1, 'timed-out, 1 times'],
] as const)('while %s is killed at its work, each command ends once', async (name, behaviour, timeout, end) => {
  const device = await newCommandDevice(own.system, admin, 'default');
  await device.connect(behaviour);
  const struck = await orderFault(own.system, {
    service: 'lambda',
    kind: 'kill',
    function: own.system.output('Commands', `${name}FunctionName`),
    milliseconds: 8,
    count: 3,
  });
  const given = await give(device, 8, timeout);
  expect(await endsOf(device)).toEqual(Array(given.length).fill(end));
  expect(await struck()).toBe(3);
  await clearFaults(own.system);
  // A device may be told more than once, but of one attempt.
  const attempts = new Map(device.received.map(({ commandId, attemptId }) => [commandId, attemptId]));
  for (const { commandId, attemptId } of device.received) expect(attempts.get(commandId)).toBe(attemptId);
  await device.disconnect();
});

test('what is taken back in the moment in which it is sent does not go to the device', async () => {
  const device = await newCommandDevice(own.system, admin, 'default');
  await device.connect(acknowledgeOnly);
  const [first] = await give(device, 1);
  await until('its acknowledgement', async () => {
    const { json } = await call(`${device.deviceId}/commands/${first?.commandId}`);
    return json.state === 'acknowledged';
  });
  const [second] = await give(device, 1);
  const struck = await orderFault(own.system, {
    service: 'dynamodb',
    kind: 'latency',
    operation: 'PutItem',
    caller: 'role',
    milliseconds: 1000,
    count: 2,
  });
  await device.respond(device.received[0] as never, { status: 'succeeded' });
  // The first is that the one before it ended.
  await until('the write of its sending', async () => (await struck()) === 2);
  const path = `${device.deviceId}/commands/${second?.commandId}/cancel`;
  expect(await call(path, 'POST')).toMatchObject({ status: 200, json: { state: 'cancelled' } });
  const [third] = await give(device, 1);
  await until('the one after', () => device.received.find(({ commandId }) => commandId === third?.commandId));
  const received = new Set(device.received.map(({ commandId }) => commandId));
  expect([...received]).toEqual([first?.commandId, third?.commandId]);
  await device.disconnect();
});
