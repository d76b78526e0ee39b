import type { IndexDefinition, Table, TableDefinition } from './tables.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

interface IndexRequest {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/** A table as CreateTable and CloudFormation describe it. */
export function tableFromRequest(request: Readonly<Record<string, unknown>>): TableDefinition {
  const attributes = request['AttributeDefinitions'] as Array<{
    AttributeName: string;
    AttributeType: 'S' | 'N' | 'B';
  }>;
  const indexes = (property: string, isLocal: boolean) =>
    ((request[property] ?? []) as IndexRequest[]).map((index) => indexFromRequest(index, isLocal));
  const ttl = request['TimeToLiveSpecification'] as { AttributeName?: string; Enabled?: boolean } | undefined;
  return {
    name: String(request['TableName']),
    ...keys(request['KeySchema'] as KeyElement[]),
    attributes: Object.fromEntries(
      attributes.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
    ),
    indexes: [...indexes('GlobalSecondaryIndexes', false), ...indexes('LocalSecondaryIndexes', true)],
    ttlAttribute: ttl?.Enabled ? ttl.AttributeName : undefined,
    deletionProtection: request['DeletionProtectionEnabled'] === true,
    createdAt: Date.now(),
  };
}

function indexFromRequest({ IndexName, KeySchema, Projection }: IndexRequest, isLocal: boolean): IndexDefinition {
  return {
    name: IndexName,
    isLocal,
    ...keys(KeySchema),
    projection: (Projection?.ProjectionType ?? 'ALL') as IndexDefinition['projection'],
    nonKeyAttributes: Projection?.NonKeyAttributes ?? [],
  };
}

function keys(schema: readonly KeyElement[]): { hash: string; range: string | undefined } {
  const named = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { hash: named('HASH') ?? '', range: named('RANGE') };
}

/** As DescribeTable answers. */
export function describeTable({ definition, arn }: Table): Record<string, unknown> {
  const schema = ({ hash, range }: { hash: string; range: string | undefined }) => [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
  ];
  const described = (property: string, isLocal: boolean) => {
    const indexes = definition.indexes.filter((index) => index.isLocal === isLocal);
    if (indexes.length === 0) return {};
    return {
      [property]: indexes.map((index) => ({
        IndexName: index.name,
        IndexArn: `${arn}/index/${index.name}`,
        ...(!isLocal && { IndexStatus: 'ACTIVE' }),
        KeySchema: schema(index),
        Projection: {
          ProjectionType: index.projection,
          ...(index.nonKeyAttributes.length > 0 && { NonKeyAttributes: index.nonKeyAttributes }),
        },
      })),
    };
  };
  return {
    TableName: definition.name,
    TableArn: arn,
    TableStatus: 'ACTIVE',
    KeySchema: schema(definition),
    AttributeDefinitions: Object.entries(definition.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    CreationDateTime: definition.createdAt / 1000,
    DeletionProtectionEnabled: definition.deletionProtection,
    ...described('GlobalSecondaryIndexes', false),
    ...described('LocalSecondaryIndexes', true),
  };
}
