import type { LiveChange, LiveUpdate } from './protocol.ts';

/** Bytes of an update or change inside a JSON array. Apart from the protocol, which browsers read too. */
export const updateBytes = (update: LiveUpdate | LiveChange): number => Buffer.byteLength(JSON.stringify(update)) + 1;
