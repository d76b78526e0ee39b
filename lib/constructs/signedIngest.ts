import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DataStack } from '../dataStack.ts';

/** What it takes to verify a signature by an API key, and to send what was signed into the pipeline. */
export function signedIngestStatements(
  { directory, devices, ephemeral }: Pick<DataStack, 'directory' | 'devices' | 'ephemeral'>,
  telemetry: Queue,
): PolicyStatement[] {
  const allow = (actions: string[], resource: string) => new PolicyStatement({ actions, resources: [resource] });
  return [
    // The key, and when it was used last.
    allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], directory.tableArn),
    // Nonces, and counts of messages.
    allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], ephemeral.tableArn),
    allow(['dynamodb:GetItem'], devices.tableArn),
    allow(['sqs:SendMessage'], telemetry.queueArn),
  ];
}
