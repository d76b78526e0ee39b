import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { DescribeTableCommand as DescribeTelemetryTableCommand } from '@aws-sdk/client-timestream-write';
import { documentClient, s3Client, sqsClient, timestreamWriteClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { healthEnv } from './env.ts';
import { healthHandlers } from './flows.ts';
import { healthOperations } from './operations.ts';

const env = parseEnv(healthEnv);
const db = documentClient();
const s3 = s3Client();
const sqs = sqsClient();
const timestream = timestreamWriteClient();
const askQueue = (QueueUrl: string) => () =>
  sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));

export const handler = httpApi(
  healthOperations,
  healthHandlers([
    { name: 'ingestion', ask: askQueue(env.TELEMETRY_QUEUE_URL) },
    { name: 'live', ask: askQueue(env.LIVE_QUEUE_URL) },
    { name: 'devices', ask: () => db.send(new DescribeTableCommand({ TableName: env.DEVICES_TABLE })) },
    {
      name: 'telemetry',
      ask: () =>
        timestream.send(
          new DescribeTelemetryTableCommand({ DatabaseName: env.TELEMETRY_DATABASE, TableName: env.TELEMETRY_TABLE }),
        ),
    },
    { name: 'raw', ask: () => s3.send(new HeadBucketCommand({ Bucket: env.RAW_BUCKET })) },
  ]),
  apiDependencies(env, db),
);
