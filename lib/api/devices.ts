import type { Construct } from 'constructs';
import { devicesApiEnv } from '../../functions/devices/env.ts';
import { deviceOperations } from '../../functions/devices/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { bulkWork, certificatesOfDevices, changesOfDevices, queryDevices } from './registry.ts';

export function addDevices(scope: Construct, props: FeatureProps): void {
  const { devices, directory, events } = props.data;
  new ApiFeature(scope, 'Devices', {
    ...props,
    ...bulkWork,
    entry: 'devices/api',
    description: 'The registry of devices and gateways',
    operations: deviceOperations,
    env: devicesApiEnv,
    environment: { EVENTS_TABLE: events.tableName },
    statements: [
      ...changesOfDevices(props.data),
      allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], devices.tableArn),
      // A type that a device is given must be there.
      allow(['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem'], directory.tableArn),
      // Who is deleted loses its certificates.
      ...certificatesOfDevices(scope),
      queryDevices(props.data, 'byApplication', 'byName', 'byType', 'byRoom', 'byGateway', 'gateways'),
    ],
  });
}
