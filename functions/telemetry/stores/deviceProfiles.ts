import * as z from 'zod';
import type { Sends } from '../../platform/clients.ts';
import { logger } from '../../platform/observe.ts';
import { readItems } from '../../platform/tables.ts';
import { isMetricName, metricNameExpected } from '../metricName.ts';
import { type DeviceProfile, unknownProfile } from '../reading.ts';

/** What the registry may say of a device: its item `device` in the devices table. */
const profileItem = z.object({
  deviceId: z.string(),
  applicationId: z.string().default(unknownProfile.applicationId),
  deviceType: z.string().optional(),
  gatewayId: z.string().optional(),
  roomId: z.string().optional(),
  format: z.enum(['envelope', 'xray', 'scada', 'flat']).optional(),
  units: z.record(z.string(), z.string()).default({}),
  channels: z
    .array(z.string().refine(isMetricName, `${metricNameExpected} is expected`))
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
    const profiles = new Map<string, DeviceProfile>();
    for (const deviceId of deviceIds) {
      const known = kept.get(deviceId);
      if (known !== undefined && known.until > now) profiles.set(deviceId, known.profile);
    }
    const missing = [...new Set(deviceIds)].filter((deviceId) => !profiles.has(deviceId));
    if (missing.length > 0) {
      const { [tableName]: items = [] } = await readItems({ db })({
        [tableName]: missing.map((deviceId) => ({ deviceId, item: 'device' })),
      });
      const found = new Map(items.flatMap(readProfile));
      if (kept.size > profilesKept) kept.clear();
      for (const deviceId of missing) {
        const profile = found.get(deviceId) ?? unknownProfile;
        profiles.set(deviceId, profile);
        kept.set(deviceId, { profile, until: now + lifetimeMilliseconds });
      }
    }
    return (deviceId) => profiles.get(deviceId) ?? unknownProfile;
  };
};

function readProfile(item: unknown): [string, DeviceProfile][] {
  const result = profileItem.safeParse(item);
  if (result.success) {
    const { deviceId, ...profile } = result.data;
    return [[deviceId, { ...unknownProfile, ...profile } as DeviceProfile]];
  }
  logger.error('a device is read as unknown: its item in the registry is not usable', {
    deviceId: (item as { deviceId?: unknown }).deviceId,
    reason: result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  });
  return [];
}
