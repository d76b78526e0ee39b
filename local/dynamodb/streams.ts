import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CloudContext } from '../context.ts';
import type { StreamPort, StreamRecord } from '../ports.ts';
import { statements } from '../storage/statements.ts';
import { type Item, itemBytes } from './attributeValue.ts';

/** AWS: "Change data capture for DynamoDB Streams", data retention limit, milliseconds. */
const retention = 24 * 3_600_000;
/** The shortest sequence number that AWS gives has 21 digits. */
const firstSequence = 10n ** 20n;

const schema = `
CREATE TABLE IF NOT EXISTS ddb_stream_record (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, at INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ddb_stream_record_of ON ddb_stream_record (stream, sequence);
CREATE INDEX IF NOT EXISTS ddb_stream_record_at ON ddb_stream_record (at);
`;

export const streamViewTypes = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type StreamViewType = (typeof streamViewTypes)[number];

interface StreamChange {
  readonly arn: string;
  readonly view: StreamViewType;
  /** Names of the table's key attributes. */
  readonly keyNames: readonly string[];
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** It was deleted because its time was over, by nobody's call. */
  readonly expired: boolean;
}

interface Row {
  readonly sequence: number;
  readonly at: number;
  readonly record: string;
}

/**
 * The streams of all tables: a log in the state store, written in the transaction of the change itself. Each stream has one shard, so
 * its records are in the order of the changes. (AWS: "Change data capture for DynamoDB Streams".)
 */
export function openStreams({ store, region }: Pick<CloudContext, 'store' | 'region'>) {
  store.db.exec(schema);
  const { all, one, run } = statements(store);
  const q = {
    add: run('INSERT INTO ddb_stream_record (stream, at, record) VALUES (?, ?, ?)'),
    after: store.db.prepare(
      'SELECT sequence, at, record FROM ddb_stream_record WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    ),
    count: one<{ count: number }>('SELECT count(*) AS count FROM ddb_stream_record WHERE stream = ? AND sequence > ?'),
    latest: one<{ sequence: number | null }>(
      'SELECT max(sequence) AS sequence FROM ddb_stream_record WHERE stream = ?',
    ),
    trim: run('DELETE FROM ddb_stream_record WHERE at < ?'),
    streams: all<{ stream: string }>('SELECT DISTINCT stream FROM ddb_stream_record'),
    drop: run('DELETE FROM ddb_stream_record WHERE stream = ?'),
  };
  const listeners = new Map<string, Set<() => void>>();

  const read = (arn: string, { sequence, at, record }: Row): StreamRecord => {
    const { eventName, userIdentity, ...body } = JSON.parse(record) as Record<string, unknown>;
    return {
      sequence,
      at,
      event: {
        eventID: createHash('md5').update(`${arn} ${sequence}`).digest('hex'),
        eventName,
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: region,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(at / 1000),
          ...body,
          SequenceNumber: sequenceNumber(sequence),
        },
        ...(userIdentity !== undefined && { userIdentity }),
        eventSourceARN: arn,
      },
    };
  };

  const port: StreamPort = {
    *read(arn, after, most) {
      for (const row of q.after.iterate(arn, after, most)) yield read(arn, row as unknown as Row);
    },
    count: (arn, after) => q.count(arn, after)?.count ?? 0,
    latest: (arn) => q.latest(arn)?.sequence ?? 0,
    onRecord(arn, listener) {
      const all = listeners.get(arn) ?? new Set();
      listeners.set(arn, all.add(listener));
      return () => void all.delete(listener);
    },
  };

  return {
    port,
    /** Notes a change; one that changes nothing is none. Belongs into the transaction of the change. */
    note(change: StreamChange, now = Date.now()): void {
      const { arn, before, after } = change;
      if (isDeepStrictEqual(before, after)) return;
      q.add(arn, now, JSON.stringify(bodyOf(change)));
      for (const listener of listeners.get(arn) ?? []) listener();
    },
    /** Forgets what AWS would have forgotten: records older than a day, and streams that are no more. */
    trim(known: ReadonlySet<string>, now = Date.now()): void {
      q.trim(now - retention);
      for (const { stream } of q.streams()) if (!known.has(stream)) q.drop(stream);
    },
  };
}

export type Streams = ReturnType<typeof openStreams>;

const sequenceNumber = (sequence: number) => String(firstSequence + BigInt(sequence));

/** Amazon DynamoDB API reference: StreamRecord, Record. */
function bodyOf({ view, keyNames, before, after, expired }: StreamChange): Record<string, unknown> {
  const item = after ?? before ?? {};
  const keys = Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
  const images = {
    ...(after && (view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES') && { NewImage: after }),
    ...(before && (view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES') && { OldImage: before }),
  };
  return {
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    Keys: keys,
    ...images,
    SizeBytes: [keys, ...Object.values(images)].reduce((sum, part) => sum + itemBytes(part), 0),
    StreamViewType: view,
    // AWS: "DynamoDB Streams and Time to Live".
    ...(expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
}
