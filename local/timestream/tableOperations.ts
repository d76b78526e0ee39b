import { z } from 'zod';
import { type Catalog, defaultSettings, type TableSettings, type TimestreamTable } from './catalog.ts';
import type { ColumnStore } from './columnStore.ts';
import { type Body, page, paged, readInput, resourceName, seconds } from './input.ts';
import type { Writer } from './writer.ts';

const retention = z.strictObject({
  MemoryStoreRetentionPeriodInHours: z.int().min(1).max(8766),
  MagneticStoreRetentionPeriodInDays: z.int().min(1).max(73_000),
});
const location = z.strictObject({
  S3Configuration: z
    .strictObject({
      BucketName: z.string().optional(),
      ObjectKeyPrefix: z.string().optional(),
      EncryptionOption: z.enum(['SSE_S3', 'SSE_KMS']).optional(),
      KmsKeyId: z.string().optional(),
    })
    .optional(),
});
const magnetic = z.strictObject({
  EnableMagneticStoreWrites: z.boolean(),
  MagneticStoreRejectedDataLocation: location.optional(),
});
const settings = { RetentionProperties: retention.optional(), MagneticStoreWriteProperties: magnetic.optional() };
const database = z.strictObject({ DatabaseName: z.string() });
const table = z.strictObject({ DatabaseName: z.string(), TableName: z.string() });
const inputs = {
  CreateDatabase: z.strictObject({ DatabaseName: resourceName }),
  CreateTable: z.strictObject({ DatabaseName: resourceName, TableName: resourceName, ...settings }),
  UpdateTable: table.extend(settings),
  ListDatabases: z.strictObject(paged(20)),
  ListTables: z.strictObject({ DatabaseName: z.string().optional(), ...paged(20) }),
};

/** Databases and tables of the Write API (AWS: Timestream for LiveAnalytics API reference, "Amazon Timestream Write"). */
export function tableOperations(
  catalog: Catalog,
  columns: Pick<ColumnStore, 'prune'>,
  writer: Pick<Writer, 'forget'>,
): Readonly<Record<string, (body: Body) => unknown>> {
  return {
    CreateDatabase(body) {
      const { DatabaseName } = readInput(inputs.CreateDatabase, body);
      catalog.createDatabase(DatabaseName);
      return { Database: describeDatabase(catalog, DatabaseName) };
    },
    DescribeDatabase: (body) => ({
      Database: describeDatabase(catalog, readInput(database, body).DatabaseName),
    }),
    ListDatabases(body) {
      const { items, ...next } = page(catalog.databases(), ({ name }) => name, readInput(inputs.ListDatabases, body));
      return { Databases: items.map(({ name }) => describeDatabase(catalog, name)), ...next };
    },
    async DeleteDatabase(body) {
      catalog.deleteDatabase(readInput(database, body).DatabaseName);
      await columns.prune();
      return {};
    },
    CreateTable(body) {
      const input = readInput(inputs.CreateTable, body);
      const given = { ...defaultSettings, ...readSettings(input) };
      return { Table: describeTable(catalog, catalog.createTable(input.DatabaseName, input.TableName, given)) };
    },
    DescribeTable(body) {
      const { DatabaseName, TableName } = readInput(table, body);
      return { Table: describeTable(catalog, catalog.table(DatabaseName, TableName)) };
    },
    ListTables(body) {
      const input = readInput(inputs.ListTables, body);
      if (input.DatabaseName !== undefined) catalog.database(input.DatabaseName);
      const wanted = catalog
        .tables()
        .filter((each) => input.DatabaseName === undefined || each.database === input.DatabaseName);
      const { items, ...next } = page(wanted, (each) => `${each.database}\0${each.name}`, input);
      return { Tables: items.map((each) => describeTable(catalog, each)), ...next };
    },
    UpdateTable(body) {
      const input = readInput(inputs.UpdateTable, body);
      const changed = catalog.updateTable(input.DatabaseName, input.TableName, readSettings(input));
      return { Table: describeTable(catalog, changed) };
    },
    async DeleteTable(body) {
      const { DatabaseName, TableName } = readInput(table, body);
      writer.forget(catalog.deleteTable(DatabaseName, TableName).id);
      await columns.prune();
      return {};
    },
  };
}

function readSettings({
  RetentionProperties: kept,
  MagneticStoreWriteProperties: writes,
}: {
  readonly RetentionProperties?: z.output<typeof retention> | undefined;
  readonly MagneticStoreWriteProperties?: z.output<typeof magnetic> | undefined;
}): Partial<TableSettings> {
  return {
    ...(kept && {
      memoryHours: kept.MemoryStoreRetentionPeriodInHours,
      magneticDays: kept.MagneticStoreRetentionPeriodInDays,
    }),
    ...(writes && {
      magneticWrites: writes.EnableMagneticStoreWrites,
      rejectedDataLocation: writes.MagneticStoreRejectedDataLocation,
    }),
  };
}

function describeDatabase(catalog: Catalog, wanted: string) {
  const { name, created } = catalog.database(wanted);
  return {
    Arn: catalog.arn(name),
    DatabaseName: name,
    TableCount: catalog.tables().filter((each) => each.database === name).length,
    CreationTime: seconds(created),
    LastUpdatedTime: seconds(created),
  };
}

function describeTable(catalog: Catalog, each: TimestreamTable) {
  return {
    Arn: catalog.arn(each.database, each.name),
    DatabaseName: each.database,
    TableName: each.name,
    TableStatus: 'ACTIVE',
    RetentionProperties: {
      MemoryStoreRetentionPeriodInHours: each.memoryHours,
      MagneticStoreRetentionPeriodInDays: each.magneticDays,
    },
    MagneticStoreWriteProperties: {
      EnableMagneticStoreWrites: each.magneticWrites,
      ...(each.rejectedDataLocation && { MagneticStoreRejectedDataLocation: each.rejectedDataLocation }),
    },
    CreationTime: seconds(each.created),
    LastUpdatedTime: seconds(each.updated),
  };
}
