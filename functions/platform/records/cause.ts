import type { Caller } from '../access/caller.ts';

/** Who asked for a change, by which operation. */
export interface Cause {
  readonly actor: string;
  readonly operation: string;
}

export const causeOf = (request: {
  readonly access: { readonly caller: Caller };
  readonly operationId: string;
}): Cause => ({ actor: `user:${request.access.caller.userId}`, operation: request.operationId });
