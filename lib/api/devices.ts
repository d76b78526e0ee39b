import type { Construct } from 'constructs';
import { devicesApiEnv } from '../../functions/devices/env.ts';
import { deviceOperations } from '../../functions/devices/operations.ts';
import type { CommandsStack } from '../commandsStack.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { anyThing, bulkWork, certificatesOfDevices, changesOfDevices, queryDevices } from './registry.ts';

interface DevicesProps extends FeatureProps {
  readonly commands: Pick<CommandsStack, 'mailbox'>;
}

export function addDevices(scope: Construct, { commands, ...props }: DevicesProps): void {
  const { devices, directory, events } = props.data;
  new ApiFeature(scope, 'Devices', {
    ...props,
    ...bulkWork,
    entry: 'devices/api',
    description: 'The registry of devices and gateways',
    operations: deviceOperations,
    env: devicesApiEnv,
    environment: { EVENTS_TABLE: events.tableName, MAILBOX_QUEUE_URL: commands.mailbox.queueUrl },
    statements: [
      ...changesOfDevices(props.data),
      allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], devices.tableArn),
      // Commands go another way when a device comes behind another gateway.
      allow(['sqs:SendMessage'], commands.mailbox.queueArn),
      // A type that a device is given must be there.
      allow(['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem'], directory.tableArn),
      // Who is deleted loses its certificates and shadows.
      ...certificatesOfDevices(scope),
      allow(['iot:DeleteThingShadow', 'iot:ListNamedShadowsForThing'], anyThing(scope)),
      queryDevices(props.data, 'byApplication', 'byName', 'byType', 'byRoom', 'byGateway', 'gateways'),
    ],
  });
}
