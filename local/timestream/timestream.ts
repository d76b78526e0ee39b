import { randomUUID } from 'node:crypto';
import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsService, jsonError, type Permission } from '../service.ts';
import { type Catalog, defaultSettings, openCatalog, type TableSettings, type TimestreamTable } from './catalog.ts';
import { type ColumnStore, openColumnStore } from './columnStore.ts';
import { namedPairs, toDuckDb } from './querySql.ts';
import { createWriter } from './writer.ts';

type Body = Record<string, unknown>;

/** Timestream for LiveAnalytics: Write and Query APIs on DuckDB. */
export async function createTimestream(
  context: CloudContext,
): Promise<{ service: AwsService; providers: ResourceProvider[]; close(): Promise<void> }> {
  const catalog = openCatalog(context);
  const writer = createWriter(context, catalog);
  const columns = await openColumnStore(context, catalog, writer);
  const pages = new Map<string, { body: Body; rows: Body[] }>();

  const operations: Readonly<Record<string, (body: Body) => unknown>> = {
    // A host name alone, as on AWS: the SDK puts it in place of the one it called, and keeps the port.
    DescribeEndpoints: () => ({
      Endpoints: [{ Address: new URL(context.endpointUrl).hostname, CachePeriodInMinutes: 1440 }],
    }),
    WriteRecords: (body) => writer.write(body),
    Query: (body) => runQuery(columns, pages, body),
    ListDatabases: () => ({ Databases: catalog.databases().map((name) => describeDatabase(catalog, name)) }),
    DescribeDatabase: (body) => {
      const name = String(body['DatabaseName']);
      if (!catalog.hasDatabase(name))
        throw new AwsError('ResourceNotFoundException', `The database ${name} does not exist.`);
      return { Database: describeDatabase(catalog, name) };
    },
    ListTables: (body) => ({
      Tables: catalog
        .tables()
        .filter(({ database }) => body['DatabaseName'] === undefined || database === body['DatabaseName'])
        .map((table) => describeTable(catalog, table)),
    }),
    DescribeTable: (body) => ({
      Table: describeTable(catalog, catalog.table(String(body['DatabaseName']), String(body['TableName']))),
    }),
  };
  const known = (request: AwsRequest) => {
    const run = operations[request.operation ?? ''];
    if (!run)
      throw new AwsError(
        'UnknownOperationException',
        `timestream: ${request.operation ?? request.path} is not honoured by the local cloud.`,
      );
    return run;
  };
  const parse = (request: AwsRequest) => JSON.parse(request.body.toString() || '{}') as Body;

  return {
    service: {
      signingNames: ['timestream'],
      permissions(request) {
        known(request);
        return permissionsOf(request.operation ?? '', parse(request), catalog);
      },
      async handle(request) {
        const answer = await known(request)(parse(request));
        return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) };
      },
      error: jsonError,
    },
    providers: [databaseProvider(catalog), tableProvider(catalog)],
    async close() {
      await columns.flush();
      await columns.close();
    },
  };
}

function permissionsOf(operation: string, body: Body, catalog: Catalog): Permission[] {
  if (operation === 'DescribeEndpoints' || operation.startsWith('List'))
    return [{ action: `timestream:${operation}`, resource: '*' }];
  if (operation === 'Query') {
    // DuckDB doesn't tell the case of names apart, so neither may this.
    const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
    const named = namedPairs(String(body['QueryString']));
    const read = catalog
      .tables()
      .filter((table) => named.some(([first, second]) => same(first, table.database) && same(second, table.name)));
    return read.map(({ database, name }) => ({ action: 'timestream:Select', resource: catalog.arn(database, name) }));
  }
  const table = body['TableName'] === undefined ? undefined : String(body['TableName']);
  return [{ action: `timestream:${operation}`, resource: catalog.arn(String(body['DatabaseName']), table) }];
}

