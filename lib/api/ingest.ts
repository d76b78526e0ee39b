import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ingestApiEnv } from '../../functions/ingest/env.ts';
import { ingestOperations } from '../../functions/ingest/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { signedIngestStatements } from '../constructs/signedIngest.ts';
import type { FeatureProps } from './feature.ts';

export function addIngest(
  scope: Construct,
  { telemetryQueue, ...props }: FeatureProps & { readonly telemetryQueue: Queue },
): void {
  new ApiFeature(scope, 'Ingest', {
    ...props,
    entry: 'ingest/api',
    description: 'Takes telemetry over HTTP, signed by an API key',
    operations: ingestOperations,
    env: ingestApiEnv,
    environment: {
      TELEMETRY_QUEUE_URL: telemetryQueue.queueUrl,
      MESSAGES_PER_MINUTE: String(props.configuration.messagesPerMinute),
    },
    statements: signedIngestStatements(props.data, telemetryQueue),
  });
}
