import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { withOwnSystem } from './ownSystem.ts';
import { percentile } from './percentile.ts';

interface RegistryLoad {
  readonly devices: number;
  readonly rooms: number;
  /** Of each query. */
  readonly requests: number;
}

export interface RegistryMeasured {
  /** Seconds of `npm run import`, its start and sign-in included. */
  readonly importSeconds: number;
  /** Milliseconds of each query, by its name. */
  readonly queries: ReadonlyMap<string, { readonly p50: number; readonly p99: number; readonly most: number }>;
}

const application = 'plant';
const deviceId = (at: number) => `device-${String(at).padStart(5, '0')}`;
const roomId = (at: number) => `room-${String(at).padStart(3, '0')}`;
const types = ['boiler', 'meter', 'thermostat', 'valve'];
const warmUp = 20;

/** Starts a system of its own, imports a fleet by the command that people use, and asks for it in every way. */
export async function measureRegistry(load: RegistryLoad, tell: (what: string) => void): Promise<RegistryMeasured> {
  return withOwnSystem(async ({ system, folder, url, admin: { email, password, token } }) => {
    await send(url, token, 'POST', '/api/applications', { applicationId: application, name: 'Plant' });
    for (const title of types)
      await send(url, token, 'PUT', `/api/applications/${application}/device-types/${title}`, {
        thingModel: { title, properties: { temperature: { type: 'number', unit: 'Cel', readOnly: true } } },
      });

    tell(`importing ${load.rooms} rooms and ${load.devices} devices`);
    const files = await writeFiles(folder, load);
    const began = performance.now();
    await runImport(files, email, { FIELDLINE_OUTPUTS: system.outputsFile, FIELDLINE_PASSWORD: password });
    const importSeconds = (performance.now() - began) / 1000;

    const measured = new Map<string, { p50: number; p99: number; most: number }>();
    for (const [name, path] of queries(load)) {
      tell(name);
      const times: number[] = [];
      for (let at = -warmUp; at < load.requests; at += 1) {
        const time = await ask(url, token, path(at + warmUp));
        if (at >= 0) times.push(time);
      }
      measured.set(name, { p50: percentile(times, 0.5), p99: percentile(times, 0.99), most: Math.max(...times) });
    }
    return { importSeconds, queries: measured };
  });
}

/** Each asks for something else every time. */
function queries({ devices, rooms }: RegistryLoad): [string, (at: number) => string][] {
  const list = (query: string) => `/api/devices?applicationId=${application}${query}`;
  const cursor = (at: number) => {
    const id = deviceId((at * 97) % devices);
    const key = { applicationId: application, registeredId: id, deviceId: id, item: 'device' };
    return Buffer.from(JSON.stringify(key)).toString('base64url');
  };
  return [
    ['a device', (at) => `/api/devices/${deviceId((at * 31) % devices)}`],
    ['devices, a page of 25', (at) => list(`&next=${cursor(at)}`)],
    ['devices, a page of 100', (at) => list(`&limit=100&next=${cursor(at)}`)],
    ['devices by name', (at) => list(`&sort=name&order=${at % 2 ? 'asc' : 'desc'}`)],
    ['devices with latest values', (at) => list(`&include=latest&next=${cursor(at)}`)],
    ['devices of a type', (at) => list(`&type=${types[at % types.length]}`)],
    ['devices of a type and status', (at) => list(`&type=${types[at % types.length]}&status=registered`)],
    ['devices by metadata, one in ten', (at) => list(`&metadata.floor=${at % 10}`)],
    ['devices by text that none has', (at) => list(`&text=nothing-${at}`)],
    ['devices by text, one of all', (at) => list(`&text=${deviceId((at * 53) % Math.min(devices, 2000))}`)],
    ['devices of a room', (at) => list(`&room=${roomId(at % rooms)}`)],
    ['children of a gateway', (at) => `/api/gateways/gateway-${at % 20}/devices`],
    ['gateways', () => `/api/gateways?applicationId=${application}`],
    ['rooms, a page of 100', () => `/api/rooms?applicationId=${application}&limit=100`],
    ['rooms by text', (at) => `/api/rooms?applicationId=${application}&text=hall%20${at % rooms}`],
    ['a room', (at) => `/api/rooms/${roomId(at % rooms)}`],
    ['devices in a room', (at) => `/api/rooms/${roomId(at % rooms)}/devices`],
    ['state of a room', (at) => `/api/rooms/${roomId(at % rooms)}/state`],
    ['audit log', () => `/api/applications/${application}/audit`],
    ['events of a device', (at) => `/api/devices/${deviceId((at * 31) % devices)}/events`],
  ];
}

async function ask(url: string, token: string, path: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`);
  return performance.now() - began;
}

async function send(url: string, token: string, method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

async function writeFiles(folder: string, { devices, rooms }: RegistryLoad) {
  const files = { devices: join(folder, 'devices.csv'), rooms: join(folder, 'rooms.csv') };
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
  await writeFile(
    files.rooms,
    stringify([
      ['roomId', 'name', 'type', 'metadata.building'],
      ...numbers(rooms).map((at) => [roomId(at), `Hall ${at}`, at % 3 === 0 ? 'office' : 'hall', `B${at % 7}`]),
    ]),
  );
  await writeFile(
    files.devices,
    stringify([
      ['deviceId', 'name', 'kind', 'deviceType', 'roomId', 'gatewayId', 'model', 'metadata.floor', 'metadata.serial'],
      ...numbers(20).map((at) => [`gateway-${at}`, `Gateway ${at}`, 'gateway', '', roomId(at), '', 'GW-1', '0', '']),
      ...numbers(devices).map((at) => [
        deviceId(at),
        `Device ${(at * 7919) % devices}`,
        'device',
        types[at % types.length],
        roomId(at % rooms),
        at % 2 ? `gateway-${at % 20}` : '',
        'TH-20',
        String(at % 10),
        `SN${at}`,
      ]),
    ]),
  );
  return files;
}

function runImport(
  { devices, rooms }: { devices: string; rooms: string },
  email: string,
  environment: Record<string, string>,
): Promise<void> {
  const args = ['--local', '--email', email, '--application', application, '--rooms', rooms, devices];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../import.ts'), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`The import ended with ${code}.`))));
  });
}
