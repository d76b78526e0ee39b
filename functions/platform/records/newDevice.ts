import type { Device } from '../../model/device.ts';
import { newId } from '../ulid.ts';

type Given = Pick<Device, 'applicationId'> & { readonly [Name in keyof Device]?: Device[Name] | undefined };

/** A device that nobody knew, as the registry begins with it. */
export function newDevice(given: Given, now = new Date().toISOString()): Device {
  const deviceId = given.deviceId ?? newId();
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    kind: 'device',
    status: 'registered',
    metadata: {},
    configuration: {},
    name: deviceId,
    ...(defined as Pick<Device, 'applicationId'>),
    deviceId,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}
