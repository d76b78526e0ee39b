import type { Granted } from '../platform/access/authorize.ts';
import { seesDevice } from '../platform/access/authorize.ts';
import type { Sends } from '../platform/clients.ts';
import { deviceKey } from '../platform/records/registry.ts';
import { readItems } from '../platform/tables.ts';

/** Which of these devices a member's grants show: by their ids, or by the rooms that the registry says they are in. */
export const seenDevices =
  ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) =>
  (granted: Pick<Granted, 'grants'>) => {
    const seen = new Map<string, boolean>();
    return async (deviceIds: readonly string[]): Promise<(deviceId: string) => boolean> => {
      if (granted.grants === undefined) return () => true;
      const open = [...new Set(deviceIds)].filter((deviceId) => !seen.has(deviceId));
      for (const deviceId of open) seen.set(deviceId, seesDevice(granted, { deviceId }));
      const unsure = granted.grants.roomIds.length === 0 ? [] : open.filter((deviceId) => !seen.get(deviceId));
      if (unsure.length > 0) {
        const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: unsure.map(deviceKey) });
        for (const item of items as { deviceId: string; roomId?: string }[])
          seen.set(item.deviceId, seesDevice(granted, item));
      }
      return (deviceId) => seen.get(deviceId) ?? false;
    };
  };
