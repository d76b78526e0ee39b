import { crc32 } from 'node:zlib';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type MessageRecord, messageRecord } from '../../model/message.ts';
import type { Sends } from '../clients.ts';

/** Partition of the messages table. */
export const messageKey = ({
  deviceId,
  messageId,
}: {
  readonly deviceId: string;
  readonly messageId: string;
}): string => `${deviceId}/${messageId}`;

/** The one stored message of an id; whatever else came under that id stands beside it, by disposition and trace id. */
export const storedEntry = 'message';

export const byDeviceIndex = 'byDevice';
export const byApplicationIndex = 'byApplication';

/**
 * Partitions that one application's messages of a day are spread over in the index by application. A partition takes 1,000 writes
 * a second (AWS: "DynamoDB burst and adaptive capacity"), and a table whose index is throttled is throttled itself; readers merge them.
 */
export const messageShards = 4;

const dayMilliseconds = 86_400_000;
/** The day of a time (epoch milliseconds), UTC, counted from the epoch. */
export const dayOf = (time: number): number => Math.floor(time / dayMilliseconds);

/** Partition of the index by application: `<applicationId>#<yyyy-mm-dd>#<shard>`. */
export const applicationDay = (applicationId: string, day: number, shard: number): string =>
  `${applicationId}#${new Date(day * dayMilliseconds).toISOString().slice(0, 10)}#${shard}`;

/** By the message's key, so that an application with one busy device is spread too. */
export const shardOf = (key: string): number => crc32(key) % messageShards;

/** What the API calls a message. Neither id has a `~`. */
export const messageReferenceOf = ({ deviceId, messageId }: Pick<MessageRecord, 'deviceId' | 'messageId'>): string =>
  `${deviceId}~${messageId}`;

/** All that came under one message id of one device: at least one entry. */
export interface FoundMessage {
  readonly deviceId: string;
  readonly messageId: string;
  /** The application that its device was in, where that was known. */
  readonly applicationId: string | undefined;
  readonly entries: readonly MessageRecord[];
}

/** The stored message; where none was stored, what came last. */
export const principalEntry = ({ entries }: Pick<FoundMessage, 'entries'>): MessageRecord | undefined =>
  entries.find((entry) => entry.disposition === 'stored') ??
  [...entries].sort((one, other) => other.receivedAt - one.receivedAt)[0];

/** Beside the stored message; more come under one id only if a device repeats itself without end. */
const mostOthers = 100;

/** Finds what came under a message id, strongly consistent. */
export const findMessage =
  ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (reference: string): Promise<FoundMessage | undefined> => {
    const [deviceId = '', messageId = ''] = reference.split('~');
    const key = messageKey({ deviceId, messageId });
    const [{ Item }, { Items = [] }] = await Promise.all([
      db.send(new GetCommand({ TableName, Key: { messageKey: key, entry: storedEntry }, ConsistentRead: true })),
      db.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'messageKey = :key',
          ExpressionAttributeValues: { ':key': key },
          ConsistentRead: true,
          Limit: mostOthers,
        }),
      ),
    ]);
    const others = (Items as { entry: string }[]).filter(({ entry }) => entry !== storedEntry);
    const entries = z.array(messageRecord).parse([...(Item === undefined ? [] : [Item]), ...others]);
    if (entries.length === 0) return undefined;
    return { deviceId, messageId, applicationId: principalEntry({ entries })?.applicationId, entries };
  };
