import * as z from 'zod';
import { metricValue } from '../../live/protocol.ts';
import type { Sends } from '../../platform/clients.ts';
import { type Failure, storageFailure } from '../../platform/failure.ts';
import { executeStatements, insertStatement, isContested, readItems } from '../../platform/tables.ts';
import type { MetricValue } from '../reading.ts';
import type { Aggregated } from '../stages/aggregate.ts';

const metricState = z.object({
  value: metricValue,
  /** Event time, epoch milliseconds. */
  time: z.number(),
  receivedAt: z.number(),
  messageId: z.string(),
  unit: z.string().optional(),
});
type MetricState = z.infer<typeof metricState>;

/**
 * The newest value of every metric of a device: its item `state` in the devices table. What the indexes of that table are made of
 * (applicationId, roomId, …) belongs to the item `device` alone, or lists would show a device twice.
 */
const deviceState = z.object({
  deviceId: z.string(),
  deviceType: z.string().optional(),
  /** Metrics that can't be read are begun anew; the item's version still guards the write. */
  metrics: z.record(z.string(), metricState).catch({}),
  /** When the rule last received a message of it, epoch milliseconds. */
  lastSeen: z.number(),
  /** As presence has it, which writes it here whenever that changes: of whom it is to be told, ingest then knows without a read. */
  online: z.boolean().optional(),
  /** Optimistic version: each write adds one. */
  version: z.number(),
});
export type DeviceState = z.infer<typeof deviceState>;

/** A device that names ever new metrics, or long texts, keeps the newest of them: a DynamoDB item ends at 400 KB. */
const metricsLimit = 1000;
const metricsBytes = 350_000;
const triesOnConflict = 5;

type Candidate = Omit<MetricState, 'value'> & { readonly value: MetricValue };

/** Event time decides; ties go to the later arrival, then to the greater message id. */
const isNewer = (candidate: Candidate, known: Candidate): boolean => {
  if (candidate.time !== known.time) return candidate.time > known.time;
  if (candidate.receivedAt !== known.receivedAt) return candidate.receivedAt > known.receivedAt;
  return candidate.messageId > known.messageId;
};

/**
 * Moves a state forward by messages, metric by metric: in whatever order and however often they come, the result is the same.
 * @returns the same object when nothing is newer
 */
export function mergeState(state: DeviceState | undefined, messages: readonly Aggregated[]): DeviceState | undefined {
  let next = state;
  for (const message of messages) next = mergeMessage(next, message);
  return next === undefined || next === state ? state : { ...next, metrics: newest(next.metrics) };
}

function mergeMessage(state: DeviceState | undefined, message: Aggregated): DeviceState {
  const { deviceId, deviceType, receivedAt, messageId, units, latest } = message;
  const moved: Record<string, MetricState> = {};
  for (const [metric, { value, time }] of Object.entries(latest)) {
    const unit = units[metric];
    const candidate = { value, time, receivedAt, messageId, ...(unit !== undefined && { unit }) };
    const known = state?.metrics[metric];
    if (known === undefined || isNewer(candidate, known)) moved[metric] = candidate;
  }
  if (state && Object.keys(moved).length === 0 && receivedAt <= state.lastSeen) return state;
  return {
    deviceId,
    ...(deviceType !== undefined && { deviceType }),
    metrics: { ...state?.metrics, ...moved },
    lastSeen: Math.max(receivedAt, state?.lastSeen ?? 0),
    version: state?.version ?? 0,
  };
}

function newest(metrics: Record<string, MetricState>): Record<string, MetricState> {
  const entries = Object.entries(metrics);
  const bytes = Buffer.byteLength(JSON.stringify(metrics));
  if (entries.length <= metricsLimit && bytes <= metricsBytes) return metrics;
  // The name settles what ties otherwise, so that the order of arrival never decides what is kept.
  entries.sort(([oneName, one], [otherName, other]) => {
    if (isNewer(one, other)) return -1;
    return isNewer(other, one) || otherName < oneName ? 1 : -1;
  });
  return Object.fromEntries(fitting(entries.slice(0, metricsLimit)));
}

