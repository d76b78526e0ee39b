import type * as z from 'zod';
import { shadowDelta, shadowDocument } from '../../../functions/twin/shadowMessages.ts';
import type { DeviceConnection } from '../connectDevice.ts';

type Values = Readonly<Record<string, unknown>>;
type Twin = Pick<DeviceConnection, 'deviceId' | 'publish' | 'listen' | 'onReconnected'>;

/** Tells the shadow what is so. */
export const reportTo =
  ({ deviceId, publish }: Pick<Twin, 'deviceId' | 'publish'>) =>
  (reported: Values): Promise<void> =>
    publish(`$aws/things/${deviceId}/shadow/update`, Buffer.from(JSON.stringify({ state: { reported } })));

/**
 * Takes over what the shadow desires, and reports it. What was desired while the device was away is asked for when it is back; a
 * delta that is older than what it knows is passed over (AWS IoT Developer Guide: "Simulating Device Shadow service communications").
 */
export async function followTwin(device: Twin): Promise<void> {
  const shadow = `$aws/things/${device.deviceId}/shadow`;
  const report = reportTo(device);
  let known = -1;
  const takeOver = (version: number, desired: Values | undefined) => {
    if (version <= known) return;
    known = version;
    // The next delta tells again what could not be reported now.
    if (desired !== undefined) report(desired).catch(() => {});
  };
  await device.listen(`${shadow}/update/delta`, (payload) => {
    const delta = read(shadowDelta, payload);
    if (delta !== undefined) takeOver(delta.version, delta.state);
  });
  await device.listen(`${shadow}/get/accepted`, (payload) => {
    const document = read(shadowDocument, payload);
    if (document !== undefined) takeOver(document.version, document.state.delta);
  });
  const ask = () => device.publish(`${shadow}/get`, Buffer.alloc(0));
  device.onReconnected(() => void ask().catch(() => {}));
  await ask();
}

function read<Schema extends z.ZodType>(schema: Schema, payload: Buffer): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(payload.toString())).data;
  } catch {
    return undefined;
  }
}
