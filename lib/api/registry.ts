import { Duration, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { deviceIndexes, roomIndexes } from '../../functions/platform/records/registry.ts';
import type { DataStack } from '../dataStack.ts';
import { allow } from './feature.ts';

/** Hundreds of rows, or all devices of a room: as long as API Gateway waits, and a larger part of a processor. */
export const bulkWork = { timeout: Duration.seconds(29), memorySize: 1024 };

/**
 * What a transaction of functions/platform/records/deviceChanges.ts does: devices change with the counts of their rooms and
 * gateways, and an event each. The audit entry is granted to every function that changes something.
 */
export const changesOfDevices = ({ devices, rooms, events }: DataStack): PolicyStatement[] => [
  allow(['dynamodb:UpdateItem', 'dynamodb:BatchGetItem'], devices.tableArn, rooms.tableArn),
  allow(['dynamodb:PutItem'], events.tableArn),
];

export const queryDevices = ({ devices }: DataStack, ...indexes: (keyof typeof deviceIndexes)[]): PolicyStatement =>
  allow(['dynamodb:Query'], ...indexes.map((index) => `${devices.tableArn}/index/${index}`));

export const queryRooms = ({ rooms }: DataStack, ...indexes: (keyof typeof roomIndexes)[]): PolicyStatement =>
  allow(['dynamodb:Query'], ...indexes.map((index) => `${rooms.tableArn}/index/${index}`));

/** What functions/platform/records/deviceCertificates.ts asks AWS IoT: whatever thing and certificate a device has. */
export const certificatesOfDevices = (scope: Construct): PolicyStatement[] => {
  const arn = (resource: string) => Stack.of(scope).formatArn({ service: 'iot', resource, resourceName: '*' });
  return [
    allow(['iot:ListThingPrincipals'], arn('thing')),
    allow(['iot:DescribeCertificate', 'iot:UpdateCertificate'], arn('cert')),
  ];
};
