import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { Device } from '../model/device.ts';
import type { Sends } from '../platform/clients.ts';
import { deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { conflict } from '../platform/http/problem.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { type Write, writeTogether } from '../platform/records/change.ts';
import { Outdated, untilCurrent } from '../platform/records/deviceChanges.ts';
import { eventWrite } from '../platform/records/events.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { readItems } from '../platform/tables.ts';
import type { tellLive } from '../platform/tellLive.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import type { TwinChange } from './protocol.ts';
import type { TwinRequest } from './requests.ts';
import { leavesOf } from './shadowTree.ts';
import { changesOf, confirmedBy, isDoneBy, readUpdate, type ShadowUpdate, shadowDocuments } from './shadowUpdate.ts';
import {
  historyItem,
  parseRequest,
  parseState,
  requestKey,
  type ShadowOf,
  type StoredState,
  stateItem,
  stateKey,
} from './twinItems.ts';
import { moveState, newlyConfirmed } from './twinState.ts';

interface RecordDependencies {
  readonly db: Sends;
  readonly tables: { readonly devices: string; readonly twins: string; readonly events: string };
  readonly live: Pick<ReturnType<typeof tellLive>, 'changes'>;
  /** Days that history is kept. */
  readonly historyDays: number;
}

/** What the rules make of an accepted update of a shadow. */
const shadowMessage = deviceMessage.extend({ shadowName: z.string().optional() });
type ShadowMessage = z.infer<typeof shadowMessage>;

/** Keeps what became of twins, by the updates of shadows that AWS IoT accepted. They may come in any order, and twice. */
export const recordBatch =
  (dependencies: RecordDependencies): BatchHandler =>
  async (records) => {
    // Those of one device one after the other: they would only stand in each other's way.
    const failed = await Promise.all(
      [...Map.groupBy(records, subjectOf).values()].map((ofDevice) =>
        eachByItself(
          ofDevice,
          async ({ body }) => record(dependencies)(shadowMessage.parse(JSON.parse(body))),
          ({ messageId }, error) =>
            logger.error('an update of a shadow was not recorded; SQS will deliver it again', { messageId, error }),
        ),
      ),
    );
    return { failed: failed.flat() };
  };

function subjectOf({ body, messageId }: SQSRecord): string {
  try {
    return String(JSON.parse(body)?.deviceId);
  } catch {
    return messageId;
  }
}

const record = (dependencies: RecordDependencies) => async (message: ShadowMessage) => {
  const { db, tables } = dependencies;
  const read = readPayload(message, shadowDocuments);
  // Nobody but AWS IoT publishes on these topics.
  if ('problem' in read) throw new Error(`This is no update of a shadow: ${read.problem}`);
  const { Item } = await db.send(new GetCommand({ TableName: tables.devices, Key: deviceKey(message.deviceId) }));
  const device = parseDevice(Item);
  if (device === undefined) {
    // Things of the account that nobody registered here: of another stage, or of another product.
    metrics.addMetric('ForeignShadowUpdates', MetricUnit.Count, 1);
    return;
  }
  const { applicationId, deviceId } = device;
  const { shadowName } = message;
  const shadow: ShadowOf = { applicationId, deviceId, ...(shadowName !== undefined && { shadowName }) };
  const update = readUpdate(read.value);
  const outcome = await untilCurrent(() => write(dependencies, device, shadow, update));
  if (outcome === undefined) return;
  // Told after it is written, and again when the message comes again: whoever listens hears of it at least once.
  const { change, isNewest } = outcome;
  if (!isNewest || change.changes.length === 0) return;
  const { roomId } = device;
  await dependencies.live.changes([
    {
      channels: [
        `device:${deviceId}`,
        ...(roomId === undefined ? [] : [`room:${roomId}`]),
        `application:${applicationId}`,
      ],
      kind: 'twin',
      applicationId,
      deviceId,
      ...(roomId !== undefined && { roomId }),
      at: change.at,
      data: change,
    },
  ]);
};

/** State, history and event together, so that each update counts once. @throws Outdated when another update was written meanwhile */
async function write(
  { db, tables, historyDays }: RecordDependencies,
  device: Device,
  shadow: ShadowOf,
  update: ShadowUpdate,
): Promise<{ readonly change: TwinChange; readonly isNewest: boolean }> {
  const { known, request } = await readKnown({ db, tableName: tables.twins }, shadow, update);
  const state = moveState(known?.state, update, request?.request);
  const change = changeOf(shadow, update, request?.request);
  const outcome = { change, isNewest: state.version === update.version };
  const confirmed = newlyConfirmed(known?.state, state);
  const isNotable = request !== undefined || confirmed.length > 0;
  const writes: Write[] = [];
  if (change.changes.length > 0 || request !== undefined)
    writes.push({
      item: {
        Put: {
          TableName: tables.twins,
          Item: historyItem(shadow, change, historyDays),
          ConditionExpression: 'attribute_not_exists(entry)',
        },
      },
      refusal: () => recordedBefore,
    });
  if (state !== known?.state)
    writes.push(stateWrite(tables.twins, stateItem(shadow, state, revisionAfter(known)), known));
  if (request !== undefined) writes.push(claim(tables.twins, shadow, request.requestId, update.version));
  if (isNotable)
    writes.push({
      item: eventWrite(tables.events, eventOf(device, shadow, change, request?.request, confirmed)),
      refusal: () => recordedBefore,
    });
  if (writes.length === 0) return outcome;
  try {
    await writeTogether({ db })(writes);
    metrics.addMetric('TwinChanges', MetricUnit.Count, 1);
  } catch (error) {
    if (error !== recordedBefore) throw error;
  }
  return outcome;
}

const recordedBefore = conflict('this update was recorded before');
const revisionAfter = (known: StoredState | undefined) => (known?.revision ?? 0) + 1;

/** The state as it is, and the request that the update carries out. */
async function readKnown(
  { db, tableName }: { readonly db: Sends; readonly tableName: string },
  shadow: ShadowOf,
  update: ShadowUpdate,
) {
  const { clientToken } = update;
  const keys = {
    state: stateKey(shadow),
    ...(clientToken !== undefined && isRequestId(clientToken) && { request: requestKey(shadow, clientToken) }),
  };
  const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: Object.values(keys) });
  const found = (key: { readonly entry: string } | undefined) => items.find(({ entry }) => entry === key?.entry);
  const stored = parseRequest(found(keys.request));
  const isOwn =
    stored !== undefined &&
    (stored.appliedAs === undefined || stored.appliedAs === update.version) &&
    isDoneBy(update, stored.request);
  return {
    known: parseState(found(keys.state)),
    request: isOwn ? { requestId: clientToken as string, request: stored.request } : undefined,
  };
}

