import type { SQSRecord } from 'aws-lambda';
import { bulkhead } from 'cockatiel';
import type { LiveChange } from '../live/protocol.ts';
import type { Device } from '../model/device.ts';
import type { Sends } from '../platform/clients.ts';
import type { wakeMailboxes } from '../platform/mailbox.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { type Presence, parsePresence, presenceKey } from '../platform/records/presence.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { readItems } from '../platform/tables.ts';
import { type DeviceState, parseDeviceState, stateKey } from '../telemetry/stores/deviceState.ts';
import { awaitRegistration, isInGrace, judge, observe, type Policy } from './advance.ts';
import type { PresenceChange } from './protocol.ts';
import { isToBeMarked, type savePresence } from './savePresence.ts';
import { gatherSignals, type Signals } from './signals.ts';

export interface PresenceDependencies {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly save: ReturnType<typeof savePresence>;
  readonly tellChanges: (changes: readonly LiveChange[]) => Promise<void>;
  readonly wake: ReturnType<typeof wakeMailboxes>;
  /** Has devices checked when that long has passed. Milliseconds. */
  readonly checkLater: (deviceIds: readonly string[], delay: number) => Promise<void>;
  readonly policy: Pick<Policy, 'grace' | 'silentAfter'>;
}

/** What a device was found to be and came to be. */
interface Settled {
  readonly signals: Signals;
  readonly device: Device | undefined;
  readonly policy: Policy;
  readonly before: Presence;
  readonly after: Presence;
  readonly values: DeviceState | undefined;
}

const triesOnConflict = 8;
/** Of a batch that is about a hundred devices: who else asks the table shall not wait for all of them. */
const writesAtOnce = 8;

/**
 * Takes what a batch says of devices: their presence moves forward, with one write each, then all that follows from it is done. What
 * died on the way is delivered again: the write is not repeated, all that follows is.
 */
export const settlePresence =
  (dependencies: PresenceDependencies): BatchHandler =>
  async (records) => {
    const { devices, unreadable, strangers } = gatherSignals(records);
    for (const { record, problem } of unreadable)
      logger.error('not a message about presence; it goes to the dead letters', {
        messageId: record.messageId,
        problem,
      });
    const { settled, failed, unknown } = await moveAll(dependencies, devices);
    const unknownClients = strangers + unknown;
    if (unknownClients > 0) metrics.addMetric('UnknownClients', MetricUnit.Count, unknownClients);
    countStates(settled);
    await Promise.all([
      dependencies.tellChanges(settled.flatMap(changeOf)),
      wakeMailboxesOf(dependencies, settled),
      keepGrace(dependencies, settled),
    ]);
    return { failed: [...unreadable.map(({ record }) => record), ...failed] };
  };

async function moveAll(
  dependencies: PresenceDependencies,
  devices: ReadonlyMap<string, Signals>,
): Promise<{ readonly settled: Settled[]; readonly failed: SQSRecord[]; readonly unknown: number }> {
  const settled: Settled[] = [];
  const failed: SQSRecord[] = [];
  const limited = bulkhead(writesAtOnce, Number.POSITIVE_INFINITY);
  let unknown = 0;
  let open = [...devices.keys()];
  const signalsOf = (deviceId: string) => devices.get(deviceId) as Signals;
  for (let tries = 1; open.length > 0; tries += 1) {
    const read = await readAll(dependencies, open);
    const outcomes = await Promise.all(
      open.map(async (deviceId) => {
        const one = move(dependencies, read(deviceId), signalsOf(deviceId));
        if (one === undefined) {
          if (signalsOf(deviceId).connections.length > 0) unknown += 1;
          return undefined;
        }
        const { before, after, device, values } = one;
        const isNew = after !== before || isToBeMarked(after, values);
        const isSaved = !isNew || (await limited.execute(() => dependencies.save(before, after, device, values)));
        if (isSaved) settled.push(one);
        return isSaved ? undefined : deviceId;
      }),
    );
    open = outcomes.filter((deviceId) => deviceId !== undefined);
    if (open.length > 0 && tries === triesOnConflict) {
      logger.error('others kept writing the presence; SQS will deliver again', { deviceIds: open });
      failed.push(...open.flatMap((deviceId) => signalsOf(deviceId).records));
      break;
    }
  }
  return { settled, failed: [...new Set(failed)], unknown };
}

interface Found {
  readonly device: Device | undefined;
  readonly presence: Presence;
  /** Its newest values, if it ever sent any; with when that was. */
  readonly values: DeviceState | undefined;
}

