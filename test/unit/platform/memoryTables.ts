import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AwsError } from '../../../local/service.ts';
import { openDynamo } from '../local/dynamodb/openDynamo.ts';

/**
 * DynamoDB in memory behind the AWS SDK: the local cloud's own, so that conditions and transactions are real.
 * @param keyNames partition and, where there is one, sort key, by table
 */
export function memoryTables(keyNames: Readonly<Record<string, readonly [string, string?]>>) {
  const dynamo = openDynamo();
  for (const [TableName, names] of Object.entries(keyNames)) {
    const keys = names.filter((name) => name !== undefined);
    dynamo.run('CreateTable', {
      TableName,
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
    });
  }
  const calls: string[] = [];
  const answer = (operation: string, body: string) => {
    try {
      return { statusCode: 200, document: dynamo.run(operation, JSON.parse(body)) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { statusCode: error.status, document: { __type: error.code, message: error.message, ...error.fields } };
    }
  };
  const db = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      maxAttempts: 1,
      requestHandler: {
        handle: async (request: { headers: Record<string, string>; body?: Uint8Array }) => {
          const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
          calls.push(operation);
          const { statusCode, document } = answer(operation, new TextDecoder().decode(request.body));
          const body = Readable.from([Buffer.from(JSON.stringify(document))]);
          return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } as never };
        },
      },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return { db, calls };
}
