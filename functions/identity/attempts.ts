import { createHash } from 'node:crypto';
import type { limitRate } from '../platform/http/rateLimit.ts';

/** Attempts to sign in that are taken in a minute. An account's are few: passwords are not to be guessed. */
export const attemptsPerMinute = { account: 10, address: 100 };

/**
 * Counts an attempt to sign in, by account and by address, whether there is such an account or not.
 * @throws Problem 429
 */
export const countAttempt =
  (limits: { readonly account: ReturnType<typeof limitRate>; readonly address: ReturnType<typeof limitRate> }) =>
  async (email: string, sourceIp: string): Promise<void> => {
    await limits.address(`signIn:ip:${sourceIp}`);
    // Not the address itself: the table of what expires need not know who tries.
    await limits.account(`signIn:${createHash('sha256').update(email).digest('base64url')}`);
  };
