import * as z from 'zod';
import { device } from '../../model/device.ts';
import type { Sends } from '../../platform/clients.ts';
import { logger } from '../../platform/observe.ts';
import { deviceKey } from '../../platform/records/registry.ts';
import { readItems } from '../../platform/tables.ts';
import { isMetricName, metricNameExpected } from '../metricName.ts';
import { type DeviceProfile, unknownProfile } from '../reading.ts';

/** Whose a device is: its item `device` in the devices table. */
const identity = z.object({
  applicationId: z.string().default(unknownProfile.applicationId),
  deviceType: z.string().optional(),
  roomId: z.string().optional(),
  gatewayId: z.string().optional(),
  status: device.shape.status.default('active'),
});

/** How its messages are read. */
const reading = z.object({
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
export const deviceProfiles = ({ db, tableName }: { db: Sends; tableName: string }) => {
  const kept = new Map<string, { readonly profile: DeviceProfile; readonly until: number }>();
  return {
    read: async (deviceIds: readonly string[], now = Date.now()): Promise<(deviceId: string) => DeviceProfile> => {
      const profiles = new Map<string, DeviceProfile>();
      for (const deviceId of deviceIds) {
        const known = kept.get(deviceId);
        if (known !== undefined && known.until > now) profiles.set(deviceId, known.profile);
      }
      const missing = [...new Set(deviceIds)].filter((deviceId) => !profiles.has(deviceId));
      if (missing.length > 0) {
        const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: missing.map(deviceKey) });
        const found = new Map(items.map((item) => [String(item['deviceId']), readProfile(item)]));
        if (kept.size > profilesKept) kept.clear();
        for (const deviceId of missing) {
          const profile = found.get(deviceId) ?? unknownProfile;
          profiles.set(deviceId, profile);
          kept.set(deviceId, { profile, until: now + lifetimeMilliseconds });
        }
      }
      return (deviceId) => profiles.get(deviceId) ?? unknownProfile;
    },
    /** The registry has changed: it is asked again at the device's next message. */
    forget: (deviceId: string): void => {
      kept.delete(deviceId);
    },
  };
};

/** A device's item as a profile. Where it can't say how messages are read, their looks do; whose they are stays as it says. */
export function readProfile(item: Record<string, unknown>): DeviceProfile {
  const parts = [identity, reading].map((schema) => schema.safeParse(item));
  const problems = parts.flatMap(({ error }) => error?.issues ?? []);
  if (problems.length > 0)
    logger.error('the registry says something of a device that is not usable', {
      deviceId: item['deviceId'],
      reason: problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    });
  // What is registered, however badly, is not registered again.
  return Object.assign({ ...unknownProfile, status: 'active' }, ...parts.map(({ data }) => data));
}
