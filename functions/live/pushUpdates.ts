import {
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { SQSRecord } from 'aws-lambda';
import { bulkhead } from 'cockatiel';
import type { z } from 'zod';
import type { readStanding, Standing } from '../platform/access/memberships.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { mayHear } from './channels.ts';
import type { findSubscribers, removeConnection, Subscriber } from './connections.ts';
import { type LiveChange, type LiveUpdate, liveMessage, type serverMessage } from './protocol.ts';
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

type Said = LiveUpdate | LiveChange;

interface Arrival {
  readonly record: SQSRecord;
  readonly said: Said;
}

/**
 * Posts a batch's updates and changes to those who subscribed and still may hear them, packed into one message per connection. Who was signed
 * out since, or came with an access token that is over, is disconnected; so is forgotten who is gone. Where something fails
 * otherwise, the queue messages with its updates come again.
 */
export const pushUpdates =
  ({ management, findSubscribers, readStanding, removeConnection }: PushDependencies): BatchHandler =>
  async (records) => {
    const failed = new Set<SQSRecord>();
    const arrivals = records.flatMap((record) => {
      const all = readMessage(record);
      if (all === undefined) failed.add(record);
      return (all ?? []).map((said): Arrival => ({ record, said }));
    });
    /** What can't be removed now is gone all the same: the next push tries again, and the TTL has the last word. */
    const forget = (connectionId: string) =>
      removeConnection(connectionId).catch((error: unknown) =>
        logger.warn('connection not removed', { connectionId, reason: (error as Error).message }),
      );
    const limited = bulkhead(callsAtOnce, Number.POSITIVE_INFINITY);
    const channels = [...new Set(arrivals.flatMap(({ said }) => said.channels))];
    const subscribers = new Map<string, readonly Subscriber[]>();
    await Promise.all(
      channels.map(async (channel) => {
        try {
          subscribers.set(channel, await limited.execute(() => findSubscribers(channel)));
        } catch (error) {
          logger.error('subscribers not found; the updates come again', { channel, reason: (error as Error).message });
          for (const { record, said } of arrivals) if (said.channels.includes(channel)) failed.add(record);
        }
      }),
    );

    // Who subscribed to a device and to its room gets the update once.
    const listeners = new Map([...subscribers.values()].flat().map((one) => [one.connectionId, one]));
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

    const byConnection = new Map<string, Arrival[]>();
    for (const arrival of arrivals) {
      const { record, said } = arrival;
      const heard = new Set(
        said.channels.flatMap((channel) => subscribers.get(channel) ?? []).map((one) => one.connectionId),
      );
      for (const connectionId of heard) {
        const listener = listeners.get(connectionId);
        if (listener === undefined || isOver(listener)) continue;
        const standing = standings.get(connectionId);
        if (standing === undefined) failed.add(record);
        else if (mayHear(listener, standing, said)) {
          const group = byConnection.get(connectionId);
          if (group) group.push(arrival);
          else byConnection.set(connectionId, [arrival]);
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
            for (const { record } of group) failed.add(record);
          }
        }),
      ),
    );
    metrics.addMetric('UpdatesPushed', MetricUnit.Count, pushed);
    return { failed: [...failed] };
  };

/** Undefined for a message that no function wrote: SQS brings it to the dead letters. */
function readMessage(record: SQSRecord): readonly Said[] | undefined {
  try {
    const { updates = [], changes = [] } = liveMessage.parse(JSON.parse(record.body));
    return [...updates, ...changes];
  } catch (error) {
    logger.error('not a message for those who watch', {
      sqsMessageId: record.messageId,
      reason: (error as Error).message,
    });
    return undefined;
  }
}

/** The client comes back with a new ticket, if it may. */
async function disconnect(management: Sends, connectionId: string): Promise<void> {
  await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId })).catch((error: Error) => {
    if (error instanceof GoneException) return;
    logger.warn('connection not ended', { connectionId, reason: error.message });
  });
}

async function post(management: Sends, connectionId: string, group: readonly Arrival[]): Promise<void> {
  const all = group.map(({ said }) => said);
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
