import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { isFailure } from '../../../functions/platform/failure.ts';
import type { DeviceProfile } from '../../../functions/telemetry/reading.ts';
import { decode } from '../../../functions/telemetry/stages/decode.ts';
import { noon, profileOf } from './samples.ts';

const read = (payload: unknown, profile: DeviceProfile = profileOf()) =>
  decode(Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)), { receivedAt: noon, profile });

const reasonOf = (payload: unknown, profile?: DeviceProfile): string => {
  const outcome = read(payload, profile);
  if (!isFailure(outcome)) throw new Error(`accepted: ${JSON.stringify(outcome)}`);
  return outcome.reason;
};

describe('the payloads of the source documents are understood', () => {
  test('the actor envelope', () => {
    const outcome = read({
      id: 'tel-123456',
      source: 'device-1',
      target: 'system',
      type: 'telemetry',
      payload: { temperature: 22.5, humidity: 45.2, battery: 78 },
      timestamp: '2023-06-15T10:30:00Z',
      metadata: { device_type: 'sensor', location: 'living_room' },
    });
    expect(outcome).toEqual({
      format: 'envelope',
      messageId: 'tel-123456',
      claimedDeviceId: 'device-1',
      readings: [{ time: Date.UTC(2023, 5, 15, 10, 30), values: { temperature: 22.5, humidity: 45.2, battery: 78 } }],
      units: {},
    });
  });

  test('the X-ray track', () => {
    const outcome = read({
      deviceId: '66bb584d4ae73e488c30a072',
      timestamp: 1735683480000,
      data: [
        [762, [51.339764, 12.339223833333334, 1.2038000000000002]],
        [1766, [51.33977733333333, 12.339211833333334, 1.531604]],
      ],
    });
    expect(outcome).toEqual({
      format: 'xray',
      messageId: undefined,
      claimedDeviceId: '66bb584d4ae73e488c30a072',
      readings: [
        { time: 1735683480762, values: { a: 51.339764, b: 12.339223833333334, c: 1.2038000000000002 } },
        { time: 1735683481766, values: { a: 51.33977733333333, b: 12.339211833333334, c: 1.531604 } },
      ],
      units: {},
    });
  });

  test('the SCADA reading, with its date as JSON writes one', () => {
    const outcome = read({
      deviceId: 'pump-3',
      protocol: 'lorawan',
      timestamp: new Date(noon),
      telemetry: { temperature: 71.5, pressure: 3.2, flow: 12, status: 'running', valveOpen: true },
      metadata: { signalStrength: -61, batteryLevel: 87, location: { lat: 13.75, lon: 100.5 } },
    });
    expect(outcome).toMatchObject({
      format: 'scada',
      claimedDeviceId: 'pump-3',
      readings: [
        {
          time: noon,
          values: {
            temperature: 71.5,
            pressure: 3.2,
            flow: 12,
            status: 'running',
            valveOpen: true,
            signalStrength: -61,
            batteryLevel: 87,
            latitude: 13.75,
            longitude: 100.5,
          },
        },
      ],
    });
  });

  test('a SCADA reading needs no metadata, and a metric of that name wins over it', () => {
    expect(read({ telemetry: { flow: 1 } })).toMatchObject({ readings: [{ values: { flow: 1 } }] });
    expect(read({ telemetry: { batteryLevel: 1 }, metadata: { batteryLevel: 2 } })).toMatchObject({
      readings: [{ values: { batteryLevel: 1 } }],
    });
  });

  test('the flat object', () => {
    expect(read({ temperature: 21.5, door: 'open', alarm: false })).toEqual({
      format: 'flat',
      messageId: undefined,
      claimedDeviceId: undefined,
      readings: [{ time: noon, values: { temperature: 21.5, door: 'open', alarm: false } }],
      units: {},
    });
  });

  test('a command or an event on the telemetry topic is refused by its type', () => {
    expect(reasonOf({ type: 'command', payload: { command: 'set_temperature' } })).toContain('type is "command"');
  });
});

