import type { Construct } from 'constructs';
import { presenceApiEnv } from '../../functions/presence/env.ts';
import { presenceOperations } from '../../functions/presence/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addPresence(scope: Construct, props: FeatureProps): void {
  new ApiFeature(scope, 'Presence', {
    ...props,
    entry: 'presence/api',
    description: 'Whether devices are there',
    operations: presenceOperations,
    env: presenceApiEnv,
    environment: {},
    statements: [allow(['dynamodb:BatchGetItem'], props.data.devices.tableArn)],
  });
}
