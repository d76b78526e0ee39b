import '../platform/silent.ts';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { advanceBatch } from '../../../functions/commandGroups/advanceBatch.ts';
import { carryOut } from '../../../functions/commandGroups/carryOut.ts';
import { cancelChild, createChild } from '../../../functions/commandGroups/children.ts';
import { groupEffectsFrom } from '../../../functions/commandGroups/dependencies.ts';
import { type Group, scopeIndex } from '../../../functions/commandGroups/groupCommand.ts';
import { newsBatch } from '../../../functions/commandGroups/newsBatch.ts';
import { planRequest } from '../../../functions/commandGroups/plans.ts';
import { reportOf } from '../../../functions/commandGroups/report.ts';
import { tellGroup } from '../../../functions/commandGroups/tellGroup.ts';
import { carryOut as carryOutCommand } from '../../../functions/commands/carryOut.ts';
import { openIndex, storedCommand } from '../../../functions/commands/command.ts';
import { cancelCommand, createCommand, readDeviceType } from '../../../functions/commands/createCommand.ts';
import { effectsFrom } from '../../../functions/commands/dependencies.ts';
import { planResponse } from '../../../functions/commands/plans.ts';
import type { Device } from '../../../functions/model/device.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { deviceItem } from '../../../functions/platform/records/registry.ts';
import type { BatchHandler } from '../../../functions/platform/sqsHandler.ts';
import { newId } from '../../../functions/platform/ulid.ts';
import { memoryDb } from '../platform/memoryDb.ts';

const env = {
  COMMANDS_TABLE: 'Commands',
  COMMAND_GROUPS_TABLE: 'CommandGroups',
  DEVICES_TABLE: 'Devices',
  EVENTS_TABLE: 'Events',
  AUDIT_TABLE: 'Audit',
  COMMAND_RETENTION_DAYS: 1,
  TIMER_QUEUE_URL: 'commandTimers',
  MAILBOX_QUEUE_URL: 'mailboxes',
  LIVE_QUEUE_URL: 'live',
  GROUP_QUEUE_URL: 'reports',
  GROUP_MAILBOX_QUEUE_URL: 'groups',
  GROUP_TIMER_QUEUE_URL: 'groupTimers',
};

const now = new Date().toISOString();
const stamps = { version: 1, createdAt: now, updatedAt: now };
const deviceIds = ['a', 'c'];
const device = (deviceId: string): Device => ({
  deviceId,
  applicationId: 'plant',
  roomId: 'hall',
  name: deviceId,
  kind: 'device',
  deviceType: 'valve',
  status: 'active',
  metadata: {},
  configuration: {},
  ...stamps,
});

