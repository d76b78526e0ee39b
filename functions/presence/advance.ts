import type { Presence } from '../platform/records/presence.ts';
import { comparePlaces, type Place } from './lifecycleEvent.ts';
import type { ConnectionSignal, Signals } from './signals.ts';

/** How long what holds a device online lasts. Milliseconds. */
export interface Policy {
  /** After its connection ended. */
  readonly grace: number;
  /** Of a device without a connection, after it was last heard. */
  readonly silentAfter: number;
  /** Between its heartbeats, if it is to send them: a connection alone says too little then. */
  readonly heartbeatEvery: number | undefined;
}

/** So many heartbeats may be missed, but for one. */
const heartbeatsMissed = 3;
/** Disconnects are counted for this long; more than can be told apart then are no news. */
const countedFor = 3600_000;
const countedAtMost = 100;
/** What is received so soon after the end of a connection was sent over it. */
const underway = 2000;
/** Who was not registered is looked at again after this. */
const registeredWithin = 60_000;

/** Moves what is known of a device forward by signals, without a judgement: in whatever order and however often they come, the result is the same. */
export function observe(before: Presence, { connections, heard }: Pick<Signals, 'connections' | 'heard'>): Presence {
  let next = before;
  for (const signal of connections) next = observeConnection(next, signal);
  if (heard !== undefined && heard.receivedAt > (next.lastHeartbeat ?? 0))
    next = {
      ...next,
      lastHeartbeat: heard.receivedAt,
      ...(heard.principal !== undefined && { certificateId: heard.principal }),
    };
  return next;
}

const placeOf = ({ connected, connectionVersion, connectionSession, connectionEventAt }: Presence) =>
  connectionVersion === undefined || connectionEventAt === undefined
    ? undefined
    : ({ connected, version: connectionVersion, session: connectionSession, at: connectionEventAt } satisfies Place);

function observeConnection(before: Presence, signal: ConnectionSignal): Presence {
  const counted = signal.connected ? before : countDisconnect(before, signal.at);
  const place = placeOf(before);
  if (place !== undefined && comparePlaces(signal, place) <= 0) {
    // It ended before it was told to begin.
    const sameConnection = signal.version === place.version && signal.session === place.session;
    return sameConnection && signal.connected && counted.connectedAt === undefined
      ? { ...counted, connectedAt: signal.receivedAt }
      : counted;
  }
  const { connectedAt, disconnectedAt: _, disconnectReason: __, ...rest } = counted;
  const isSame = place?.version === signal.version && place.session === signal.session;
  return {
    ...rest,
    connected: signal.connected,
    connectionVersion: signal.version,
    connectionSession: signal.session,
    connectionEventAt: signal.at,
    certificateId: signal.certificateId,
    ...(signal.connected
      ? { connectedAt: signal.receivedAt }
      : {
          ...(isSame && connectedAt !== undefined && { connectedAt }),
          disconnectedAt: signal.receivedAt,
          disconnectReason: signal.reason ?? 'UNKNOWN',
        }),
  };
}

function countDisconnect(before: Presence, at: number): Presence {
  if (before.disconnects.includes(at)) return before;
  const all = [...before.disconnects, at].sort((one, other) => one - other).slice(-countedAtMost);
  const newest = all.at(-1) ?? at;
  return { ...before, disconnects: all.filter((time) => time > newest - countedFor) };
}

interface Judgement {
  /** The state that it comes to be in, unless it is in it; none leaves it in what it is in. */
  readonly becomes?: { readonly state: 'online' | 'offline'; readonly reason: string; readonly since: number };
  /** When this may change without a signal. */
  readonly dueAt?: number;
}

/** What else there is to judge by. */
interface Evidence {
  /** When something of it last came in, and as what. */
  readonly heardAt: number;
  readonly by: 'heartbeat' | 'telemetry';
  readonly now: number;
}

/** Judges a registered device: online, or not. The same object when its state stays and is due at the same time. */
export function judge(observed: Presence, policy: Policy, evidence: Evidence): Presence {
  const { becomes, dueAt } = judgementOf(observed, policy, evidence);
  const { dueAt: dueBefore, state: previousState, ...rest } = observed;
  const due = dueAt === undefined ? {} : { dueAt };
  const previous = previousState === undefined ? {} : { previousState };
  if (becomes !== undefined && becomes.state !== previousState)
    return { ...rest, ...previous, state: becomes.state, reason: becomes.reason, stateSince: becomes.since, ...due };
  if (dueAt === dueBefore) return observed;
  return { ...rest, ...(previousState !== undefined && { state: previousState }), ...due };
}

function judgementOf(
  { connected, connectedAt = 0, disconnectedAt, disconnectReason, state }: Presence,
  { grace, silentAfter, heartbeatEvery }: Policy,
  { heardAt, by, now }: Evidence,
): Judgement {
  const heard: Judgement['becomes'] = { state: 'online', reason: by, since: heardAt };
  const silent: Judgement = { becomes: { state: 'offline', reason: 'silent', since: now } };
  const lasts = heartbeatEvery === undefined ? undefined : heartbeatsMissed * heartbeatEvery;
  if (connected) {
    const isFresh = lasts === undefined || connectedAt + lasts > now;
    const becomes = isFresh ? ({ state: 'online', reason: 'connected', since: connectedAt } as const) : heard;
    if (lasts === undefined) return { becomes };
    const silentAt = Math.max(heardAt, connectedAt) + lasts;
    return silentAt > now ? { becomes, dueAt: silentAt } : silent;
  }
  if (heardAt > (disconnectedAt === undefined ? 0 : disconnectedAt + underway)) {
    const silentAt = heardAt + (lasts ?? silentAfter);
    return silentAt > now ? { becomes: heard, dueAt: silentAt } : silent;
  }
  if (disconnectedAt === undefined) return {};
  const backBy = disconnectedAt + grace;
  if (state !== 'offline' && backBy > now) return { dueAt: backBy };
  return { becomes: { state: 'offline', reason: disconnectReason ?? 'UNKNOWN', since: disconnectedAt } };
}

/** Of a thing that nobody registered yet: while it is there, it is looked at again, for its first message registers it. */
export function awaitRegistration(
  observed: Presence,
  { silentAfter }: Pick<Policy, 'silentAfter'>,
  now: number,
): Presence {
  const { dueAt, ...rest } = observed;
  const isThere = observed.connected || (observed.lastHeartbeat ?? 0) + silentAfter > now;
  if (!isThere) return dueAt === undefined ? observed : rest;
  return dueAt !== undefined && dueAt > now ? observed : { ...rest, dueAt: now + registeredWithin };
}

/** It may yet be back: the moment at which that is over is one to keep. */
export const isInGrace = ({ state, connected, dueAt, disconnectedAt = 0 }: Presence, policy: Policy): boolean =>
  state !== 'offline' && !connected && dueAt === disconnectedAt + policy.grace;
