import type { Construct } from 'constructs';
import { messagesApiEnv } from '../../functions/messages/env.ts';
import { messageOperations } from '../../functions/messages/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addMessages(scope: Construct, props: FeatureProps): void {
  const { messages } = props.data;
  new ApiFeature(scope, 'Messages', {
    ...props,
    entry: 'messages/api',
    description: 'What became of messages',
    operations: messageOperations,
    env: messagesApiEnv,
    environment: { MESSAGES_TABLE: messages.tableName },
    statements: [allow(['dynamodb:Query'], `${messages.tableArn}/index/byDevice`)],
  });
}
