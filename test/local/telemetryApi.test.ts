import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { ulid } from 'ulid';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { callApi } from './callApi.ts';
import { newApplicationId, putDevice, putMember, putRoom } from './directory.ts';
import { recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

const applicationId = newApplicationId();
const roomId = `hall-${ulid()}`;
const minute = 60_000;
const start = Math.floor(Date.now() / (15 * minute)) * 15 * minute - 60 * minute;
const iso = (time: number) => new Date(time).toISOString();
const range = `from=${iso(start)}&to=${iso(start + 45 * minute)}`;

/** One every half minute, for three quarters of an hour. */
const points = Array.from({ length: 90 }, (_, index) => ({
  time: start + index * 30_000,
  temperature: Math.round((20 + 5 * Math.sin(index / 7)) * 100) / 100,
}));

let system: SystemUnderTest;
let viewer: Person;
let stranger: Person;
let boiler: NewDevice;
let pump: NewDevice;

beforeAll(async () => {
  system = await openSystem();
  [viewer, stranger] = [await signIn(system), await signIn(system)];
  await putMember(system, viewer, { applicationId, role: 'viewer' });
  [boiler, pump] = [await newDevice(system, 'boiler'), await newDevice(system, 'pump')];
  await putRoom(system, roomId, applicationId);
  for (const { deviceId } of [boiler, pump]) await putDevice(system, { deviceId, applicationId, roomId });
  const publish = async (device: NewDevice, payload: object) => {
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    const messageId = ulid();
    await connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, ...payload })));
    expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({ disposition: 'stored' });
    await connection.close();
  };
  const batch = points.map(({ time, temperature }) => ({ timestamp: time, temperature, status: 'on' }));
  await publish(boiler, { units: { temperature: 'Cel' }, batch });
  await publish(pump, { units: { temperature: 'Cel' }, batch: [{ timestamp: start, temperature: 100 }] });
});

const ask = (query: string, { path = `/api/devices/${boiler.deviceId}/telemetry`, as = viewer, headers = {} } = {}) =>
  callApi(system, { path: `${path}?${query}`, as, headers });
