import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import { ulid } from 'ulid';
import type { Target } from '../target.ts';
import {
  type CertificateFiles,
  certificateFiles,
  deviceDirectory,
  readDeviceFile,
  writeCertificateFiles,
} from './certificateFiles.ts';
import { makeClaim, provisionByClaim, readClaim } from './claim.ts';
import type { Publisher } from './connectDevice.ts';
import { inParallel } from './inParallel.ts';
import { type DeviceCertificate, listCertificateIds, provisionDevice } from './provisionDevice.ts';
import { operatorRegistry } from './registerDevice.ts';

/** `weather-001` …: always the same devices, so that a second run finds their keys and certificates again. */
export const fleetDeviceIds = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);

/** A device with its credentials, to be connected. */
export interface ConnectOptions {
  readonly deviceId: string;
  readonly files: CertificateFiles;
  readonly mqtt: Target['mqtt'];
}

interface FleetOptions {
  /** Told after each. */
  readonly progress?: (connected: number) => void;
  readonly byClaim?: boolean;
  readonly connect: (device: ConnectOptions) => Promise<Publisher>;
}

/**
 * Connects the devices, each with its own certificate. What is missing is provisioned; keys are kept in the target's devices
 * folder. `byClaim` provisions as devices do it that have a claim certificate and a token each.
 */
export async function openFleet(
  target: Target,
  deviceIds: readonly string[],
  { progress = () => {}, byClaim = false, connect }: FleetOptions,
): Promise<Publisher[]> {
  const ensure = ensureCertificate(target, byClaim ? claimDevices(target) : makeDevices(target));
  let connected = 0;
  const opened: Publisher[] = [];
  try {
    await inParallel(deviceIds, 8, async (deviceId) => {
      const files = await ensure(deviceId);
      opened.push(await connect({ deviceId, files, mqtt: target.mqtt }));
      connected += 1;
      progress(connected);
    });
  } catch (error) {
    await closeFleet(opened);
    throw error;
  }
  const order = new Map(deviceIds.map((deviceId, index) => [deviceId, index]));
  return opened.sort((one, other) => (order.get(one.deviceId) ?? 0) - (order.get(other.deviceId) ?? 0));
}

export const closeFleet = async (fleet: readonly Publisher[]) => {
  await Promise.all(fleet.map((device) => device.close()));
};

/** The certificate from an earlier run if it is still attached to the thing, else a new one. */
const ensureCertificate = (target: Target, provision: (deviceId: string) => Promise<DeviceCertificate>) => {
  const iot = iotClient(target);
  const registry = operatorRegistry(target);
  return async (deviceId: string): Promise<CertificateFiles> => {
    const directory = deviceDirectory(target.devicesDir, deviceId);
    const kept = await readDeviceFile(directory);
    if (kept !== undefined && (await listCertificateIds(iot)(deviceId)).includes(kept.certificateId)) {
      return certificateFiles(directory);
    }
    await registry.register(deviceId, 'default');
    return await writeCertificateFiles(directory, target, deviceId, await provision(deviceId), { replace: true });
  };
};

const iotClient = (target: Target) => new IoTClient({ ...target.client, maxAttempts: 8 });

const makeDevices = (target: Target) =>
  provisionDevice({
    iot: iotClient(target),
    policyName: target.output('Ingestion', 'DevicePolicyName'),
    thingTypeName: target.output('Ingestion', 'DeviceThingTypeName'),
  });

/** One claim certificate for all of them, of this run. */
const claimDevices = (target: Target) => {
  const registry = operatorRegistry(target);
  const directory = join(target.devicesDir, '..', 'claims', ulid());
  let claiming: ReturnType<typeof readClaim> | undefined;
  const claim = async () => {
    await makeClaim(target, iotClient(target), directory);
    return await readClaim(directory);
  };
  return async (deviceId: string): Promise<DeviceCertificate> => {
    claiming ??= claim();
    const { device } = await registry.register(deviceId, 'default');
    const { token } = await registry.issueToken(device, 60);
    return await provisionByClaim(await claiming, deviceId, token);
  };
};
