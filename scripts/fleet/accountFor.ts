import { setTimeout as wait } from 'node:timers/promises';
import { inParallel } from './inParallel.ts';
import type { Ledger } from './ledger.ts';
import { type Disposition, dispositions, type MessageEntry, type MessageRecords } from './messageRecords.ts';

/** Every publish of a run, sorted by the end it came to. */
export interface Account extends Record<Disposition, number> {
  /** Published, and no record says what became of it. */
  readonly missing: number;
  /** Reason → how many were quarantined or dead-lettered for it. */
  readonly reasons: ReadonlyMap<string, number>;
}

/**
 * Reads the message records until each publish is accounted for or the deadline has passed.
 * @param deadline epoch milliseconds
 * @param progress told how many are accounted for after each look
 */
export async function accountFor(
  ledger: Ledger,
  records: MessageRecords,
  deadline: number,
  progress: (accounted: number) => void = () => {},
): Promise<Account> {
  const settled = new Map<string, MessageEntry[]>();
  const settledOfDevice = new Map<string, MessageEntry[]>();
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    await Promise.all([lookUpKeys(ledger, records, settled), lookUpDevices(ledger, records, settledOfDevice)]);
    const entries = [...settled.values(), ...settledOfDevice.values()].flat();
    progress(entries.length);
    if (entries.length >= ledger.published || Date.now() + pause > deadline) {
      return summarize(ledger, entries);
    }
    await wait(pause);
  }
}

/**
 * A message that was published n times has n entries under its key: the stored one and its duplicates, or what else became of
 * them. More than n (a repeated delivery) count as n.
 */
async function lookUpKeys(
  ledger: Ledger,
  records: MessageRecords,
  settled: Map<string, MessageEntry[]>,
): Promise<void> {
  const isOpen = ([key, copies]: [string, number]) => (settled.get(key)?.length ?? 0) < copies;
  const single = [...ledger.copies].filter((copy) => copy[1] === 1 && isOpen(copy)).map(([key]) => key);
  const found = (await records.get(single)).filter(isSettled);
  for (const entry of found) settled.set(entry.messageKey, [entry]);
  // What was stored is found a hundred keys at a time. What has copies is asked for key by key; so is, once nothing more turns up
  // among the stored, what may have come to another end.
  const stalled = found.length === 0;
  const byKey = [...ledger.copies].filter((copy) => isOpen(copy) && (copy[1] > 1 || stalled));
  await inParallel(byKey, 8, async ([key, copies]) => {
    settled.set(key, (await records.list(key)).filter(isSettled).slice(0, copies));
  });
}

/** Payloads without an id are found by device, among the records since the run began that no known id explains. */
async function lookUpDevices(
  ledger: Ledger,
  records: MessageRecords,
  settled: Map<string, MessageEntry[]>,
): Promise<void> {
  const open = [...ledger.withoutId].filter(([deviceId, copies]) => (settled.get(deviceId)?.length ?? 0) < copies);
  await inParallel(open, 8, async ([deviceId, copies]) => {
    const entries = await records.listByDevice(deviceId, ledger.startedAt);
    const unexplained = entries.filter((entry) => isSettled(entry) && !ledger.copies.has(entry.messageKey));
    settled.set(deviceId, unexplained.slice(0, copies));
  });
}

function summarize(ledger: Ledger, entries: readonly MessageEntry[]): Account {
  const count = (wanted: Disposition) => entries.filter(({ disposition }) => disposition === wanted).length;
  const counts = Object.fromEntries(dispositions.map((disposition) => [disposition, count(disposition)]));
  const failed = entries.filter(({ disposition }) => disposition === 'quarantined' || disposition === 'dead-lettered');
  return {
    ...(counts as Record<Disposition, number>),
    missing: ledger.published - entries.length,
    reasons: countReasons(failed),
  };
}

function countReasons(failed: readonly MessageEntry[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { reason = 'no reason given' } of failed) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return reasons;
}

const isSettled = ({ disposition }: MessageEntry) => disposition !== undefined;
