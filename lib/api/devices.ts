import type { Construct } from 'constructs';
import { devicesApiEnv } from '../../functions/devices/env.ts';
import { deviceOperations } from '../../functions/devices/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addDevices(scope: Construct, props: FeatureProps): void {
  const { devices } = props.data;
  new ApiFeature(scope, 'Devices', {
    ...props,
    entry: 'devices/api',
    description: 'The registry of devices',
    operations: deviceOperations,
    env: devicesApiEnv,
    environment: {},
    statements: [
      allow(['dynamodb:PutItem'], devices.tableArn),
      allow(['dynamodb:Query'], `${devices.tableArn}/index/byApplication`),
    ],
  });
}
