import type { LiveUpdate } from './protocol.ts';

/** Bytes of an update inside a JSON array. Apart from the protocol, which browsers read too. */
export const updateBytes = (update: LiveUpdate): number => Buffer.byteLength(JSON.stringify(update)) + 1;
