import type { Construct } from 'constructs';
import { messagesApiEnv } from '../../functions/messages/env.ts';
import { messageOperations } from '../../functions/messages/operations.ts';
import { byApplicationIndex, byDeviceIndex } from '../../functions/platform/records/messages.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addMessages(scope: Construct, props: FeatureProps): void {
  const { messages, devices, raw } = props.data;
  new ApiFeature(scope, 'Messages', {
    ...props,
    entry: 'messages/api',
    description: 'What became of messages',
    operations: messageOperations,
    env: messagesApiEnv,
    environment: {
      MESSAGES_TABLE: messages.tableName,
      RAW_BUCKET: raw.bucketName,
      MESSAGE_RETENTION_DAYS: String(props.configuration.retention.messageDays),
    },
    statements: [
      allow(
        ['dynamodb:Query'],
        `${messages.tableArn}/index/${byDeviceIndex}`,
        `${messages.tableArn}/index/${byApplicationIndex}`,
      ),
      // Rooms of the devices that a member with grants asks about.
      allow(['dynamodb:BatchGetItem'], devices.tableArn),
      allow(['s3:GetObject'], raw.arnForObjects('raw/*')),
    ],
  });
}
