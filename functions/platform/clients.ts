import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { answerBytes } from './answerBytes.ts';

/**
 * AWS clients, made once per execution environment. Region, credentials and endpoint come from the environment: nothing here
 * knows which cloud answers.
 */

/** Two tries in place, then the message goes to the retry queue: waiting inside a Lambda costs more than waiting in a queue. */
const common = { maxAttempts: 2, streamCollector: answerBytes };

/** Middleware put together once, not for every call: an eighth of a call's work. The document client does not take it. */
const cached = { ...common, cacheMiddleware: true };

/** For its log the SDK copies every request and answer without what is secret: a thirtieth of a batch's work, and nobody reads it. */
function withoutLog<Client extends { readonly middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

/** What a curried function needs of a client; a test gives a plain object. */
export interface Sends {
  // biome-ignore lint/suspicious/noExplicitAny: each SDK client's send has dozens of overloads; callers name the command, which types the answer.
  send(command: any): Promise<any>;
}

export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(withoutLog(new DynamoDBClient(common)), {
    marshallOptions: { removeUndefinedValues: true },
  });

/** Path-style where the endpoint is a host of its own: `bucket.localhost` resolves nowhere. */
export const s3Client = (): S3Client =>
  withoutLog(
    new S3Client({
      ...cached,
      forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    }),
  );

export const sqsClient = (): SQSClient => withoutLog(new SQSClient(cached));

export const snsClient = (): SNSClient => withoutLog(new SNSClient(cached));

export const cognitoClient = (): CognitoIdentityProviderClient => new CognitoIdentityProviderClient(common);
/** The registry of AWS IoT Core. */
export const iotClient = (): IoTClient => new IoTClient(common);

/** Publishes at the region's endpoint; the signature tells the account. */
export const iotDataClient = (): IoTDataPlaneClient => withoutLog(new IoTDataPlaneClient(cached));

/** The client discovers its cell's endpoint by itself, which is what DescribeEndpoints is granted for. */
export const timestreamWriteClient = (): TimestreamWriteClient => withoutLog(new TimestreamWriteClient(cached));

export const timestreamQueryClient = (): TimestreamQueryClient => new TimestreamQueryClient(common);

/**
 * @param webSocketUrl `wss://<api>/<stage>`: the management API answers at the same place over https
 * @param patience after which a request fails, milliseconds; as long as the function has unless given
 */
export const managementClient = (webSocketUrl: string, patience?: number): ApiGatewayManagementApiClient =>
  withoutLog(
    new ApiGatewayManagementApiClient({
      ...cached,
      endpoint: webSocketUrl.replace(/^ws/, 'http'),
      ...(patience !== undefined && { requestHandler: { requestTimeout: patience, throwOnRequestTimeout: true } }),
    }),
  );
