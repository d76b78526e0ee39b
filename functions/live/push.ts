import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { bulkhead } from 'cockatiel';
import type { z } from 'zod';
import type { readStanding, Standing } from '../platform/access/memberships.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { mayHear } from './channels.ts';
import type { findSubscribers, removeConnection, Subscriber } from './connections.ts';
import type { LiveChange, LiveUpdate, serverMessage } from './protocol.ts';
import { updateBytes } from './updateBytes.ts';

interface PushDependencies {
  readonly management: Sends;
  readonly findSubscribers: ReturnType<typeof findSubscribers>;
  /** Keeps what it read for seconds, so that what is pushed costs no read of its own. */
  readonly readStanding: ReturnType<typeof readStanding>;
  readonly removeConnection: ReturnType<typeof removeConnection>;
}

/** API Gateway posts at most 128 KB at once. */
const bytesPerPost = 100_000;
const callsAtOnce = 16;

export type Said = LiveUpdate | LiveChange;
export type Push = ReturnType<typeof push>;

/**
 * Posts updates and changes to those who subscribed and still may hear them, packed into one message per connection. Who was signed
 * out since, or came with an access token that is over, is disconnected; so is forgotten who is gone.
 * @param mostConnections nobody is told what more than these would hear; as many as there are unless given
 * @returns what somebody should have heard and did not: it is to be pushed again
 */
export const push =
  ({ management, findSubscribers, readStanding, removeConnection }: PushDependencies) =>
  async (
    all: readonly Said[],
    { mostConnections = Number.POSITIVE_INFINITY }: { readonly mostConnections?: number } = {},
  ): Promise<ReadonlySet<Said>> => {
    const again = new Set<Said>();
    /** What can't be removed now is gone all the same: the next push tries again, and the TTL has the last word. */
    const forget = (connectionId: string) =>
      removeConnection(connectionId).catch((error: unknown) =>
        logger.warn('connection not removed', { connectionId, reason: (error as Error).message }),
      );
    const limited = bulkhead(callsAtOnce, Number.POSITIVE_INFINITY);
    const channels = [...new Set(all.flatMap((said) => said.channels))];
    const subscribers = new Map<string, readonly Subscriber[]>();
    await Promise.all(
      channels.map(async (channel) => {
        try {
          subscribers.set(channel, await limited.execute(() => findSubscribers(channel)));
        } catch (error) {
          logger.error('subscribers not found; the updates come again', { channel, reason: (error as Error).message });
          for (const said of all) if (said.channels.includes(channel)) again.add(said);
        }
      }),
    );

    // Who subscribed to a device and to its room gets the update once.
    const listeners = new Map([...subscribers.values()].flat().map((one) => [one.connectionId, one]));
    if (listeners.size > mostConnections) return new Set(all);
    const standings = new Map<string, Standing>();
    await Promise.all(
      [...listeners.values()].map(async (listener) => {
        try {
          standings.set(listener.connectionId, await limited.execute(() => readStanding(listener)));
        } catch (error) {
          logger.error('memberships not read; the updates come again', { reason: (error as Error).message });
        }
      }),
    );
    const isOver = ({ connectionId, authorizedUntil }: Subscriber) =>
      standings.get(connectionId)?.signedIn === false || authorizedUntil * 1000 <= Date.now();
    await Promise.all(
      [...listeners.values()].filter(isOver).map(({ connectionId }) =>
        limited.execute(async () => {
          await disconnect(management, connectionId);
          await forget(connectionId);
        }),
      ),
    );

    const byConnection = new Map<string, Said[]>();
    for (const said of all) {
      const heard = new Set(
        said.channels.flatMap((channel) => subscribers.get(channel) ?? []).map((one) => one.connectionId),
      );
      for (const connectionId of heard) {
        const listener = listeners.get(connectionId);
        if (listener === undefined || isOver(listener)) continue;
        const standing = standings.get(connectionId);
        if (standing === undefined) again.add(said);
        else if (mayHear(listener, standing, said)) {
          const group = byConnection.get(connectionId);
          if (group) group.push(said);
          else byConnection.set(connectionId, [said]);
        }
      }
    }

    let pushed = 0;
    await Promise.all(
      [...byConnection].map(([connectionId, group]) =>
        limited.execute(async () => {
          try {
            await post(management, connectionId, group);
            pushed += group.length;
          } catch (error) {
            if (error instanceof GoneException) return forget(connectionId);
            logger.error('post to connection failed; its updates come again', {
              connectionId,
              reason: (error as Error).message,
            });
            for (const said of group) again.add(said);
          }
        }),
      ),
    );
    metrics.addMetric('UpdatesPushed', MetricUnit.Count, pushed);
    return again;
  };

/** The client comes back with a new ticket, if it may. */
async function disconnect(management: Sends, connectionId: string): Promise<void> {
  await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId })).catch((error: Error) => {
    if (error instanceof GoneException) return;
    logger.warn('connection not ended', { connectionId, reason: error.message });
  });
}

async function post(management: Sends, connectionId: string, all: readonly Said[]): Promise<void> {
  const updates = all.filter((said): said is LiveUpdate => !('kind' in said));
  const changes = all.filter((said): said is LiveChange => 'kind' in said);
  const messages: z.input<typeof serverMessage>[] = [
    ...inPacks(updates, updateBytes, { bytes: bytesPerPost }).map((part) => ({
      type: 'updates' as const,
      updates: part,
    })),
    ...inPacks(changes, updateBytes, { bytes: bytesPerPost }).map((part) => ({
      type: 'changes' as const,
      changes: part,
    })),
  ];
  for (const message of messages)
    await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) }));
}
