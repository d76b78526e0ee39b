import * as z from 'zod';
import { metricValue } from '../functions/live/protocol.ts';
import { ask } from './session.ts';

export const pageSize = 50;

const deviceSchema = z.object({
  deviceId: z.string(),
  deviceType: z.string().optional(),
  lastSeen: z.iso.datetime().optional(),
  latest: z
    .record(z.string(), z.object({ value: metricValue, time: z.iso.datetime(), unit: z.string().optional() }))
    .default({}),
});
export type Device = z.infer<typeof deviceSchema>;

const devicesPage = z.object({ items: z.array(deviceSchema), next: z.string().optional() });

/**
 * The first devices with their newest values, page by page until there are `wanted`.
 * @throws Error in words for the person
 */
export async function listDevices(wanted: number): Promise<{ devices: Device[]; more: boolean }> {
  const devices: Device[] = [];
  let next: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next === undefined ? {} : { next }) });
    const page = await ask(`api/devices?${query}`, devicesPage);
    devices.push(...page.items);
    next = page.next;
  } while (next !== undefined && devices.length < wanted);
  return { devices, more: next !== undefined };
}
