import * as z from 'zod';
import type { Sends } from '../../platform/clients.ts';
import { readItems } from '../../platform/tables.ts';
import { type DeviceProfile, unknownProfile } from '../reading.ts';

/** What the registry may say of a device: its item `device` in the devices table. */
const profileItem = z.object({
  deviceId: z.string(),
  applicationId: z.string().default(unknownProfile.applicationId),
  deviceType: z.string().optional(),
  format: z.enum(['envelope', 'xray', 'scada', 'flat']).optional(),
  units: z.record(z.string(), z.string()).default({}),
  channels: z
    .array(z.string())
    .min(1)
    .default([...unknownProfile.channels]),
});

/** A changed profile is in use everywhere within this. */
const lifetimeMilliseconds = 60_000;
const profilesKept = 10_000;

/** Profiles of devices, kept for a minute; a device that the registry doesn't know is read by its payload's looks. */
export const readDeviceProfiles = ({ db, tableName }: { db: Sends; tableName: string }) => {
  const kept = new Map<string, { readonly profile: DeviceProfile; readonly until: number }>();
  return async (deviceIds: readonly string[], now = Date.now()): Promise<(deviceId: string) => DeviceProfile> => {
    const missing = [...new Set(deviceIds)].filter((deviceId) => (kept.get(deviceId)?.until ?? 0) <= now);
    if (missing.length > 0) {
      const { [tableName]: items = [] } = await readItems({ db })({
        [tableName]: missing.map((deviceId) => ({ deviceId, item: 'device' })),
      });
      const found = new Map(
        items
          .flatMap((item) => profileItem.safeParse(item).data ?? [])
          .map(({ deviceId, ...profile }) => [deviceId, profile]),
      );
      if (kept.size > profilesKept) kept.clear();
      for (const deviceId of missing) {
        const profile = found.get(deviceId);
        kept.set(deviceId, {
          profile: { ...unknownProfile, ...profile } as DeviceProfile,
          until: now + lifetimeMilliseconds,
        });
      }
    }
    return (deviceId) => kept.get(deviceId)?.profile ?? unknownProfile;
  };
};
