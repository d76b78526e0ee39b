import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { TwinRequest } from './requests.ts';
import { leavesOf } from './shadowTree.ts';
import { agreedAfter, changesOf, type ShadowUpdate } from './shadowUpdate.ts';

/** What is known of a desired value beside the value itself. Versions are the shadow's, times epoch milliseconds. */
const desiredValue = z.object({
  /** The version that made it desired; absent when that was before anybody looked. */
  set: z.number().optional(),
  since: z.number().optional(),
  by: z.string().optional(),
  /** It is taken back when it was not confirmed by then. */
  expiresAt: z.number().optional(),
  /** The last version, since it was set, in which the reported value agreed. Absent: it is pending. */
  confirmed: z.number().optional(),
});
export type DesiredValue = z.infer<typeof desiredValue>;

/** What Fieldline knows of a shadow beside the shadow itself, which AWS IoT keeps. */
export const twinState = z.object({
  /** Of the newest update that was seen. */
  version: z.number(),
  at: z.number(),
  /** Every desired value in that version, by path. */
  values: z.record(z.string(), desiredValue),
  /** Versions before that one which were not seen yet. */
  missing: z.array(z.number()),
});
export type TwinState = z.infer<typeof twinState>;

/** So long after a shadow was deleted its versions begin anew (AWS IoT Developer Guide: "Interacting with shadows", DELETE). */
const versionsKept = 48 * 3600 * 1000;
/** What is further back is not waited for. */
const missingLimit = 100;

/**
 * Moves a state by an update. Whatever order updates come in, and however often each comes, the result is the same.
 * @returns the same object when the update tells nothing new
 */
export function moveState(
  known: TwinState | undefined,
  update: ShadowUpdate,
  request: TwinRequest | undefined,
): TwinState {
  const { version, at } = update;
  const isReborn = known !== undefined && version <= known.version && at >= known.at + versionsKept;
  const state = isReborn ? undefined : known;
  if (state !== undefined && at + versionsKept <= state.at && version >= state.version) return state;
  const isNewer = state === undefined || version > state.version;
  const written = writtenBy(update, request);
  const agreed = agreedAfter(update);
  const paths = isNewer ? [...leavesOf(update.after.desired).keys()] : Object.keys(state.values);
  const next: TwinState = {
    version: isNewer ? version : state.version,
    at: isNewer ? at : state.at,
    values: Object.fromEntries(
      paths.map((path) => {
        const before = state?.values[path] ?? {};
        const own = written.get(path);
        const setting = own !== undefined && own.set >= (before.set ?? 0) ? own : withoutConfirmation(before);
        const confirmed = Math.max(before.confirmed ?? 0, agreed.has(path) ? version : 0);
        return [path, { ...setting, ...(confirmed > 0 && confirmed >= (setting.set ?? 0) && { confirmed }) }];
      }),
    ),
    missing: missingAfter(state, version),
  };
  return state !== undefined && isDeepStrictEqual(next, state) ? state : next;
}

/**
 * The desired values that an update wrote. What a request asks for it sets, also when it was desired before; otherwise only another
 * value is a new one.
 */
function writtenBy(update: ShadowUpdate, request: TwinRequest | undefined) {
  const { version, at } = update;
  if (request === undefined)
    return new Map(
      changesOf(update)
        .filter(({ section }) => section === 'desired')
        .map(({ path }) => [path, { set: version, since: at }]),
    );
  const { actor: by, at: since, valuesExpireAt: expiresAt } = request;
  const asked = leavesOf(request.desired);
  const setting = { set: version, since, by, ...(expiresAt !== undefined && { expiresAt }) };
  return new Map(
    [...leavesOf(update.after.desired).keys()].filter((path) => asked.has(path)).map((path) => [path, setting]),
  );
}

const withoutConfirmation = ({ confirmed: _, ...rest }: DesiredValue): DesiredValue => rest;

function missingAfter(state: TwinState | undefined, version: number): number[] {
  if (state === undefined) return [];
  const skipped = Math.min(Math.max(version - state.version - 1, 0), missingLimit);
  const between = Array.from({ length: skipped }, (_, place) => version - skipped + place);
  return [...state.missing.filter((one) => one !== version), ...between].slice(-missingLimit);
}

/** The values that are pending: desired, and not confirmed since. */
const pendingIn = ({ values }: TwinState) =>
  Object.entries(values).filter(([, { confirmed }]) => confirmed === undefined);

/** When the next pending value expires. Undefined: none will. */
export function nextExpiry(state: TwinState): number | undefined {
  const times = pendingIn(state).flatMap(([, { expiresAt }]) => expiresAt ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Paths of the values whose time is over. */
export const expiredAt = (state: TwinState, now: number): string[] =>
  pendingIn(state)
    .filter(([, { expiresAt }]) => expiresAt !== undefined && expiresAt <= now)
    .map(([path]) => path);

/** Values that somebody set and that are known to be confirmed now, and were not before: each setting of a value is confirmed once. */
export const newlyConfirmed = (before: TwinState | undefined, after: TwinState): string[] =>
  Object.entries(after.values)
    .filter(([path, { set, confirmed }]) => {
      if (set === undefined || confirmed === undefined) return false;
      const known = before?.values[path];
      return known?.set !== set || known.confirmed === undefined;
    })
    .map(([path]) => path);
