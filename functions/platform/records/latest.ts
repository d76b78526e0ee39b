import type { LatestValues } from '../../model/latest.ts';
import { type DeviceState, readDeviceStates } from '../../telemetry/stores/deviceState.ts';
import type { RegistryDependencies } from './deviceChanges.ts';

/** The newest values of devices, by their id; of one that was never heard there are none. */
export const readLatest =
  ({
    db,
    tables,
  }: {
    readonly db: RegistryDependencies['db'];
    readonly tables: Pick<RegistryDependencies['tables'], 'devices'>;
  }) =>
  async (deviceIds: readonly string[]): Promise<(deviceId: string) => LatestValues> => {
    const states = await readDeviceStates({ db, tableName: tables.devices })(deviceIds);
    return (deviceId) => latestOf(deviceId, states.get(deviceId));
  };

const iso = (time: number) => new Date(time).toISOString();

/** A state as people see it. */
export function latestOf(deviceId: string, state: DeviceState | undefined): LatestValues {
  if (state === undefined) return { deviceId, metrics: {} };
  return {
    deviceId,
    lastSeen: iso(state.lastSeen),
    metrics: Object.fromEntries(
      Object.entries(state.metrics).map(([metric, { value, time, receivedAt, messageId, unit }]) => [
        metric,
        { value, time: iso(time), receivedAt: iso(receivedAt), messageId, ...(unit !== undefined && { unit }) },
      ]),
    ),
  };
}
