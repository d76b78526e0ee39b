import { Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { healthEnv } from '../../functions/health/env.ts';
import { healthOperations } from '../../functions/health/operations.ts';
import { telemetryNames } from '../config.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

interface HealthProps extends FeatureProps {
  readonly telemetryQueue: Queue;
  readonly liveQueue: Queue;
}

export function addHealth(scope: Construct, { telemetryQueue, liveQueue, ...props }: HealthProps): void {
  const { configuration, data } = props;
  const telemetry = telemetryNames(configuration);
  new ApiFeature(scope, 'Health', {
    ...props,
    entry: 'health/api',
    description: 'Asks every part that the flows rest on',
    operations: healthOperations,
    env: healthEnv,
    environment: {
      RAW_BUCKET: data.raw.bucketName,
      TELEMETRY_QUEUE_URL: telemetryQueue.queueUrl,
      LIVE_QUEUE_URL: liveQueue.queueUrl,
      TELEMETRY_DATABASE: telemetry.database,
      TELEMETRY_TABLE: telemetry.table,
    },
    statements: [
      allow(['dynamodb:DescribeTable'], data.devices.tableArn),
      allow(['s3:ListBucket'], data.raw.bucketArn),
      allow(['sqs:GetQueueAttributes'], telemetryQueue.queueArn, liveQueue.queueArn),
      allow(
        ['timestream:DescribeTable'],
        Stack.of(scope).formatArn({
          service: 'timestream',
          resource: 'database',
          resourceName: `${telemetry.database}/table/${telemetry.table}`,
        }),
      ),
      // Endpoint discovery takes no resource.
      allow(['timestream:DescribeEndpoints'], '*'),
    ],
  });
}
