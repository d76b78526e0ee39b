import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readOutputs } from '../../scripts/outputs.ts';
import { localTarget } from '../../scripts/target.ts';

export type SystemUnderTest = Awaited<ReturnType<typeof openSystem>>;

/** A running system as its users have it: the places of its outputs.json, and unchanged AWS SDK clients. */
export async function openSystem(outputsFile?: string) {
  const { http, websocket, aws, signIn: developer } = await readOutputs(outputsFile);
  const target = await localTarget(outputsFile);
  return {
    ...target,
    http,
    websocket,
    aws,
    developer,
    iot: new IoTClient(target.client),
    db: DynamoDBDocumentClient.from(new DynamoDBClient(target.client)),
    s3: new S3Client({ ...target.client, forcePathStyle: true }),
    sqs: new SQSClient(target.client),
    timestream: new TimestreamQueryClient(target.client),
    tables: {
      messages: target.output('Data', 'MessagesTableName'),
      devices: target.output('Data', 'DevicesTableName'),
    },
    rawBucket: target.output('Data', 'RawBucketName'),
    telemetryRule: target.output('Ingestion', 'TelemetryRuleName'),
  };
}