const ofBin = (index: number) =>
  points
    .filter(({ time }) => Math.floor((time - start) / (15 * minute)) === index)
    .map(({ temperature }) => temperature);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the telemetry of a device', () => {
  test('in bins is what its points amount to', async () => {
    const { status, json } = await ask(
      `${range}&bin=15m&metrics=temperature&aggregate=mean,min,max,sum,count,first,last`,
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({
      deviceId: boiler.deviceId,
      from: iso(start),
      to: iso(start + 45 * minute),
      bin: '15m',
    });
    expect(json.times).toEqual([0, 15, 30].map((minutes) => iso(start + minutes * minute)));
    const series = (name: string) => json.series.find(({ aggregate }: { aggregate: string }) => aggregate === name);
    for (const index of [0, 1, 2]) {
      const values = ofBin(index);
      expect(series('mean').values[index]).toBeCloseTo(mean(values), 9);
      expect(series('sum').values[index]).toBeCloseTo(mean(values) * values.length, 8);
      expect(series('min').values[index]).toBe(Math.min(...values));
      expect(series('max').values[index]).toBe(Math.max(...values));
      expect(series('count').values[index]).toBe(30);
      expect(series('first').values[index]).toBe(values[0]);
      expect(series('last').values[index]).toBe(values.at(-1));
    }
    expect([series('mean').unit, series('count').unit]).toEqual(['Cel', undefined]);
  });

  test('comes in the unit that is asked for', async () => {
    const { json } = await ask(`${range}&bin=15m&aggregate=max&units=temperature:[degF]`);
    expect(json.series).toMatchObject([{ metric: 'temperature', aggregate: 'max', unit: '[degF]' }]);
    for (const index of [0, 1, 2])
      expect(json.series[0].values[index]).toBeCloseTo((Math.max(...ofBin(index)) * 9) / 5 + 32, 9);
  });

  test('comes as CSV, by the query or by Accept', async () => {
    const query = `${range}&bin=15m&metrics=temperature&aggregate=mean,count`;
    const { text, headers } = await ask(`${query}&format=csv`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, ...lines]: string[][] = parse(text);
    expect(header).toEqual(['time', 'temperature mean (Cel)', 'temperature count']);
    expect(lines).toHaveLength(3);
    for (const [index, [time, average, count]] of lines.entries()) {
      expect(time).toBe(iso(start + index * 15 * minute));
      expect(Number(average)).toBeCloseTo(mean(ofBin(index)), 9);
      expect(count).toBe('30');
    }
    expect((await ask(query, { headers: { accept: 'text/csv' } })).text).toBe(text);
  });

  test('comes point by point, in pages', async () => {
    const found: { time: string; value: number }[] = [];
    let next: string | undefined;
    do {
      const { json } = await ask(`${range}&bin=raw&limit=40&metrics=temperature${next ? `&next=${next}` : ''}`);
      expect(json.times.length).toBeLessThanOrEqual(40);
      found.push(...json.times.map((time: string, index: number) => ({ time, value: json.series[0].values[index] })));
      next = json.next;
    } while (next !== undefined);
    expect(found).toEqual(points.map(({ time, temperature }) => ({ time: iso(time), value: temperature })));
  });

  test('leads from a page of CSV to the next by its header', async () => {
    const { headers } = await ask(`${range}&bin=raw&limit=40&format=csv`);
    const [, link = ''] = /^<\?(.*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
    const [, first]: string[][] = parse((await ask(link)).text);
    expect(first?.[0]).toBe(iso(points[40]?.time ?? 0));
  });

  test('has texts too, as they are', async () => {
    const { json } = await ask(`${range}&bin=15m&metrics=status&aggregate=last,count`);
    expect(json.series.map(({ values }: { values: unknown }) => values)).toEqual([
      ['on', 'on', 'on'],
      [30, 30, 30],
    ]);
  });

  test.each([
    ['span=1y&bin=1s', 'bin', 'at most 1500 are answered: take 6h or longer'],
    [`${range}&metrics=flow`, 'metrics', "'flow' was never heard of here; there is status, temperature"],
    [`${range}&metrics=status`, 'aggregate', 'which is no number'],
    [`${range}&units=temperature:bar`, 'units', 'take one of Cel, [degF], K'],
    [`${range}&aggregate=sum&units=temperature:K`, 'units', 'means nothing'],
    [`${range}&aggregate=average`, 'aggregate.0', 'expected one of'],
    [`${range}&bin=raw&aggregate=mean`, 'aggregate', 'take a bin'],
    [`${range}&bin=15m&next=abc`, 'next', 'only bin=raw has pages'],
    [`${range}&span=1d`, 'span', 'not together'],
    ['span=2d', 'span', ''],
  ])('is refused for %s', async (query, field, detail) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ in: 'query', field, detail: expect.stringContaining(detail) }]);
  });

  test('of a device that never sent is empty', async () => {
    const deviceId = `quiet-${ulid()}`;
    await putDevice(system, { deviceId, applicationId });
    const { json } = await ask('span=1h', { path: `/api/devices/${deviceId}/telemetry` });
    expect(json).toMatchObject({ bin: '1m', times: [], series: [] });
  });

  test('is absent for who is no member', async () => {
    expect((await ask(range, { as: stranger })).status).toBe(404);
  });
});

describe('the telemetry of a room', () => {
  const path = `/api/rooms/${roomId}/telemetry`;

  test('is that of all its devices together', async () => {
    const { json } = await ask(`${range}&bin=15m&aggregate=max,count`, { path });
    expect(json).toMatchObject({ roomId, bin: '15m' });
    expect(json.series).toMatchObject([
      { metric: 'temperature', aggregate: 'max', values: [100, Math.max(...ofBin(1)), Math.max(...ofBin(2))] },
      { metric: 'temperature', aggregate: 'count', values: [31, 30, 30] },
    ]);
  });

  test('is a series for each device where that is asked for', async () => {
    const { json } = await ask(`${range}&bin=15m&aggregate=count&groupBy=device&metrics=temperature`, { path });
    const counts = Object.fromEntries(
      json.series.map(({ deviceId, values }: { deviceId: string; values: unknown }) => [deviceId, values]),
    );
    expect(counts).toEqual({ [boiler.deviceId]: [30, 30, 30], [pump.deviceId]: [1, null, null] });
  });

  test('has no single points, and is absent for who is no member', async () => {
    expect((await ask(`${range}&bin=raw`, { path })).json.errors).toMatchObject([{ field: 'bin' }]);
    expect((await ask(range, { path, as: stranger })).status).toBe(404);
  });
});
