import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AwsError, jsonError } from '../../../local/service.ts';
import { openDynamo } from '../local/dynamodb/openDynamo.ts';

interface Index {
  readonly name: string;
  readonly keys: readonly [hash: string, range: string];
  /** Besides the keys: none, if that is empty; all attributes unless given. */
  readonly attributes?: readonly string[];
}

export interface MemoryTable {
  readonly name: string;
  readonly keys: readonly [hash: string, range?: string];
  /** Of keys that aren't text. */
  readonly numbers?: readonly string[];
  readonly indexes?: readonly Index[];
  readonly localIndexes?: readonly Index[];
}

/** The document client of the AWS SDK on the local cloud's DynamoDB, in memory, without a socket; and the operations it was asked for. */
export function memoryDb(...tables: readonly MemoryTable[]) {
  const dynamo = openDynamo();
  for (const table of tables) dynamo.run('CreateTable', definitionOf(table));
  const calls: string[] = [];
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: 'http://memory',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    // Nobody looks at signatures here.
    signer: { sign: async (request) => request },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
        calls.push(operation);
        return { response: answer(() => dynamo.run(operation, JSON.parse(new TextDecoder().decode(body)))) };
      },
    },
  });
  client.middlewareStack.remove('loggerMiddleware');
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return Object.assign(db, { calls });
}

function answer(run: () => unknown) {
  const respond = (statusCode: number, body: unknown) => ({
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
  try {
    return respond(200, run());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { status, body = '' } = jsonError(error);
    return respond(status, String(body));
  }
}

const projectionOf = ({ attributes }: Index) => {
  if (attributes === undefined) return { ProjectionType: 'ALL' };
  return attributes.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: attributes };
};

function definitionOf({ name, keys, numbers = [], indexes = [], localIndexes = [] }: MemoryTable) {
  const schema = ([hash, range]: readonly [string, string?]) => [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
  ];
  const described = (index: Index) => ({
    IndexName: index.name,
    KeySchema: schema(index.keys),
    Projection: projectionOf(index),
  });
  const attributes = new Set([keys, ...[...indexes, ...localIndexes].map((index) => index.keys)].flat());
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: schema(keys),
    AttributeDefinitions: [...attributes].map((attribute) => ({
      AttributeName: attribute,
      AttributeType: numbers.includes(attribute ?? '') ? 'N' : 'S',
    })),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(described) }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes.map(described) }),
  };
}