describe('a batch', () => {
  test('is an array of flat objects, each with its own time', () => {
    expect(
      read([{ temperature: 20, timestamp: noon - 2000 }, { temperature: 21, timestamp: noon - 1000 }, { flow: 3 }]),
    ).toMatchObject({
      format: 'flat',
      messageId: undefined,
      readings: [
        { time: noon - 2000, values: { temperature: 20 } },
        { time: noon - 1000, values: { temperature: 21 } },
        { time: noon, values: { flow: 3 } },
      ],
    });
  });

  test('has an id, units and a time of its own beside its points', () => {
    expect(
      read({
        messageId: 'b1',
        deviceId: 'boiler-7',
        units: { flow: 'l/s' },
        timestamp: noon - 9,
        batch: [{ flow: 3 }],
      }),
    ).toEqual({
      format: 'flat',
      messageId: 'b1',
      claimedDeviceId: 'boiler-7',
      readings: [{ time: noon - 9, values: { flow: 3 } }],
      units: { flow: 'l/s' },
    });
  });

  test('of one point is that point, its id and device included', () => {
    const point = { messageId: 'm1', deviceId: 'boiler-7', temperature: 21, units: { temperature: 'Cel' } };
    expect(read([point])).toEqual(read(point));
  });

  test('is one message: points with several ids are refused', () => {
    expect(
      reasonOf([
        { id: '1', flow: 3 },
        { id: '2', flow: 4 },
      ]),
    ).toContain('different message ids');
    expect(reasonOf({ messageId: 'b1', batch: [{ id: '2', flow: 4 }] })).toContain('different message ids');
  });

  test('can carry no point of another device past the check of identity', () => {
    expect(read([{ flow: 1 }, { deviceId: 'other', flow: 2 }])).toMatchObject({ claimedDeviceId: 'other' });
    expect(
      read([
        { deviceId: 'boiler-7', flow: 1 },
        { deviceId: 'other', flow: 2 },
      ]),
    ).toMatchObject({
      failureClass: 'authentication',
    });
  });

  test.each([
    [[{ flow: 1 }, 2], '[1] is 2; an object of metrics is expected'],
    [[{ flow: 1 }, { flow: null }], '[1]: flow is null'],
    [{ batch: [{ flow: 1 }], temperature: 3 }, "'temperature' stands beside batch"],
  ])('%j is refused at its place', (payload, reason) => {
    expect(reasonOf(payload)).toContain(reason);
  });
});

describe('the format', () => {
  test('of the device type decides where it names one', () => {
    const payload = { data: [[0, [1, 2, 3]]], timestamp: noon };
    expect(reasonOf(payload, profileOf({ format: 'flat' }))).toContain('data is an array');
    expect(reasonOf({ temperature: 1 }, profileOf({ format: 'scada' }))).toContain('telemetry is nothing');
  });

  test('of a track has the channels of its device type', () => {
    const gauge = profileOf({ channels: ['latitude', 'longitude'] });
    expect(read({ timestamp: noon, data: [[5, [1, 2]]] }, gauge)).toMatchObject({
      readings: [{ time: noon + 5, values: { latitude: 1, longitude: 2 } }],
    });
    expect(reasonOf({ timestamp: noon, data: [[5, [1, 2, 3]]] }, gauge)).toContain(
      '2 are expected (latitude, longitude)',
    );
  });

  test.each([
    [{ data: [[0, [1, 2, 3]]] }, 'timestamp is missing'],
    [{ timestamp: noon, data: [[0]] }, 'data[0] is an array'],
    [
      {
        timestamp: noon,
        data: [
          [0, [1, 2, 3]],
          ['1', [1, 2, 3]],
        ],
      },
      'data[1] is an array',
    ],
    [{ timestamp: noon, data: [[0, [1, 2, 'x']]] }, 'data[0][1][2] is "x"'],
  ])('of a track is refused at its place: %j', (payload, reason) => {
    expect(reasonOf(payload)).toContain(reason);
  });
});

describe('a time', () => {
  test.each([
    ['2026-01-31T12:00:00Z', noon],
    ['2026-01-31T12:00:00.250Z', noon + 250],
    ['2026-01-31T12:00Z', noon],
    ['2026-01-31T19:00:00+07:00', noon],
    ['2026-01-31T19:00:00+0700', noon],
    ['2026-01-31T12:00:00', noon],
    ['2026-01-31T12:00:00.123456', noon + 123],
    [noon, noon],
    [noon + 0.4, noon],
  ])('%j is understood', (timestamp, time) => {
    expect(read({ timestamp, flow: 1 })).toMatchObject({ readings: [{ time }] });
  });

  test.each([
    null,
    true,
    '',
    'yesterday',
    '2026-01-31',
    '31.01.2026',
    '2026-02-30T12:00:00Z',
    '2026-01-31T12:00:00 CET',
  ])('%j is refused', (timestamp) => {
    expect(reasonOf({ timestamp, flow: 1 })).toMatch(
      /^timestamp is .*; epoch milliseconds or ISO 8601 text is expected/,
    );
  });
});

