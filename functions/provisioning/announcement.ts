import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Device, device } from '../model/device.ts';
import { displayName, typeName } from '../model/identifiers.ts';

/** What a device says of itself when it starts. */
export const announcement = z
  .object({
    model: device.shape.model,
    firmware: device.shape.firmware,
    capabilities: device.shape.capabilities,
    name: displayName.optional(),
    deviceType: typeName.optional(),
  })
  .strict();
export type Announcement = z.infer<typeof announcement>;

type Completion = Partial<Pick<Device, 'model' | 'firmware' | 'capabilities' | 'name' | 'deviceType' | 'status'>>;

/**
 * The fields of a device's record that an announcement changes. Model, firmware and capabilities are the device's to say; a name
 * and a type that people gave it stay.
 */
export function completionOf(known: Device, { name, deviceType, ...said }: Announcement): Completion {
  const wanted: Completion = {
    ...said,
    ...(name !== undefined && known.name === known.deviceId && { name }),
    ...(deviceType !== undefined && known.deviceType === undefined && { deviceType }),
    ...(known.status === 'registered' && { status: 'active' }),
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, value]) => value !== undefined && !isDeepStrictEqual(value, known[field as keyof Device]),
    ),
  );
}
