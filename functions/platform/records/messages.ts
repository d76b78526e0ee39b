import { crc32 } from 'node:zlib';

/** Keys of the messages table. */

/** The one stored message of an id is the entry `message`; whatever else came under that id stands beside it, by trace id. */
export const messageKey = ({
  deviceId,
  messageId,
}: {
  readonly deviceId: string;
  readonly messageId: string;
}): string => `${deviceId}/${messageId}`;

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
