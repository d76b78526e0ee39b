import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, jest, test } from '@jest/globals';
import type { Command } from '../../functions/commands/command.ts';
import { isFinal } from '../../functions/commands/lifecycle.ts';
import type { CommandMessage } from '../../functions/commands/protocol.ts';
import type { Event } from '../../functions/model/event.ts';
import { inParallel } from '../../scripts/fleet/inParallel.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { type CommandDevice, newCommandDevice, putValveType } from './commandDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';
import { restartableSystem } from './restartableSystem.ts';
import { type Person, signIn } from './signIn.ts';

jest.setTimeout(600_000);

const own = restartableSystem();

const deviceCount = 50;
/** And one of all of them together. */
const commandsEach = 20;
/** The others are in flight when the system is killed. */
const carriedOutBefore = 50;

const allOf = async (system: SystemUnderTest, { deviceId }: CommandDevice): Promise<Command[]> => {
  const { Items = [] } = await system.db.send(
    new QueryCommand({
      TableName: system.output('Commands', 'CommandsTableName'),
      KeyConditionExpression: 'deviceId = :device',
      ExpressionAttributeValues: { ':device': deviceId },
      ConsistentRead: true,
    }),
  );
  return Items as Command[];
};

const endsOf = async (system: SystemUnderTest, { deviceId }: CommandDevice): Promise<Event[]> => {
  const { Items = [] } = await system.db.send(
    new QueryCommand({
      TableName: system.output('Data', 'EventsTableName'),
      IndexName: 'byEntity',
      KeyConditionExpression: 'entity = :entity',
      ExpressionAttributeValues: { ':entity': `device:${deviceId}` },
    }),
  );
  return (Items as Event[]).filter(({ type }) => type === 'device.commandEnded');
};

/** Devices that carry out as many commands, all together, as they are let. */
function gate() {
  const waiting: (() => void)[] = [];
  let allowed = 0;
  let carriedOut = 0;
  const carryOut = () => {
    for (; carriedOut < allowed && waiting.length > 0; carriedOut += 1) waiting.shift()?.();
  };
  return {
    get carriedOut() {
      return carriedOut;
    },
    take(device: CommandDevice, command: CommandMessage) {
      waiting.push(
        () => void device.respond(command, { status: 'acknowledged' }, { status: 'succeeded' }).catch(() => {}),
      );
      carryOut();
      return [];
    },
    let(count: number) {
      allowed = count;
      carryOut();
    },
  };
}

/** People who give the commands: each may ask a few hundred times a minute. */
const people = 4;

const give = async (system: SystemUnderTest, as: Person, { deviceId }: CommandDevice) => {
  const path = `/api/devices/${deviceId}/commands`;
  const answer = await callApi(system, { method: 'POST', path, body: { name: 'close', timeout: 600 }, as });
  if (answer.status !== 201) throw new Error(answer.text);
};

const ofAll = '/api/applications/default/commands';

test('a kill -9 with a thousand commands in flight, some of one group: each ends, once, when the system is there again', async () => {
  const before = await own.start();
  const admin = await signIn(before, { platformAdmin: true });
  const operators = await Promise.all(Array.from({ length: people }, () => signIn(before, { platformAdmin: true })));
  await putValveType(before, admin, 'default');
  const devicesMay = gate();
  const devices = await inParallel(Array.from({ length: deviceCount }), 8, async () => {
    const device = await newCommandDevice(before, admin, 'default');
    await device.connect((command) => devicesMay.take(device, command));
    return device;
  });
  const orders = devices.flatMap((device) => Array.from({ length: commandsEach }, () => device));
  await inParallel([...orders.entries()], 16, ([at, device]) => give(before, operators[at % people] ?? admin, device));
  const body = { name: 'close', timeout: 600, deadlineIn: 3600 };
  const group = await callApi(before, { method: 'POST', path: ofAll, body, as: admin });
  expect(group).toMatchObject({ status: 202, json: { targets: deviceCount } });

  // The kill meets commands in every state: queued, sent, acknowledged and on the way to their end; or, of the group, not given yet.
  devicesMay.let(carriedOutBefore);
  await until('some that were carried out', () => devicesMay.carriedOut === carriedOutBefore);
  await own.kill();
  expect(orders.length + deviceCount - devicesMay.carriedOut).toBe(1000);

  const after = await own.start();
  devicesMay.let(Number.POSITIVE_INFINITY);
  const { commandId } = group.json;
  const operator = await signIn(after, { platformAdmin: true });
  const ended = await until(
    'the end of the group',
    async () => {
      const { json } = await callApi(after, { path: `${ofAll}/${commandId}`, as: operator });
      return json.endedAt === undefined ? undefined : json;
    },
    240_000,
  );
  expect(ended).toMatchObject({ state: 'succeeded', report: { counts: { succeeded: deviceCount, open: 0 } } });
  for (const device of devices)
    await until(
      `the end of all commands of ${device.deviceId}`,
      async () => (await allOf(after, device)).every(({ state }) => isFinal(state)),
      180_000,
    );
  for (const device of devices) {
    const commands = await allOf(after, device);
    const sorted = (list: readonly { commandId: unknown; state: unknown }[]) =>
      list.map((one) => `${one.commandId} ${one.state}`).sort();
    expect(commands.map(({ state }) => state)).toEqual(Array(commandsEach + 1).fill('succeeded'));
    expect(commands.filter(({ parentId }) => parentId === commandId)).toHaveLength(1);
    expect(sorted((await endsOf(after, device)).map(({ data }) => data as never))).toEqual(sorted(commands));
  }
  const events = await callApi(after, { path: '/api/applications/default/events?limit=100', as: operator });
  const ofGroup = events.json.items.filter(({ data }: Event) => data['commandId'] === commandId);
  expect(ofGroup).toMatchObject([{ data: { state: 'succeeded' } }]);
  await Promise.all(devices.map((device) => device.disconnect()));
});
