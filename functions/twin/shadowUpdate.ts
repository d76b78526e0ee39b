import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { mergePatch } from '../platform/http/mergePatch.ts';
import type { TwinRequest } from './requests.ts';
import { differencesOf, leavesOf, type Tree } from './shadowTree.ts';

const tree = z.record(z.string(), z.unknown());
const sections = z.object({ desired: tree.nullish(), reported: tree.nullish() });

/** What AWS IoT publishes on `…/shadow/update/documents` (AWS IoT Developer Guide: "Device Shadow service documents", "/documents"). */
export const shadowDocuments = z.object({
  /** Of a shadow that was not there, null or without state. */
  previous: z.object({ state: sections.nullish() }).nullish(),
  current: z.object({ state: sections.default({}), version: z.int().positive() }),
  /** Epoch seconds. */
  timestamp: z.int().positive(),
  clientToken: z.string().optional(),
});

/** A shadow before and after an update that was accepted. */
export interface ShadowUpdate {
  readonly version: number;
  /** Epoch milliseconds; AWS IoT gives whole seconds. */
  readonly at: number;
  readonly before: { readonly desired: Tree; readonly reported: Tree };
  readonly after: { readonly desired: Tree; readonly reported: Tree };
  readonly clientToken: string | undefined;
}

export function readUpdate({
  previous,
  current,
  timestamp,
  clientToken,
}: z.output<typeof shadowDocuments>): ShadowUpdate {
  const both = (state: z.output<typeof sections> | null | undefined) => ({
    desired: state?.desired ?? {},
    reported: state?.reported ?? {},
  });
  return {
    version: current.version,
    at: timestamp * 1000,
    before: both(previous?.state),
    after: both(current.state),
    clientToken,
  };
}

/** What an update changed, value by value. */
export const changesOf = ({ before, after }: ShadowUpdate) =>
  (['desired', 'reported'] as const).flatMap((section) =>
    differencesOf(before[section], after[section]).map((difference) => ({ section, ...difference })),
  );

/** Desired values that the reported ones agree with. */
const agreedIn = ({ desired, reported }: ShadowUpdate['after']): Set<string> => {
  const said = leavesOf(reported);
  return new Set(
    [...leavesOf(desired)].filter(([path, value]) => isDeepStrictEqual(said.get(path), value)).map(([path]) => path),
  );
};

export const agreedAfter = ({ after }: ShadowUpdate): Set<string> => agreedIn(after);

/** Desired values that came to be confirmed by this update. */
export function confirmedBy({ before, after }: ShadowUpdate): string[] {
  const known = agreedIn(before);
  const wanted = leavesOf(before.desired);
  return [...agreedIn(after)].filter(
    (path) => !known.has(path) || !isDeepStrictEqual(wanted.get(path), leavesOf(after.desired).get(path)),
  );
}

/** Whether an update did what a request asks and no more: a device sees the token of a request, and could show it again. */
export const isDoneBy = ({ before, after }: ShadowUpdate, { desired }: Pick<TwinRequest, 'desired'>): boolean =>
  isDeepStrictEqual(before.reported, after.reported) &&
  isDeepStrictEqual(leavesOf(mergePatch(before.desired, desired) as Tree), leavesOf(after.desired));