/** The functions of group commands on DynamoDB in memory, and queues that deliver until nothing is left. */
async function openPlant() {
  const db = memoryDb(
    {
      name: 'Commands',
      keys: ['deviceId', 'commandId'],
      localIndexes: [{ name: openIndex.name, keys: ['deviceId', openIndex.sortKey] }],
    },
    {
      name: 'CommandGroups',
      keys: ['groupId', 'entry'],
      indexes: [{ name: scopeIndex.name, keys: [scopeIndex.partitionKey, scopeIndex.sortKey] }],
    },
    { name: 'Devices', keys: ['deviceId', 'item'] },
    { name: 'Directory', keys: ['pk', 'sk'] },
    { name: 'Events', keys: ['applicationId', 'eventId'] },
    { name: 'Audit', keys: ['applicationId', 'auditId'] },
  );
  const queues = new Map<string, SQSRecord[]>();
  const put = (queue: string, body: string) =>
    queues.set(queue, [
      ...(queues.get(queue) ?? []),
      { messageId: newId(), body, attributes: { ApproximateReceiveCount: '1' } } as SQSRecord,
    ]);
  // Calls until somebody dies: from that one on, each of its calls fails.
  let left = Number.POSITIVE_INFINITY;
  const alive = () => {
    left -= 1;
    if (left < 0) throw new Error('died');
  };
  const clients = {
    db: {
      send: async (command: Parameters<typeof db.send>[0]) => {
        alive();
        return db.send(command);
      },
    },
    sqs: {
      send: async ({
        input,
      }: {
        input: { QueueUrl: string; MessageBody?: string; Entries?: { MessageBody: string }[] };
      }) => {
        alive();
        for (const { MessageBody } of input.Entries ?? [{ MessageBody: input.MessageBody ?? '' }])
          put(input.QueueUrl, MessageBody);
        return {};
      },
    },
  };
  const groups = groupEffectsFrom({ ...env, STAGE: 'test' } as never, clients);
  const commands = effectsFrom(env, clients);
  const children = {
    create: createCommand({
      effects: commands,
      typeOf: readDeviceType({ db: clients.db, tableName: 'Directory' }),
    }),
    cancel: cancelCommand({ effects: commands }),
    commands: commands.store,
    groups: groups.store,
  };
  const effects = {
    ...groups,
    create: createChild(children),
    cancel: cancelChild(children),
    tell: tellGroup({ sqs: clients.sqs, queueUrl: 'live' }),
  };

  const commandsOf = async (deviceId: string) => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: 'Commands',
        KeyConditionExpression: 'deviceId = :deviceId',
        ExpressionAttributeValues: { ':deviceId': deviceId },
      }),
    );
    return Items.map((item) => storedCommand.parse(item));
  };
  /** A device that carries out what it is told; `c` can not close. */
  const obey: BatchHandler = async ([record]) => {
    const { deviceId } = JSON.parse(record?.body ?? '');
    for (const { commandId, name, state } of await commandsOf(deviceId)) {
      if (state !== 'queued' && state !== 'sent') continue;
      const at = Date.now();
      await commands.store.apply({ deviceId, commandId }, { type: 'send', at, attemptId: 'first', followed: false });
      const outcome = deviceId === 'c' && name === 'close' ? 'failed' : 'succeeded';
      await carryOutCommand(commands)(
        deviceId,
        planResponse(commandId, { type: 'end', at, attemptId: 'first', outcome }),
      );
    }
    return { failed: [] };
  };
  const handlers: readonly (readonly [queue: string, BatchHandler])[] = [
    ['mailboxes', obey],
    ['groups', advanceBatch({ effects })],
    ['reports', newsBatch({ effects })],
    // Only when nothing else moves: they ring much later.
    ['groupTimers', newsBatch({ effects })],
  ];
  /** Calls a handler with one message, which comes again when the handler dies. @returns false when there is none */
  const deliver = async (): Promise<boolean> => {
    for (const [queue, handle] of handlers) {
      const [record, ...others] = queues.get(queue) ?? [];
      if (record === undefined) continue;
      queues.set(queue, others);
      const failed = await handle([record], { getRemainingTimeInMillis: () => 1000 }).then(
        (answer) => answer.failed.length > 0,
        () => true,
      );
      if (failed || left < 0) {
        put(queue, record.body);
        left = Number.POSITIVE_INFINITY;
      }
      return true;
    }
    return false;
  };

  for (const deviceId of deviceIds)
    await db.send(new PutCommand({ TableName: 'Devices', Item: deviceItem(device(deviceId)) }));
  const thingModel = { title: 'Valve', actions: { close: {}, open: {} } };
  await db.send(
    new PutCommand({
      TableName: 'Directory',
      Item: {
        ...directoryKeys.deviceType('plant', 'valve'),
        applicationId: 'plant',
        typeName: 'valve',
        thingModel,
        ...stamps,
      },
    }),
  );
  return {
    effects,
    commandsOf,
    deliver,
    dieAtCall: (call: number) => {
      left = call;
    },
    /** @returns whether nobody has died yet */
    allAlive: () => left >= 0 && left < Number.POSITIVE_INFINITY,
    revive: () => {
      left = Number.POSITIVE_INFINITY;
    },
    events: async () => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: 'Events',
          KeyConditionExpression: 'applicationId = :plant',
          ExpressionAttributeValues: { ':plant': 'plant' },
        }),
      );
      return Items.filter(({ type }) => type === 'room.commandEnded');
    },
    told: () => (queues.get('live') ?? []).flatMap(({ body }) => JSON.parse(body).changes ?? []),
  };
}

