import { BatchGetCommand, type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { inParallel } from './inParallel.ts';

/** The ends that a message can come to (README: "How it works"). */
export const dispositions = ['stored', 'duplicate', 'quarantined', 'dead-lettered'] as const;
export type Disposition = (typeof dispositions)[number];

const messageEntry = z.object({
  messageKey: z.string(),
  entry: z.string(),
  disposition: z.enum(dispositions).optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
});
export type MessageEntry = z.infer<typeof messageEntry>;

const batchGetLimit = 100;

/** Reads message records back through the AWS SDK, the way anyone could. */
export const messageRecords = ({ db, tableName }: { db: DynamoDBDocumentClient; tableName: string }) => ({
  /** The records of these messages; duplicates are not among them. */
  async get(messageKeys: readonly string[]): Promise<MessageEntry[]> {
    const batches = Array.from({ length: Math.ceil(messageKeys.length / batchGetLimit) }, (_, index) =>
      messageKeys.slice(index * batchGetLimit, (index + 1) * batchGetLimit),
    );
    return (await inParallel(batches, 4, getBatch(db, tableName))).flat();
  },

  /** The record of one message and those of its duplicates. */
  async list(messageKey: string): Promise<MessageEntry[]> {
    return await queryAll(db, {
      TableName: tableName,
      KeyConditionExpression: 'messageKey = :key',
      ExpressionAttributeValues: { ':key': messageKey },
      ConsistentRead: true,
    });
  },

  /** Everything of a device that the rule received at or after `since` (epoch milliseconds). */
  async listByDevice(deviceId: string, since: number): Promise<MessageEntry[]> {
    return await queryAll(db, {
      TableName: tableName,
      IndexName: 'byDevice',
      KeyConditionExpression: 'deviceId = :device AND receivedAt >= :since',
      ExpressionAttributeValues: { ':device': deviceId, ':since': since },
    });
  },
});
export type MessageRecords = ReturnType<typeof messageRecords>;

const getBatch = (db: DynamoDBDocumentClient, tableName: string) => async (messageKeys: readonly string[]) => {
  const found: MessageEntry[] = [];
  let keys: Record<string, unknown>[] = messageKeys.map((messageKey) => ({ messageKey, entry: 'message' }));
  while (keys.length > 0) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys, ConsistentRead: true } } }),
    );
    found.push(...z.array(messageEntry).parse(Responses?.[tableName] ?? []));
    keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
};

async function queryAll(
  db: DynamoDBDocumentClient,
  query: ConstructorParameters<typeof QueryCommand>[0],
): Promise<MessageEntry[]> {
  const entries: MessageEntry[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await db.send(new QueryCommand({ ...query, ExclusiveStartKey: from }));
    entries.push(...z.array(messageEntry).parse(Items ?? []));
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return entries;
}
