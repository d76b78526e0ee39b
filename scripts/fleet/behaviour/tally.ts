import type { CommandResponse } from '../../../functions/commands/protocol.ts';

/** What became of the commands that a fleet heard. */
export interface CommandTally {
  received: number;
  /** Of those, the ones that were heard before under the same attempt. */
  repeated: number;
  readonly answered: Record<Extract<CommandResponse['status'], 'succeeded' | 'failed' | 'rejected'>, number>;
  /** What came on the topic of commands, and is none. */
  notUnderstood: number;
  /** Answers that the broker did not take. */
  unsent: number;
}

export const openTally = (): CommandTally => ({
  received: 0,
  repeated: 0,
  answered: { succeeded: 0, failed: 0, rejected: 0 },
  notUnderstood: 0,
  unsent: 0,
});