const group = (): Group => ({
  commandId: newId(),
  applicationId: 'plant',
  roomId: 'hall',
  name: 'close',
  parameters: {},
  priority: 5,
  filter: {},
  quorum: { percent: 100, leaveOut: [] },
  timeout: 30,
  deadlineIn: 300,
  compensation: { name: 'open', parameters: {}, timeout: 30, deadlineIn: 300 },
  cause: { actor: 'user:ada', operation: 'createRoomCommand' },
  state: 'planning',
  targets: deviceIds.length,
  createdAt: Date.now(),
  version: 1,
});

/** A whole life in which somebody dies at a call: of the request, or of a handler. @returns whether that call was ever made */
async function live(call: number, cancelAfter?: number): Promise<boolean> {
  const plant = await openPlant();
  const { effects } = plant;
  const asked = group();
  const { commandId } = asked;
  plant.dieAtCall(call);
  const known = { group: asked, targets: deviceIds.map((deviceId) => ({ deviceId, roomId: 'hall' })) };
  const requested = await carryOut(effects)(planRequest(Date.now()), known).then(
    () => true,
    () => false,
  );
  if (!requested) plant.revive();
  const cancel = async () => {
    const now = await effects.store.readGroup(commandId);
    if (now === undefined) return;
    await effects.store.requestCancel(now, { actor: 'user:ada', operation: 'cancelRoomCommand' });
    await effects.wake(commandId);
  };
  let delivered = 0;
  while (await plant.deliver()) {
    delivered += 1;
    if (delivered > 500) throw new Error('it never comes to rest');
    if (delivered !== cancelAfter) continue;
    await cancel().catch(() => {
      plant.revive();
      return cancel();
    });
  }
  const everybodyLived = plant.allAlive();
  plant.revive();

  const ended = await effects.store.read(commandId);
  if (ended === undefined) {
    // The request died before it was written: nobody was told anything.
    expect(requested).toBe(false);
    for (const deviceId of deviceIds) expect(await plant.commandsOf(deviceId)).toEqual([]);
    return true;
  }
  const report = reportOf(ended.group, ended.targets, { grants: undefined });
  const names = async (deviceId: string) => (await plant.commandsOf(deviceId)).map(({ name }) => name).sort();
  for (const { deviceId, outcome } of ended.targets) {
    const [close] = (await plant.commandsOf(deviceId)).filter(({ name }) => name === 'close');
    expect({ deviceId, state: close?.state ?? 'cancelled' }).toEqual({ deviceId, state: outcome });
    if (close !== undefined)
      expect(await names(deviceId)).toEqual(outcome === 'succeeded' ? ['close', 'open'] : ['close']);
  }
  if (cancelAfter === undefined)
    expect({ ...report, state: ended.group.state }).toMatchObject({
      state: 'failed',
      counts: { succeeded: 1, failed: 1, open: 0 },
      compensation: { counts: { succeeded: 1, open: 0 } },
    });
  expect(await plant.events()).toMatchObject([
    { data: { commandId, state: ended.group.state, counts: report.counts } },
  ]);
  expect(plant.told().findLast(({ deviceId }: { deviceId?: string }) => deviceId === undefined)).toMatchObject({
    channels: ['room:hall', 'application:plant'],
    data: { state: ended.group.state, counts: report.counts },
  });
  return !everybodyLived;
}

test('wherever somebody dies, each device is told once, those that succeeded are compensated, and it ends once', async () => {
  let call = 0;
  while (await live(call)) call += 1;
  expect(call).toBeGreaterThan(50);
});

test.each([1, 2, 3, 5])('cancelled after %i messages, and somebody dies', async (messages) => {
  for (let call = 5; await live(call, messages); call += 9);
});
