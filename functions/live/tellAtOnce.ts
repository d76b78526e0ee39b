import type { tellLive } from '../platform/tellLive.ts';
import type { LiveChange } from './protocol.ts';
import type { Push } from './push.ts';

/** As many as one who has something else to do can post to. */
const mostConnections = 16;

/** Tells those who watch without the live queue, if they are few. What does not reach them goes by way of the queue. */
export const tellAtOnce =
  ({ push, queue }: { readonly push: Push; readonly queue: Pick<ReturnType<typeof tellLive>, 'changes'> }) =>
  async (changes: readonly LiveChange[]): Promise<void> => {
    const missed = await push(changes, { mostConnections });
    await queue.changes(changes.filter((change) => missed.has(change)));
  };