describe('units', () => {
  test('stand beside the metrics, or at the value', () => {
    expect(read({ temperature: { value: 70, unit: '°F' }, flow: 3, units: { flow: 'l/s' } })).toMatchObject({
      readings: [{ values: { temperature: 70, flow: 3 } }],
      units: { temperature: '°F', flow: 'l/s' },
    });
    expect(read({ telemetry: { flow: 3 }, units: { flow: 'l/s' } })).toMatchObject({ units: { flow: 'l/s' } });
    expect(read({ type: 'telemetry', payload: { flow: 3 }, metadata: { units: { flow: 'l/s' } } })).toMatchObject({
      units: { flow: 'l/s' },
    });
  });

  test.each([
    [{ flow: 1, units: 'l/s' }, 'units is "l/s"; an object is expected'],
    [{ flow: 1, units: { flow: 1 } }, "units: the unit of 'flow' is 1"],
    [{ flow: { value: 1, unit: 'x'.repeat(65) } }, 'flow.unit is'],
    [{ type: 'telemetry', payload: { flow: 1 }, metadata: { units: [] } }, 'metadata.units is an array'],
  ])('%j is refused: a unit that is not understood would be a wrong number', (payload, reason) => {
    expect(reasonOf(payload)).toContain(reason);
  });
});

describe('a value that a store would refuse is refused here', () => {
  test.each(['1e999', '-1e400', '1e101', '1e-101', '5e-324'])('the number %s', (number) => {
    expect(reasonOf(Buffer.from(`{"flow": ${number}}`))).toContain('magnitude 1e-100 to 1e100');
    expect(reasonOf(Buffer.from(`{"timestamp": ${noon}, "data": [[0, [1, 2, ${number}]]]}`))).toContain('magnitude');
    expect(reasonOf(Buffer.from(`{"telemetry": {}, "metadata": {"batteryLevel": ${number}}}`))).toContain('magnitude');
  });

  test.each([
    ['no text', ''],
    ['a long text', 'é'.repeat(513)],
    ['half a character', '\ud83d'],
    ['nothing', null],
    ['an array', [1]],
    ['an object', { celsius: 21.5 }],
  ])('%s', (_, value) => {
    expect(reasonOf({ flow: value })).toMatch(/^flow is .* expected\.$/);
  });

  test('zero and the longest text are taken', () => {
    expect(isFailure(read({ flow: 0, drift: -0, note: 'é'.repeat(512) }))).toBe(false);
  });
});

describe('a name that a store would refuse is refused here', () => {
  test.each([
    '',
    '1st',
    'a b',
    'temperature°',
    'x'.repeat(65),
    'time',
    'applicationId',
    'ts_lag',
    'measure_value::double',
    'measure_name',
    'constructor',
    'toString',
  ])('%j', (name) => {
    expect(reasonOf(Buffer.from(`{${JSON.stringify(name)}: 1}`))).toMatch(/can't name a metric; .* is expected\.$/);
  });

  test('__proto__ too', () => {
    expect(reasonOf(Buffer.from('{"__proto__": 1}'))).toContain("'__proto__' can't name a metric");
  });
});

describe('bytes', () => {
  test('may be gzip', () => {
    expect(read(gzipSync('{"temperature": 21.5}'))).toEqual(read({ temperature: 21.5 }));
  });

  test('may begin with a byte order mark', () => {
    expect(read(Buffer.from('\ufeff{"temperature": 21.5}'))).toEqual(read({ temperature: 21.5 }));
  });

  test('that inflate beyond two megabytes are refused, and never inflated further', () => {
    expect(reasonOf(gzipSync(Buffer.alloc(50_000_000, ' ')))).toContain('at most 2097152 bytes');
  });

  test.each([
    [Buffer.alloc(0), 'The payload is empty'],
    [Buffer.from([0x00, 0xff, 0xfe]), 'neither UTF-8 text nor gzip of it'],
    [Buffer.from([0x1f, 0x8b, 1, 2]), "begins like gzip but can't be inflated"],
    [Buffer.from('{"temperature": 21.5'), 'is not JSON'],
    [Buffer.from('42'), 'is the JSON number'],
    [Buffer.from('null'), 'is the JSON null'],
  ])('that are no JSON object are refused: %p', (bytes, reason) => {
    expect(reasonOf(bytes)).toContain(reason);
  });
});
