import type { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { behindIndex, type Command, openIndex } from '../../../functions/commands/command.ts';
import { cancelCommand, createCommand } from '../../../functions/commands/createCommand.ts';
import { dispatchBatch } from '../../../functions/commands/dispatch.ts';
import { commandEffects, tellCommandsAtOnce } from '../../../functions/commands/effects.ts';
import { openCountKey, parseOpenCount } from '../../../functions/commands/openCount.ts';
import type { CommandMessage, CommandResponse } from '../../../functions/commands/protocol.ts';
import { findWay, mayGoAtOnce, readReach } from '../../../functions/commands/reach.ts';
import { findGateway, respondBatch } from '../../../functions/commands/respond.ts';
import { ringBatch } from '../../../functions/commands/ring.ts';
import { setTimers } from '../../../functions/commands/setTimers.ts';
import { wakeChildren } from '../../../functions/commands/wakeChildren.ts';
import type { LiveChange } from '../../../functions/live/protocol.ts';
import type { Push } from '../../../functions/live/push.ts';
import type { Device } from '../../../functions/model/device.ts';
import type { DeviceType } from '../../../functions/model/deviceType.ts';
import { wakeMailboxes } from '../../../functions/platform/mailbox.ts';
import { presenceKey } from '../../../functions/platform/records/presence.ts';
import { deviceItem } from '../../../functions/platform/records/registry.ts';
import type { BatchHandler } from '../../../functions/platform/sqsHandler.ts';
import { memoryDb } from '../platform/memoryDb.ts';
import { queued } from '../telemetry/samples.ts';

const made = { version: 1, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
const applicationId = 'default';

const valve: Device = {
  deviceId: 'valve-1',
  applicationId,
  name: 'Valve',
  kind: 'device',
  deviceType: 'valve',
  status: 'active',
  metadata: {},
  configuration: {},
  ...made,
};

const valveType: DeviceType = {
  applicationId,
  typeName: 'valve',
  thingModel: {
    '@context': 'https://www.w3.org/2022/wot/td/v1.1',
    '@type': 'tm:ThingModel',
    title: 'Valve',
    actions: { open: {} },
  },
  ...made,
};

/** What kills a handler: thrown at a call, before it is done or after. */
export class Killed extends Error {}

interface Sent {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

/** The handlers over the local cloud's DynamoDB in memory and queues that the test delivers from. */
export function commandSystem() {
  const memory = memoryDb(
    {
      name: 'commands',
      keys: ['deviceId', 'commandId'],
      indexes: [{ name: behindIndex.name, keys: [behindIndex.partitionKey, behindIndex.sortKey], attributes: [] }],
      localIndexes: [{ name: openIndex.name, keys: ['deviceId', openIndex.sortKey] }],
    },
    { name: 'devices', keys: ['deviceId', 'item'] },
    { name: 'events', keys: ['applicationId', 'eventId'] },
    { name: 'audit', keys: ['applicationId', 'auditId'] },
  );
  const queues = new Map<string, unknown[]>();
  const delays = new Map<string, number[]>();
  const toDevice: CommandMessage[] = [];
  const topics: string[] = [];
  const calls: string[] = [];
  const watched: LiveChange[] = [];
  let pushes = 0;
  let refusals = 0;
  let misses = 0;
  /** A handler that was killed does nothing more, whatever it catches. */
  let isDead = false;
  let killAt: { call: number; when: 'before' | 'after' } | undefined;
  let meanwhile: (() => Promise<unknown>) | undefined;

  /** Each write and message is a call at which a handler may die. */
  const counted = async <Result>(what: string, work: () => Result | Promise<Result>): Promise<Result> => {
    const other = meanwhile;
    meanwhile = undefined;
    await other?.();
    if (isDead) throw new Killed();
    calls.push(what);
    const dies = killAt?.call === calls.length;
    isDead = dies && killAt?.when === 'before';
    if (isDead) throw new Killed();
    const result = await work();
    isDead = dies;
    if (isDead) throw new Killed();
    return result;
  };
  const db = {
    send: (command: object) => {
      const isRead = [GetCommand, BatchGetCommand, QueryCommand].some((read) => command instanceof read);
      const work = () => memory.send(command as never);
      return isRead ? work() : counted(command.constructor.name.replace('Command', ''), work);
    },
  };
  const put = ({ QueueUrl, MessageBody, DelaySeconds = 0 }: Sent) => {
    delays.set(QueueUrl, [...(delays.get(QueueUrl) ?? []), DelaySeconds]);
    queues.set(QueueUrl, [...(queues.get(QueueUrl) ?? []), JSON.parse(MessageBody)]);
  };
  const sqs = {
    send: async (command: SendMessageCommand | SendMessageBatchCommand) => {
      const { input } = command;
      await counted(String(input.QueueUrl), () => {
        if ('Entries' in input) for (const entry of input.Entries ?? []) put({ ...input, ...entry } as Sent);
        else put(input as Sent);
      });
      return {};
    },
  };
  const iotData = {
    send: async ({ input }: { input: { topic: string; payload: Uint8Array } }) =>
      counted('publish', () => {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('too many requests');
        }
        topics.push(input.topic);
        toDevice.push(JSON.parse(Buffer.from(input.payload).toString()));
      }),
  };
  /** To those who watch: who is not reached is told by way of the live queue. */
  const push = async (changes: readonly LiveChange[]): Promise<ReadonlySet<LiveChange>> =>
    counted('push', () => {
      pushes += 1;
      if (misses > 0) {
        misses -= 1;
        return new Set(changes);
      }
      watched.push(...changes);
      return new Set();
    });
  const effects = commandEffects({
    db,
    sqs,
    iotData,
    tables: { commands: 'commands', events: 'events', audit: 'audit' },
    retentionDays: 90,
    queueUrls: { timers: 'timers', mailbox: 'mailbox', live: 'live', groups: 'groups' },
  });
  const handlers: Readonly<Record<'dispatch' | 'respond' | 'timer', BatchHandler>> = {
    dispatch: dispatchBatch({
      effects,
      findWay: findWay({ db, tableName: 'devices' }),
      wakeChildren: wakeChildren({ db, tableName: 'commands', wake: wakeMailboxes({ sqs, queueUrl: 'mailbox' }) }),
    }),
    respond: respondBatch({
      effects,
      tellAtOnce: tellCommandsAtOnce({ push: push as Push, sqs, queueUrl: 'live' }),
      findGateway: findGateway({ db, tableName: 'devices' }),
      sqs,
      deadLetterQueueUrl: 'dead letters',
    }),
    timer: ringBatch({ effects }),
  };
  const newcomers = setTimers({ effects, sqs, deadLetterQueueUrl: 'dead letters' });
  const cause = { actor: 'user:test', operation: 'createCommand' };
  const context = { getRemainingTimeInMillis: () => 1000 };
  const all = async (TableName: string, key: string, value: string) =>
    (
      await memory.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: `${key} = :key`,
          ExpressionAttributeValues: { ':key': value },
        }),
      )
    ).Items as never[];

  return {
    calls,
    toDevice,
    /** Where that was published, each time. */
    topics,
    queues,
    /** Messages of a queue, taken out. */
    take: (queue: string): never[] => {
      const messages = queues.get(queue) ?? [];
      queues.delete(queue);
      return messages as never[];
    },
    /** For how long each message of a queue was hidden, seconds. */
    delays: (queue: string): readonly number[] => delays.get(queue) ?? [],
    /** Writes over a command what is none. */
    spoil: (commandId: string) =>
      memory.send(
        new PutCommand({ TableName: 'commands', Item: { deviceId: valve.deviceId, commandId, state: 'unheard of' } }),
      ),
    /** From now on: the handler dies at its so-many-th call, before or after that is done. */
    kill(call: number, when: 'before' | 'after') {
      calls.length = 0;
      killAt = { call, when };
    },
    /** What others do before the next call is done. */
    before(work: () => Promise<unknown>) {
      meanwhile = work;
    },
    /** What those who watch were told without the live queue. */
    watched,
    pushes: () => pushes,
    /** The next push reaches nobody. */
    missWatchers() {
      misses += 1;
    },
    /** The stream brings new commands: their ids, and whether it is to bring them again. */
    async bring(...commandIds: string[]): Promise<boolean> {
      const records = commandIds.map((commandId) => ({
        eventName: 'INSERT' as const,
        dynamodb: { Keys: { deviceId: { S: valve.deviceId }, commandId: { S: commandId } } },
      }));
      return (await newcomers(records)) !== undefined;
    },
    /** Takes several answers in one batch. */
    async respondTo(bodies: readonly object[]): Promise<number> {
      const records = bodies.map((body, index): SQSRecord => queued(body, `sqs-${index}`));
      return (await handlers.respond(records, context)).failed.length;
    },
    /** AWS IoT refuses the next publish. */
    refusePublishing() {
      refusals += 1;
    },
    spare() {
      calls.length = 0;
      killAt = undefined;
      isDead = false;
    },
    connect: (connected = true, deviceId = valve.deviceId) =>
      memory.send(new PutCommand({ TableName: 'devices', Item: { ...presenceKey(deviceId), connected } })),
    /** Puts a valve into the registry, behind a gateway or behind none. */
    register: async (gatewayId?: string, deviceId = valve.deviceId): Promise<Device> => {
      const device = { ...valve, deviceId, ...(gatewayId !== undefined && { gatewayId }) };
      await memory.send(new PutCommand({ TableName: 'devices', Item: deviceItem(device) }));
      return device;
    },
    /** @param directly as the API does it, which sends what may go at once; otherwise as a group command does */
    async create(
      commandId: string,
      {
        directly = false,
        ...more
      }: { directly?: boolean; device?: Device; parentId?: string; expiresIn?: number } = {},
    ): Promise<Command> {
      const { device = valve } = more;
      const { reach } = await readReach({ db, devicesTable: 'devices', commandsTable: 'commands' })(device.deviceId);
      return createCommand({ effects, typeOf: async () => valveType })({
        device,
        ...(directly && { atOnce: await mayGoAtOnce({ db, devicesTable: 'devices' })(device, reach) }),
        commandId,
        name: 'open',
        parameters: {},
        priority: 5,
        expiresIn: 3600,
        timeout: 30,
        cause,
        ...more,
      });
    },
    cancel: (commandId: string) => cancelCommand({ effects })({ deviceId: valve.deviceId, commandId }, cause),
    /** @returns whether SQS will deliver it again */
    async handle(name: keyof typeof handlers, body: object, received = 1): Promise<boolean> {
      const record: SQSRecord = queued(body);
      record.attributes.ApproximateReceiveCount = String(received);
      record.attributes.SentTimestamp = String(Date.now());
      return (await handlers[name]([record], context)).failed.length > 0;
    },
    response: (said: Partial<CommandResponse>, receivedAt = Date.now()) => ({
      payload: Buffer.from(JSON.stringify(said)).toString('base64'),
      deviceId: valve.deviceId,
      receivedAt,
      traceId: 'trace',
    }),
    commands: (): Promise<Command[]> => all('commands', 'deviceId', valve.deviceId),
    /** How many are open, as it is counted. */
    openCount: async (): Promise<number> => {
      const Key = openCountKey(valve.deviceId);
      return parseOpenCount((await memory.send(new GetCommand({ TableName: 'commands', Key }))).Item);
    },
    ends: async (): Promise<{ data: { commandId: string; state: string } }[]> =>
      (await all('events', 'applicationId', applicationId)) as never,
  };
}