async function runQuery(
  columns: ColumnStore,
  pages: Map<string, { body: Body; rows: Body[] }>,
  body: Body,
): Promise<Body> {
  const pageSize = Number(body['MaxRows'] ?? 1000);
  const token = body['NextToken'] as string | undefined;
  if (token !== undefined) {
    const page = pages.get(token);
    pages.delete(token);
    if (!page) throw new AwsError('ValidationException', 'The NextToken is not valid or was used already.');
    return nextPage(pages, page, pageSize);
  }
  const sql = toDuckDb(String(body['QueryString']));
  const result = await columns.run(sql).catch((error: unknown) => {
    throw new AwsError(
      'ValidationException',
      `The query is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const answer = {
    QueryId: randomUUID().replaceAll('-', '').toUpperCase(),
    ColumnInfo: result.columns.map(({ name, type }) => ({ Name: name, Type: { ScalarType: scalarType(type) } })),
    QueryStatus: { ProgressPercentage: 100, CumulativeBytesScanned: 0, CumulativeBytesMetered: 0 },
  };
  const rows = result.rows.map((row) => ({
    Data: row.map((value, index) => datum(value, scalarType(result.columns[index]?.type ?? ''))),
  }));
  return nextPage(pages, { body: answer, rows }, pageSize);
}

function nextPage(
  pages: Map<string, { body: Body; rows: Body[] }>,
  { body, rows }: { body: Body; rows: Body[] },
  size: number,
): Body {
  const rest = rows.slice(size);
  if (rest.length === 0) return { ...body, Rows: rows };
  const token = randomUUID();
  pages.set(token, { body, rows: rest });
  return { ...body, Rows: rows.slice(0, size), NextToken: token };
}

function scalarType(duckType: string): string {
  if (/^(DOUBLE|FLOAT|DECIMAL)/.test(duckType)) return 'DOUBLE';
  if (/^(BIGINT|UBIGINT|HUGEINT)/.test(duckType)) return 'BIGINT';
  if (/^(U?(INTEGER|SMALLINT|TINYINT))/.test(duckType)) return 'INTEGER';
  if (duckType === 'BOOLEAN') return 'BOOLEAN';
  if (duckType.startsWith('TIMESTAMP')) return 'TIMESTAMP';
  if (duckType === 'DATE') return 'DATE';
  if (duckType === 'VARCHAR') return 'VARCHAR';
  throw new AwsError('ValidationException', `A column of the type ${duckType} is not honoured by the local cloud.`);
}

function datum(value: DuckDBValue, type: string): Body {
  if (value === null) return { NullValue: true };
  if (value instanceof DuckDBTimestampValue) {
    const text = new Date(Number(value.micros / 1000n)).toISOString().replace('T', ' ').slice(0, 19);
    const micros = ((value.micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
    return { ScalarValue: `${text}.${String(micros).padStart(6, '0')}000` };
  }
  return { ScalarValue: type === 'DOUBLE' ? doubleText(Number(value)) : String(value) };
}

/** As Java writes a double, and so Timestream: always with a fraction, with an exponent below 0.001 and from ten million on. */
function doubleText(number: number): string {
  const withFraction = (digits: string) => (digits.includes('.') ? digits : `${digits}.0`);
  if (!Number.isFinite(number)) return String(number);
  if (number === 0 || (Math.abs(number) >= 1e-3 && Math.abs(number) < 1e7)) return withFraction(String(number));
  const [digits = '', exponent] = number.toExponential().split('e');
  return `${withFraction(digits)}E${Number(exponent)}`;
}

function describeDatabase(catalog: Catalog, name: string): Body {
  return {
    Arn: catalog.arn(name),
    DatabaseName: name,
    TableCount: catalog.tables().filter(({ database }) => database === name).length,
  };
}

function describeTable(catalog: Catalog, table: TimestreamTable): Body {
  return {
    Arn: catalog.arn(table.database, table.name),
    DatabaseName: table.database,
    TableName: table.name,
    TableStatus: 'ACTIVE',
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: table.memoryHours,
      MagneticStoreRetentionPeriodInDays: table.magneticDays,
    },
    MagneticStoreWriteProperties: { EnableMagneticStoreWrites: table.magneticWrites },
  };
}

function databaseProvider(catalog: Catalog): ResourceProvider {
  return {
    type: 'AWS::Timestream::Database',
    honoured: ['DatabaseName'],
    noEffect: { KmsKeyId: 'state on this machine is as safe as its disk', Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['DatabaseName'] ?? generatedName);
      catalog.putDatabase(name);
      return { ref: name, attributes: { Arn: catalog.arn(name) } };
    },
  };
}

function tableProvider(catalog: Catalog): ResourceProvider {
  return {
    type: 'AWS::Timestream::Table',
    honoured: [
      'DatabaseName',
      'TableName',
      'RetentionProperties.MemoryStoreRetentionPeriodInHours',
      'RetentionProperties.MagneticStoreRetentionPeriodInDays',
      'MagneticStoreWriteProperties.EnableMagneticStoreWrites',
    ],
    noEffect: {
      'MagneticStoreWriteProperties.MagneticStoreRejectedDataLocation':
        'rejections are answered at once here, never later',
      Tags: 'nothing reads them',
    },
    provision({ properties, generatedName }) {
      const database = String(properties['DatabaseName']);
      const name = String(properties['TableName'] ?? generatedName);
      const table = catalog.putTable(database, name, readSettings(properties));
      return { ref: `${database}|${name}`, attributes: { Arn: catalog.arn(database, name), Name: table.name } };
    },
  };
}

function readSettings(properties: Readonly<Record<string, unknown>>): TableSettings {
  const retention = (properties['RetentionProperties'] ?? {}) as Record<string, unknown>;
  const magnetic = (properties['MagneticStoreWriteProperties'] ?? {}) as Record<string, unknown>;
  const positive = (name: string, fallback: number, most: number) => {
    const value = Number(retention[name] ?? fallback);
    if (!(value >= 1 && value <= most))
      throw new NotHonoured(`RetentionProperties.${name}`, `it is ${value}; AWS takes 1 to ${most}`);
    return value;
  };
  return {
    memoryHours: positive('MemoryStoreRetentionPeriodInHours', defaultSettings.memoryHours, 8766),
    magneticDays: positive('MagneticStoreRetentionPeriodInDays', defaultSettings.magneticDays, 73_000),
    magneticWrites: String(magnetic['EnableMagneticStoreWrites'] ?? false) === 'true',
  };
}
