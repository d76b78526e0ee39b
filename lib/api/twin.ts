import type { Construct } from 'constructs';
import { twinApiEnv } from '../../functions/twin/env.ts';
import { twinOperations } from '../../functions/twin/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { anyThing } from './registry.ts';

export function addTwin(scope: Construct, props: FeatureProps): void {
  const { devices, twins } = props.data;
  new ApiFeature(scope, 'Twin', {
    ...props,
    entry: 'twin/api',
    description: 'Twins: what devices are to be, what they are, and what is pending',
    operations: twinOperations,
    env: twinApiEnv,
    environment: { TWINS_TABLE: twins.tableName },
    statements: [
      // State and presence; the type comes by the grant of every feature.
      allow(['dynamodb:BatchGetItem'], devices.tableArn),
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], twins.tableArn),
      allow(
        ['iot:DescribeThing', 'iot:GetThingShadow', 'iot:UpdateThingShadow', 'iot:ListNamedShadowsForThing'],
        anyThing(scope),
      ),
    ],
  });
}
