import type { Reading, Units } from './readings.ts';

export const formatNames = ['envelope', 'xray', 'scada', 'flat'] as const;
export type FormatName = (typeof formatNames)[number];

interface Sample {
  readonly deviceId: string;
  readonly messageId: string;
  readonly reading: Reading;
  readonly units: Units;
  /** Event time, epoch milliseconds. */
  readonly time: number;
}

/** The payloads that docs/telemetry-formats.md describes, each carrying the message id that its record is found by. */
const formats: Record<FormatName, (sample: Sample) => unknown> = {
  envelope: ({ deviceId, messageId, reading, units, time }) => ({
    id: messageId,
    source: deviceId,
    target: 'system',
    type: 'telemetry',
    payload: reading,
    timestamp: new Date(time).toISOString(),
    metadata: { device_type: 'weather-station', units },
  }),
  xray: ({ deviceId, messageId, reading, time }) => ({
    deviceId,
    messageId,
    timestamp: time,
    data: [[0, Object.values(reading).slice(0, 3)]],
  }),
  scada: ({ deviceId, messageId, reading, units, time }) => ({
    deviceId,
    messageId,
    protocol: 'mqtt',
    timestamp: new Date(time).toISOString(),
    telemetry: { ...reading, status: 'ok' },
    units,
    metadata: { signalStrength: -61, batteryLevel: 87 },
  }),
  flat: ({ messageId, reading, units, time }) => ({ messageId, timestamp: time, units, ...reading }),
};

export const encodeReading = (format: FormatName, sample: Sample): Buffer =>
  Buffer.from(JSON.stringify(formats[format](sample)));

/** Payloads that no decoder can use, each unlike any other, so that none is a duplicate. */
const spoiled: readonly ((token: string) => Buffer)[] = [
  (token) => Buffer.from(`{"temperature": 21.5, "token": "${token}"`),
  (token) => Buffer.from(JSON.stringify([token])),
  (token) => Buffer.from(JSON.stringify({ temperature: { celsius: 21.5, token } })),
  (token) => Buffer.concat([Buffer.from([0x00, 0xff, 0xfe]), Buffer.from(token)]),
];

export const spoiledPayload = (sequence: number, token: string): Buffer => {
  const make = spoiled[sequence % spoiled.length];
  if (make === undefined) throw new RangeError('sequence must be a whole number');
  return make(token);
};
