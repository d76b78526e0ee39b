import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../model/device.ts';
import type { Sends } from '../platform/clients.ts';
import { eventWrite } from '../platform/records/events.ts';
import { dueShard, type Presence, presenceKey } from '../platform/records/presence.ts';
import { type DeviceState, stateKey } from '../telemetry/stores/deviceState.ts';

interface Tables {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly eventsTable: string;
}

const conflicts = ['ConditionalCheckFailed', 'TransactionConflict'];

/**
 * Writes a presence on condition that it is still what it was when it was read; with it, in the same transaction, the event of a state
 * that changed, so that there is one event for each change whatever is repeated; and, beside the device's newest values, whether it is
 * online.
 * @param device whose state may change: one of the registry
 * @param values as they were read: what came since speaks against silence
 * @returns whether it was written; if not, others were faster
 */
export const savePresence =
  ({ db, devicesTable, eventsTable }: Tables) =>
  async (
    before: Presence,
    after: Presence,
    device: Device | undefined,
    values: DeviceState | undefined,
  ): Promise<boolean> => {
    const put = { Put: presencePut(devicesTable, before, after) };
    const hasChanged = device !== undefined && after.state !== before.state;
    const TransactItems = [
      put,
      ...(hasChanged ? [stateEvent(eventsTable, before, after, device)] : []),
      ...(values !== undefined && isToBeMarked(after, values) ? [onlineMark(devicesTable, after, values)] : []),
    ];
    try {
      await db.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      const { CancellationReasons: reasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
      if (reasons.some(({ Code = '' }) => conflicts.includes(Code))) return false;
      throw error;
    }
  };

/** Whether the newest values of a device do not say yet what it came to be. */
export const isToBeMarked = ({ state }: Presence, values: DeviceState | undefined): boolean =>
  state !== undefined && values !== undefined && values.online !== (state === 'online');

function onlineMark(TableName: string, { deviceId, state }: Presence, { lastSeen }: DeviceState) {
  const online = state === 'online';
  return {
    Update: {
      TableName,
      Key: stateKey(deviceId),
      UpdateExpression: 'SET #online = :online',
      // Telemetry that came meanwhile may say that the device is not silent.
      ConditionExpression: online ? 'attribute_exists(deviceId)' : 'lastSeen = :seen',
      ExpressionAttributeNames: { '#online': 'online' },
      ExpressionAttributeValues: { ':online': online, ...(!online && { ':seen': lastSeen }) },
    },
  };
}

function presencePut(TableName: string, before: Presence, after: Presence) {
  const { lastHeartbeat } = before;
  const isNew = before.version === 0;
  return {
    TableName,
    Item: {
      ...presenceKey(after.deviceId),
      ...after,
      ...(after.dueAt !== undefined && { dueShard: dueShard(after.deviceId) }),
      version: before.version + 1,
    },
    // Heartbeats are written past the version: one that came meanwhile may say that the device is not silent.
    ConditionExpression: `${isNew ? 'attribute_not_exists(#version)' : '#version = :version'} AND ${
      lastHeartbeat === undefined ? 'attribute_not_exists(lastHeartbeat)' : 'lastHeartbeat = :heard'
    }`,
    ExpressionAttributeNames: { '#version': 'version' },
    ...((!isNew || lastHeartbeat !== undefined) && {
      ExpressionAttributeValues: {
        ...(!isNew && { ':version': before.version }),
        ...(lastHeartbeat !== undefined && { ':heard': lastHeartbeat }),
      },
    }),
  };
}

function stateEvent(tableName: string, before: Presence, after: Presence, { applicationId, roomId }: Device) {
  const { deviceId, state, reason } = after;
  const isOwnDoing = state === 'online' || reason === 'CLIENT_INITIATED_DISCONNECT';
  return eventWrite(tableName, {
    applicationId,
    type: `device.${state}`,
    entity: `device:${deviceId}`,
    actor: isOwnDoing ? `device:${deviceId}` : 'system',
    data: {
      previousState: before.state ?? 'unknown',
      currentState: state,
      reason,
      ...(roomId !== undefined && { roomId }),
    },
  });
}
