import { statements } from '../storage/statements.ts';
import type { StateStore } from '../storage/stateStore.ts';

const schema = `
CREATE TABLE IF NOT EXISTS s3_bucket (name TEXT PRIMARY KEY, created TEXT NOT NULL, type TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS s3_object (bucket TEXT NOT NULL, key TEXT NOT NULL, meta TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (bucket, key));
`;

export interface ObjectMeta {
  readonly key: string;
  readonly contentLength: number;
  /** With its quotes. */
  readonly etag: string;
  /** ISO 8601, to the second, as S3 keeps it. */
  readonly lastModified: string;
  /** Response headers that the upload set: content-type, cache-control, x-amz-meta-… */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

export interface Listing {
  readonly objects: readonly ObjectMeta[];
  readonly commonPrefixes: readonly string[];
  /** What the next page is `after`, when there is one. */
  readonly next?: string;
}

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
}

/** Above every character that a key can have after a prefix. */
const last = '\u{10FFFF}';

/** Buckets and objects in the state store. Bodies stay in the database; keys are in the order of their UTF-8 bytes, as in S3. */
export function openObjects(store: StateStore) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    buckets: all<{ name: string; created: string }>('SELECT name, created FROM s3_bucket ORDER BY name'),
    bucket: one('SELECT 1 FROM s3_bucket WHERE name = ?'),
    addBucket: run('INSERT OR IGNORE INTO s3_bucket VALUES (?, ?, ?)'),
    dropBucket: run('DELETE FROM s3_bucket WHERE name = ?'),
    put: run('INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?, ?)'),
    remove: run('DELETE FROM s3_object WHERE bucket = ? AND key = ?'),
    meta: one<{ meta: string }>('SELECT meta FROM s3_object WHERE bucket = ? AND key = ?'),
    // SQLite has NULL for a part of nothing.
    body: one<{ part: Uint8Array | null }>(
      'SELECT substr(body, ? + 1, ?) AS part FROM s3_object WHERE bucket = ? AND key = ?',
    ),
    list: all<{ key: string; meta: string }>(
      'SELECT key, meta FROM s3_object WHERE bucket = ? AND key > ? AND key >= ? ORDER BY key LIMIT ?',
    ),
  };

  return {
    buckets: q.buckets,
    hasBucket: (name: string) => q.bucket(name) !== undefined,
    addBucket: (name: string) => q.addBucket(name, new Date().toISOString(), 'general-purpose'),
    dropBucket: (name: string) => q.dropBucket(name),
    put: (bucket: string, meta: ObjectMeta, body: Buffer) => q.put(bucket, meta.key, JSON.stringify(meta), body),
    remove: (bucket: string, key: string) => q.remove(bucket, key),
    find(bucket: string, key: string): ObjectMeta | undefined {
      const row = q.meta(bucket, key);
      return row && (JSON.parse(row.meta) as ObjectMeta);
    },
    read: (bucket: string, key: string, offset: number, length: number): Buffer =>
      Buffer.from(q.body(offset, length, bucket, key)?.part ?? []),
    list(bucket: string, { prefix, delimiter, after, limit }: ListRequest): Listing {
      const objects: ObjectMeta[] = [];
      const commonPrefixes: string[] = [];
      let position = after;
      for (;;) {
        const room = limit - objects.length - commonPrefixes.length;
        const rows = q.list(bucket, position, prefix, room + 1);
        let rolledUp = false;
        for (const { key, meta } of rows) {
          if (!key.startsWith(prefix)) break;
          if (objects.length + commonPrefixes.length === limit)
            return { objects, commonPrefixes, ...(limit > 0 && { next: position }) };
          const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
          rolledUp = end >= 0;
          if (rolledUp) {
            commonPrefixes.push(key.slice(0, end + delimiter.length));
            position = key.slice(0, end + delimiter.length) + last;
            break;
          }
          objects.push(JSON.parse(meta) as ObjectMeta);
          position = key;
        }
        if (!rolledUp) return { objects, commonPrefixes };
      }
    },
  };
}

export type S3Objects = ReturnType<typeof openObjects>;