const isRequestId = (token: string) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(token);

const stateWrite = (TableName: string, Item: Record<string, unknown>, known: StoredState | undefined): Write => ({
  item: {
    Put:
      known === undefined
        ? { TableName, Item, ConditionExpression: 'attribute_not_exists(entry)' }
        : {
            TableName,
            Item,
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeValues: { ':revision': known.revision },
          },
  },
  refusal: () => new Outdated(),
});

/** A request is carried out by one update: who shows its token again is not who asked. */
const claim = (TableName: string, shadow: ShadowOf, requestId: string, version: number): Write => ({
  item: {
    Update: {
      TableName,
      Key: requestKey(shadow, requestId),
      UpdateExpression: 'SET appliedAs = :version',
      ConditionExpression: 'attribute_not_exists(appliedAs) OR appliedAs = :version',
      ExpressionAttributeValues: { ':version': version },
    },
  },
  refusal: () => new Outdated(),
});

function changeOf(
  { deviceId, shadowName }: ShadowOf,
  update: ShadowUpdate,
  request: TwinRequest | undefined,
): TwinChange {
  const changes = changesOf(update);
  const isReport = changes.every(({ section }) => section === 'reported');
  return {
    ...(shadowName !== undefined && { shadowName }),
    version: update.version,
    at: new Date(update.at).toISOString(),
    actor: request?.actor ?? (isReport ? `device:${deviceId}` : 'system'),
    cause: request?.cause ?? (isReport ? 'device' : 'direct'),
    changes,
    confirmed: confirmedBy(update),
  };
}

/** Of what people did and of what came of it; what a device reports besides is history alone. */
function eventOf(
  { applicationId, deviceId, roomId }: Device,
  { shadowName }: ShadowOf,
  { version, at, actor }: TwinChange,
  request: TwinRequest | undefined,
  confirmed: readonly string[],
) {
  return {
    eventId: deterministicUlid(Date.parse(at), `twin ${deviceId} ${shadowName ?? ''} ${version}`),
    at,
    applicationId,
    type: 'device.twinChanged',
    entity: `device:${deviceId}`,
    actor,
    data: {
      version,
      ...(shadowName !== undefined && { shadowName }),
      ...outcomeOf(request),
      ...(confirmed.length > 0 && { confirmed }),
      ...(roomId !== undefined && { roomId }),
    },
  };
}

function outcomeOf(request: TwinRequest | undefined): Record<string, unknown> {
  if (request === undefined) return { reason: 'confirmed' };
  const { cause, desired } = request;
  return cause === 'expiry'
    ? { reason: 'expired', expired: [...leavesOf(desired).keys()] }
    : { reason: 'set', desired };
}
