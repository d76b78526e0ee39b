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
  const { db } = store;
  const statements = {
    buckets: db.prepare('SELECT name, created FROM s3_bucket ORDER BY name'),
    bucket: db.prepare('SELECT 1 FROM s3_bucket WHERE name = ?'),
    addBucket: db.prepare('INSERT OR IGNORE INTO s3_bucket VALUES (?, ?, ?)'),
    dropBucket: db.prepare('DELETE FROM s3_bucket WHERE name = ?'),
    put: db.prepare('INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM s3_object WHERE bucket = ? AND key = ?'),
    meta: db.prepare('SELECT meta FROM s3_object WHERE bucket = ? AND key = ?'),
    body: db.prepare('SELECT substr(body, ? + 1, ?) AS part FROM s3_object WHERE bucket = ? AND key = ?'),
    list: db.prepare('SELECT key, meta FROM s3_object WHERE bucket = ? AND key > ? AND key >= ? ORDER BY key LIMIT ?'),
  };

  return {
    buckets: () => statements.buckets.all() as Array<{ name: string; created: string }>,
    hasBucket: (name: string) => statements.bucket.get(name) !== undefined,
    addBucket(name: string) {
      store.write(() => statements.addBucket.run(name, new Date().toISOString(), 'general-purpose'));
    },
    dropBucket(name: string) {
      store.write(() => statements.dropBucket.run(name));
    },
    put(bucket: string, meta: ObjectMeta, body: Buffer) {
      store.write(() => statements.put.run(bucket, meta.key, JSON.stringify(meta), body));
    },
    remove(bucket: string, key: string) {
      store.write(() => statements.remove.run(bucket, key));
    },
    find(bucket: string, key: string): ObjectMeta | undefined {
      const row = statements.meta.get(bucket, key) as { meta: string } | undefined;
      return row && (JSON.parse(row.meta) as ObjectMeta);
    },
    read(bucket: string, key: string, offset: number, length: number): Buffer {
      // SQLite has NULL for a part of nothing.
      const row = statements.body.get(offset, length, bucket, key) as { part: Uint8Array | null };
      return Buffer.from(row.part ?? []);
    },
    list(bucket: string, { prefix, delimiter, after, limit }: ListRequest): Listing {
      const objects: ObjectMeta[] = [];
      const commonPrefixes: string[] = [];
      let position = after;
      for (;;) {
        const room = limit - objects.length - commonPrefixes.length;
        const rows = statements.list.all(bucket, position, prefix, room + 1) as Array<{ key: string; meta: string }>;
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
