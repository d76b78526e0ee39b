import type { Construct } from 'constructs';
import { deviceTypesApiEnv } from '../../functions/deviceTypes/env.ts';
import { deviceTypeOperations } from '../../functions/deviceTypes/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { bulkWork, queryDevices } from './registry.ts';

export function addDeviceTypes(scope: Construct, props: FeatureProps): void {
  const { devices, directory } = props.data;
  new ApiFeature(scope, 'DeviceTypes', {
    ...props,
    ...bulkWork,
    entry: 'deviceTypes/api',
    description: 'Device types, and the units of their devices',
    operations: deviceTypeOperations,
    env: deviceTypesApiEnv,
    environment: {},
    statements: [
      allow(['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], directory.tableArn),
      allow(['dynamodb:PartiQLUpdate'], devices.tableArn),
      queryDevices(props.data, 'byType'),
    ],
  });
}
