import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SystemUnderTest } from './openSystem.ts';

type Row = Record<string, unknown>;

/** Asks DuckDB about a copy of the bucket of events; `s3://BUCKET` in the query stands for it. */
export async function askArchive(system: SystemUnderTest, query: string): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldline-archive-'));
  try {
    if ((await copyObjects(system, folder)) === 0) return [];
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const result = await connection.runAndReadAll(query.replaceAll('s3://BUCKET', folder));
    connection.closeSync();
    return result.getRowObjectsJson();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyObjects({ s3, output }: SystemUnderTest, folder: string): Promise<number> {
  const Bucket = output('Data', 'AnalyticsBucketName');
  let count = 0;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'events/', ContinuationToken }));
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      await mkdir(dirname(join(folder, Key)), { recursive: true });
      await writeFile(join(folder, Key), (await Body?.transformToByteArray()) ?? '');
      count += 1;
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return count;
}

/** Ids of an application's events in the archive, each once. */
export async function archivedEvents(system: SystemUnderTest, applicationId: string): Promise<string[]> {
  const rows = await askArchive(
    system,
    `SELECT DISTINCT id FROM read_json('s3://BUCKET/events/*/*.ndjson.gz', format = 'newline_delimited',
       columns = { id: 'VARCHAR', metadata: 'STRUCT(applicationId VARCHAR)' })
     WHERE metadata.applicationId = '${applicationId}' ORDER BY id`,
  );
  return rows.map(({ id }) => String(id));
}

/** The DuckDB query of docs/events.md, for one application and day. */
export async function queryOfThePage(applicationId: string, day: string): Promise<string> {
  const page = await readFile('docs/events.md', 'utf8');
  const [, query = ''] = /```sql\n(SELECT .*?)```/s.exec(page) ?? [];
  return query.replaceAll("'DAY'", `'${day}'`).replaceAll("'APPLICATION'", `'${applicationId}'`);
}
