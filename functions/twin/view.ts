import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { device } from '../model/device.ts';
import { deviceId, timestamp } from '../model/identifiers.ts';
import { latestValues } from '../model/latest.ts';
import type { Presence } from '../platform/records/presence.ts';
import { shadowName, valuePath } from './protocol.ts';
import type { Shadow } from './shadows.ts';
import { leavesOf, timesOf } from './shadowTree.ts';
import type { StoredRequest } from './twinItems.ts';
import type { DesiredValue, TwinState } from './twinState.ts';

const tree = z.record(z.string(), z.unknown());

const pendingValue = z
  .object({
    path: valuePath,
    desired: z.unknown(),
    /** Absent: it reported none. */
    reported: z.unknown().optional(),
    since: timestamp.optional(),
    /** `user:<id>`, or absent where AWS IoT itself was used. */
    by: z.string().optional(),
    /** It is taken back when it is not confirmed by then; stays until it is confirmed without. */
    expiresAt: timestamp.optional(),
  })
  .meta({ id: 'PendingValue', description: 'A desired value that no reported one has confirmed since it was set' });
type PendingValue = z.infer<typeof pendingValue>;

const times = z.record(valuePath, timestamp);

const connectivity = z
  .object({
    state: z.enum(['online', 'offline', 'unknown']),
    since: timestamp.optional(),
    reason: z.string().optional(),
    lastHeartbeat: timestamp.optional(),
  })
  .meta({ id: 'Connectivity' });

export const twin = z
  .object({
    deviceId,
    /** Absent: the classic shadow. */
    shadowName: shadowName.optional(),
    /** Of the shadow; 0: there is none yet. */
    version: z.int().nonnegative(),
    desired: tree,
    reported: tree,
    /** What is desired and not reported. */
    delta: tree,
    /** When each value was written last, to the second. */
    metadata: z.object({ desired: times, reported: times }),
    pending: z.array(pendingValue),
    /** Newest telemetry. */
    latest: latestValues.omit({ deviceId: true }),
    connectivity,
    device,
  })
  .meta({ id: 'Twin', description: 'What a device is to be, what it says it is, and what is known of it' });
export type Twin = z.infer<typeof twin>;

const iso = (time: number) => new Date(time).toISOString();
const isoTimes = (byPath: ReadonlyMap<string, number>) =>
  Object.fromEntries([...byPath].map(([path, time]) => [path, iso(time)]));

/** The shadow's part of the view. */
export function shadowView(
  { state: { desired = {}, reported = {}, delta = {} }, metadata, version }: Shadow,
  known: TwinState | undefined,
  requests: readonly StoredRequest[],
) {
  const desiredTimes = timesOf(desired, metadata.desired);
  return {
    version,
    desired,
    reported,
    delta,
    metadata: { desired: isoTimes(desiredTimes), reported: isoTimes(timesOf(reported, metadata.reported)) },
    pending: pendingOf({ desired, reported }, desiredTimes, known, requests),
  };
}

/**
 * The desired values that wait for the device.
 * @param requests that were made and are not recorded yet, the newest first: who asks right after a change sees it
 */
function pendingOf(
  { desired, reported }: Pick<Twin, 'desired' | 'reported'>,
  desiredTimes: ReadonlyMap<string, number>,
  known: TwinState | undefined,
  requests: readonly StoredRequest[],
): PendingValue[] {
  const said = leavesOf(reported);
  const asked = requests.map(({ request }) => ({ ...request, values: leavesOf(request.desired) }));
  return [...leavesOf(desired)].flatMap(([path, value]) => {
    if (isDeepStrictEqual(said.get(path), value)) return [];
    const open = asked.find(({ values }) => isDeepStrictEqual(values.get(path), value));
    const recorded: DesiredValue = known?.values[path] ?? {};
    if (open === undefined && recorded.confirmed !== undefined) return [];
    const info = open ? { since: open.at, by: open.actor, expiresAt: open.valuesExpireAt } : recorded;
    const since = info.since ?? desiredTimes.get(path);
    return [
      {
        path,
        desired: value,
        ...(said.has(path) && { reported: said.get(path) }),
        ...(since !== undefined && { since: iso(since) }),
        ...(info.by !== undefined && { by: info.by }),
        ...(info.expiresAt !== undefined && { expiresAt: iso(info.expiresAt) }),
      },
    ];
  });
}

export function connectivityOf(presence: Presence | undefined): Twin['connectivity'] {
  if (presence === undefined) return { state: 'unknown' };
  const { state = presence.connected ? 'online' : 'unknown', stateSince, reason, lastHeartbeat } = presence;
  return {
    state,
    ...(stateSince !== undefined && { since: iso(stateSince) }),
    ...(reason !== undefined && { reason }),
    ...(lastHeartbeat !== undefined && { lastHeartbeat: iso(lastHeartbeat) }),
  };
}
