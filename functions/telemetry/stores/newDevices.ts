import { bulkhead } from 'cockatiel';
import type { Device } from '../../model/device.ts';
import { type Failure, storageFailure } from '../../platform/failure.ts';
import { conflict } from '../../platform/http/problem.ts';
import type { changeTogether, Write } from '../../platform/records/change.ts';
import { deviceItem, deviceKey } from '../../platform/records/registry.ts';
import type { DeviceProfile } from '../reading.ts';

interface Registry {
  readonly change: ReturnType<typeof changeTogether>;
  readonly tableName: string;
  /** What is kept of a device's profile is out of date. */
  readonly forget: (deviceId: string) => void;
}

const writesAtOnce = 16;

/**
 * Brings devices into the registry by their first valid message, so that lists show them: one that it does not know gets an item,
 * one that was registered and never heard of becomes active. One write in a device's life, with its entry in the audit table.
 * @returns the failures, by device
 */
export const welcomeDevices =
  ({ change, tableName, forget }: Registry) =>
  async (devices: ReadonlyMap<string, DeviceProfile>): Promise<Map<string, Failure>> => {
    const failures = new Map<string, Failure>();
    const limited = bulkhead(writesAtOnce, Number.POSITIVE_INFINITY);
    await Promise.all(
      [...devices].map(([deviceId, { status, applicationId }]) =>
        limited.execute(async () => {
          const others = conflict('Another message of it was first.');
          const { item, changes } =
            status === undefined ? registration(tableName, deviceId, applicationId) : activation(tableName, deviceId);
          try {
            await change(
              [{ item, refusal: () => others }],
              [
                {
                  applicationId,
                  actor: `device:${deviceId}`,
                  operation: 'firstMessage',
                  entity: `device:${deviceId}`,
                  changes,
                },
              ],
            );
          } catch (error) {
            if (error !== others) failures.set(deviceId, storageFailure('device registry', error));
          }
          forget(deviceId);
        }),
      ),
    );
    return failures;
  };

interface RegistryWrite {
  readonly item: Write['item'];
  readonly changes: Record<string, { from?: string; to: string }>;
}

function registration(TableName: string, deviceId: string, applicationId: string): RegistryWrite {
  const now = new Date().toISOString();
  const device: Device = {
    deviceId,
    applicationId,
    name: deviceId,
    kind: 'device',
    status: 'active',
    metadata: {},
    configuration: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return {
    item: {
      Put: { TableName, Item: deviceItem(device), ConditionExpression: 'attribute_not_exists(deviceId)' },
    },
    changes: { applicationId: { to: applicationId }, name: { to: deviceId }, status: { to: 'active' } },
  };
}

function activation(TableName: string, deviceId: string): RegistryWrite {
  const Update = {
    TableName,
    Key: deviceKey(deviceId),
    UpdateExpression: 'SET #status = :active, updatedAt = :now ADD #version :one',
    ConditionExpression: '#status = :registered',
    ExpressionAttributeNames: { '#status': 'status', '#version': 'version' },
    ExpressionAttributeValues: {
      ':active': 'active',
      ':registered': 'registered',
      ':now': new Date().toISOString(),
      ':one': 1,
    },
  };
  return {
    item: { Update },
    changes: { status: { from: 'registered', to: 'active' } },
  };
}