async function readAll({ db, devicesTable }: PresenceDependencies, deviceIds: readonly string[]) {
  const keys = deviceIds.flatMap((deviceId) => [deviceKey(deviceId), presenceKey(deviceId), stateKey(deviceId)]);
  const { [devicesTable]: items = [] } = await readItems({ db })({ [devicesTable]: keys });
  const found = new Map(items.map((item) => [`${item['item']} ${item['deviceId']}`, item]));
  return (deviceId: string): Found => ({
    device: parseDevice(found.get(`device ${deviceId}`)),
    presence: parsePresence(found.get(`presence ${deviceId}`)) ?? {
      deviceId,
      connected: false,
      disconnects: [],
      version: 0,
    },
    values: parseDeviceState(found.get(`state ${deviceId}`)),
  });
}

/** @returns undefined for a client that is no device of ours, of which nothing is kept */
function move(
  { policy: { grace, silentAfter } }: PresenceDependencies,
  { device, presence: before, values }: Found,
  signals: Signals,
): Settled | undefined {
  const policy = { grace, silentAfter, heartbeatEvery: heartbeatEvery(device) };
  const settled = (after: Presence): Settled => ({ signals, device, policy, before, after, values });
  const now = Date.now();
  const isKnown = device !== undefined || before.version > 0;
  if (!isKnown && !signals.isThing) return undefined;
  const observed = observe(before, signals);
  // Of a thing that nobody registered only that is kept which counts when it is; of one that went, nothing.
  if (device === undefined) {
    const isKept = isKnown || observed.connected || signals.heard !== undefined;
    return settled(isKept ? awaitRegistration(observed, policy, now) : before);
  }
  const { lastHeartbeat = 0 } = observed;
  const lastSeen = values?.lastSeen ?? 0;
  const heardAt = Math.max(lastHeartbeat, lastSeen);
  return settled(judge(observed, policy, { heardAt, by: lastSeen > lastHeartbeat ? 'telemetry' : 'heartbeat', now }));
}

/** As the device's configuration says it: `heartbeatSeconds`. */
function heartbeatEvery(device: Device | undefined): number | undefined {
  const seconds = device?.configuration['heartbeatSeconds'];
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}

const hasChanged = ({ before, after }: Settled) => after.state !== before.state;

function changeOf(one: Settled): LiveChange[] {
  const { device, after, signals } = one;
  const { deviceId, state, previousState = 'unknown', reason = '', stateSince = 0 } = after;
  // Of a batch that is repeated nobody knows who was told.
  if (device === undefined || state === undefined || !(hasChanged(one) || signals.isRepeated)) return [];
  const { applicationId, roomId } = device;
  const since = new Date(stateSince).toISOString();
  return [
    {
      channels: [
        `device:${deviceId}`,
        ...(roomId === undefined ? [] : [`room:${roomId}`]),
        `application:${applicationId}`,
      ],
      kind: 'presence',
      applicationId,
      deviceId,
      ...(roomId !== undefined && { roomId }),
      at: new Date().toISOString(),
      data: { deviceId, previousState, currentState: state, reason, since } satisfies PresenceChange,
    },
  ];
}

/**
 * Of those whose newest connection has just been told of, or that they listen: whichever comes last finds a device that is there. A
 * gateway is there for those behind it.
 */
async function wakeMailboxesOf({ wake }: PresenceDependencies, settled: readonly Settled[]): Promise<void> {
  const idsOf = (some: readonly Settled[]) => some.map(({ after }) => after.deviceId);
  const isGateway = (one: Settled) =>
    one.device?.kind === 'gateway' && (one.signals.listensForChildren || hasConnected(one));
  const gateways = settled.filter(isGateway);
  const others = settled.filter((one) => !gateways.includes(one) && (one.signals.listens || hasConnected(one)));
  await Promise.all([wake(idsOf(others)), wake(idsOf(gateways), { childrenAfter: '' })]);
}

const hasConnected = ({ signals, after }: Settled): boolean =>
  after.connected &&
  signals.connections.some(
    ({ connected, version, session }) =>
      connected && version === after.connectionVersion && session === after.connectionSession,
  );

/** The end of a grace period is looked at when it comes, not by the next sweep. */
async function keepGrace({ checkLater }: PresenceDependencies, settled: readonly Settled[]): Promise<void> {
  const held = settled.filter(({ after, policy }) => isInGrace(after, policy)).map(({ after }) => after);
  if (held.length === 0) return;
  await checkLater(
    held.map(({ deviceId }) => deviceId),
    Math.max(...held.map(({ dueAt = 0 }) => dueAt)) - Date.now(),
  );
}

function countStates(settled: readonly Settled[]): void {
  for (const [state, name] of [
    ['online', 'DevicesOnline'],
    ['offline', 'DevicesOffline'],
  ] as const) {
    const count = settled.filter((one) => hasChanged(one) && one.after.state === state).length;
    if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  }
}
