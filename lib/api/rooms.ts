import type { Construct } from 'constructs';
import { roomsApiEnv } from '../../functions/rooms/env.ts';
import { roomOperations } from '../../functions/rooms/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { bulkWork, changesOfDevices, queryDevices, queryRooms } from './registry.ts';

export function addRooms(scope: Construct, props: FeatureProps): void {
  const { rooms, events } = props.data;
  new ApiFeature(scope, 'Rooms', {
    ...props,
    ...bulkWork,
    entry: 'rooms/api',
    description: 'Rooms, and what their devices say',
    operations: roomOperations,
    env: roomsApiEnv,
    environment: { EVENTS_TABLE: events.tableName },
    statements: [
      ...changesOfDevices(props.data),
      allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], rooms.tableArn),
      queryDevices(props.data, 'byRoom'),
      queryRooms(props.data, 'byApplication', 'byName'),
    ],
  });
}
