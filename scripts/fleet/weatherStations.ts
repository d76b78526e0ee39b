import { ulid } from 'ulid';
import type { Publisher } from './connectDevice.ts';
import { encodeReading, type FormatName, spoiledPayload } from './formats.ts';
import type { LedgerKeeper } from './ledger.ts';
import { type Reading, startingRow, type Units } from './readings.ts';

interface WeatherStations {
  readonly fleet: readonly Publisher[];
  readonly readings: readonly Reading[];
  readonly units: Units;
  readonly format: FormatName;
  /** Topic rule for Basic Ingest; without it messages go by the broker's topics. */
  readonly basicIngestRule?: string | undefined;
  /** Absent when nobody will ask what became of the messages. */
  readonly ledger?: LedgerKeeper | undefined;
}

/** A fleet that replays readings: each device a line of its own, one row a message, stamped with the time of sending. */
export function weatherStations({ fleet, readings, units, format, basicIngestRule, ledger }: WeatherStations) {
  const prefix = basicIngestRule === undefined ? '' : `$aws/rules/${basicIngestRule}/`;
  const kept: { device: Publisher; messageId: string; payload: Buffer }[] = [];

  const deviceAt = (sequence: number) => {
    const device = fleet[sequence % fleet.length];
    if (device === undefined) throw new RangeError('the fleet is empty');
    return device;
  };
  const send = async (device: Publisher, messageId: string | undefined, payload: Buffer): Promise<void> => {
    const sent = device.publish(`${prefix}devices/telemetry/${device.deviceId}`, payload);
    if (ledger === undefined) await sent.catch(() => {});
    else await ledger.record({ deviceId: device.deviceId, messageId }, sent);
  };

  return {
    /** Message number `sequence`, the devices taking turns. */
    async publishReading(sequence: number, { keep = false } = {}): Promise<void> {
      const device = deviceAt(sequence);
      const row = startingRow(sequence % fleet.length, readings.length) + Math.floor(sequence / fleet.length);
      const reading = readings[row % readings.length] ?? {};
      const messageId = ulid();
      const payload = encodeReading(format, { deviceId: device.deviceId, messageId, reading, units, time: Date.now() });
      if (keep) kept.push({ device, messageId, payload });
      await send(device, messageId, payload);
    },

    /** A payload that can't be used. */
    publishSpoiled: (sequence: number) => send(deviceAt(sequence), undefined, spoiledPayload(sequence, ulid())),

    /** How many messages were kept to be repeated. */
    get kept() {
      return kept.length;
    },

    /** One of the kept messages once more: the same bytes, the same id. */
    async repeat(sequence: number): Promise<void> {
      const message = kept[sequence];
      if (message === undefined) throw new RangeError(`message ${sequence} was not kept`);
      await send(message.device, message.messageId, message.payload);
    },
  };
}
