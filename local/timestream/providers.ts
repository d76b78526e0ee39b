import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { type Catalog, defaultSettings, type TableSettings } from './catalog.ts';

/** CloudFormation resources of databases and tables. */
export const tableProviders = (catalog: Catalog): ResourceProvider[] => [
  databaseProvider(catalog),
  tableProvider(catalog),
];

function databaseProvider(catalog: Catalog): ResourceProvider {
  return {
    type: 'AWS::Timestream::Database',
    honoured: ['DatabaseName'],
    noEffect: { KmsKeyId: 'state on this machine is as safe as its disk', Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['DatabaseName'] ?? generatedName);
      if (!catalog.databases().some((database) => database.name === name)) catalog.createDatabase(name);
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
      const settings = readSettings(properties);
      if (catalog.hasTable(database, name)) catalog.updateTable(database, name, settings);
      else catalog.createTable(database, name, settings);
      return { ref: `${database}|${name}`, attributes: { Arn: catalog.arn(database, name), Name: name } };
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
