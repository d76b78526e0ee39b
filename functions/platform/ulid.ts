import { createHash, randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID (github.com/ulid/spec) that is the same at every delivery of a message: its time is when the rule received the
 * message, its randomness a hash of the seed.
 * @param time epoch milliseconds
 */
export function deterministicUlid(time: number, seed: string): string {
  let text = timePart(time);
  const random = createHash('sha256').update(seed).digest();
  for (let place = 0; place < 16; place += 1) text += alphabet[(random[place] ?? 0) % 32];
  return text;
}

/** The ULIDs of a millisecond are between these two, both included. @param time epoch milliseconds */
export const firstUlid = (time: number): string => timePart(time) + '0'.repeat(16);
export const lastUlid = (time: number): string => timePart(time) + 'Z'.repeat(16);

/** 48 bits; a later time counts as the last that fits. */
function timePart(time: number): string {
  let text = '';
  for (let rest = Math.min(time, 2 ** 48 - 1), place = 0; place < 10; place += 1) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const pool = Buffer.alloc(512);
let taken = pool.length;

/** Random bytes by the pool: taken one by one from the system, they cost twenty times what the rest of an id does. */
function randomFraction(): number {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const byte = pool[taken] as number;
  taken += 1;
  return byte / 256;
}

/** A new id that sorts by time. @param time epoch milliseconds; now unless given */
export const newId = (time = Date.now()): string => ulid(time, randomFraction);