function* fitting(entries: readonly [string, MetricState][]): Generator<[string, MetricState]> {
  let room = metricsBytes;
  for (const entry of entries) {
    room -= Buffer.byteLength(JSON.stringify(entry));
    if (room < 0) return;
    yield entry;
  }
}

export const stateKey = (deviceId: string) => ({ deviceId, item: 'state' });

/** An item of the devices table as a state; what can't be read as one is begun anew. */
export const parseDeviceState = (item: unknown): DeviceState | undefined => deviceState.safeParse(item).data;

/**
 * Saves the devices' newest values: one write per device and batch, on condition that nobody wrote in between; whoever did is
 * read, and the messages merged again.
 * @param states as read before, by device
 * @returns the failures, by device
 */
export const saveDeviceStates =
  ({ db, tableName }: { db: Sends; tableName: string }) =>
  async (messages: readonly Aggregated[], states: ReadonlyMap<string, DeviceState>): Promise<Map<string, Failure>> => {
    const failures = new Map<string, Failure>();
    let open = groupByDevice(messages);
    let known = states;
    const failAll = (failure: Failure) => {
      for (const deviceId of open.keys()) failures.set(deviceId, failure);
    };
    for (let tries = 1; open.size > 0; tries += 1) {
      const outcome = await writeOnce({ db, tableName }, open, known);
      for (const [deviceId, failure] of outcome.failures) failures.set(deviceId, failure);
      open = new Map(outcome.conflicts.map((deviceId) => [deviceId, open.get(deviceId) ?? []]));
      if (open.size === 0) break;
      if (tries === triesOnConflict) {
        failAll(storageFailure('device state', new Error('others kept writing it')));
        break;
      }
      try {
        known = await readDeviceStates({ db, tableName })([...open.keys()]);
      } catch (error) {
        failAll(storageFailure('device state', error));
        break;
      }
    }
    return failures;
  };

/** Reads the states of devices, strongly consistent. */
export const readDeviceStates =
  ({ db, tableName }: { db: Sends; tableName: string }) =>
  async (deviceIds: readonly string[]): Promise<Map<string, DeviceState>> => {
    const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: deviceIds.map(stateKey) });
    return new Map(items.flatMap((item) => parseDeviceState(item) ?? []).map((state) => [state.deviceId, state]));
  };

async function writeOnce(
  { db, tableName }: { db: Sends; tableName: string },
  open: ReadonlyMap<string, readonly Aggregated[]>,
  known: ReadonlyMap<string, DeviceState>,
): Promise<{ conflicts: string[]; failures: Map<string, Failure> }> {
  const writes = [...open].flatMap(([deviceId, messages]) => {
    const before = known.get(deviceId);
    const after = mergeState(before, messages);
    return after === undefined || after === before
      ? []
      : [{ deviceId, statement: writeStatement(tableName, before, after) }];
  });
  const conflicts: string[] = [];
  const failures = new Map<string, Failure>();
  const errors = await executeStatements({ db })(writes.map(({ statement }) => statement));
  for (const [index, { deviceId }] of writes.entries()) {
    const error = errors[index];
    if (error === undefined) continue;
    if (isContested(error)) conflicts.push(deviceId);
    else failures.set(deviceId, storageFailure('device state', error));
  }
  return { conflicts, failures };
}

function writeStatement(tableName: string, before: DeviceState | undefined, after: DeviceState) {
  const version = after.version + 1;
  if (before === undefined) return insertStatement(tableName, { ...stateKey(after.deviceId), ...after, version });
  const type = after.deviceType === undefined ? [] : [after.deviceType];
  return {
    Statement: `UPDATE "${tableName}" SET "metrics"=? SET "lastSeen"=? ${type.map(() => 'SET "deviceType"=? ').join('')}SET "version"=? WHERE "deviceId"=? AND "item"=? AND "version"=?`,
    Parameters: [after.metrics, after.lastSeen, ...type, version, after.deviceId, 'state', before.version],
  };
}

function groupByDevice(messages: readonly Aggregated[]): Map<string, Aggregated[]> {
  const groups = new Map<string, Aggregated[]>();
  for (const message of messages) {
    const group = groups.get(message.deviceId);
    if (group) group.push(message);
    else groups.set(message.deviceId, [message]);
  }
  return groups;
}
