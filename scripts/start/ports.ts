import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlainError } from '../commandLine.ts';

/** Each listener of the local system and its port without an offset. */
const listeners = { edge: 4566, mqtt: 8883, dashboard: 8080 } as const;
export type Listener = keyof typeof listeners;
export type Ports = Readonly<Record<Listener, number>>;

/** Browsers and Node.js's fetch refuse to ask there, for these belong to other protocols (WHATWG Fetch, "bad port"); those from 1024 on. */
const refusedPorts: ReadonlySet<number> = new Set([
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080],
]);

const names: Record<Listener, string> = { edge: 'AWS endpoint', mqtt: 'MQTT', dashboard: 'dashboard' };

export const portsAt = (offset: number): Ports => ({
  edge: listeners.edge + offset,
  mqtt: listeners.mqtt + offset,
  dashboard: listeners.dashboard + offset,
});

/**
 * Looks before anything is built, so that a taken port is told at once.
 * @throws PlainError naming each port that is taken, or that browsers refuse, and the way out.
 */
export async function assertPortsUsable(host: string, offset: number, wanted: readonly Listener[]): Promise<void> {
  const ports = portsAt(offset);
  const tell = (listeners: readonly Listener[]) =>
    listeners.map((listener) => `port ${ports[listener]} (${names[listener]})`).join(' and ');
  const others = `npm start -- --port-offset ${offset + 100}`;
  const refused = wanted.filter((listener) => listener !== 'mqtt' && refusedPorts.has(ports[listener]));
  if (refused.length > 0)
    throw new PlainError(`Refused by browsers, as another protocol's: ${tell(refused)}. Use other ports: ${others}`);
  const free = await Promise.all(wanted.map((listener) => isFree(host, ports[listener])));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  throw new PlainError(`Taken by another program: ${tell(taken)}. Stop it, or use other ports: ${others}`);
}

/** An offset at which all ports are free now and nobody refuses them, for tests and benchmarks beside a running system. */
export async function freePortOffset(host: string, draw = () => randomInt(1_000, 20_000)): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const offset = draw();
    const ports = Object.values(portsAt(offset));
    if (ports.some((port) => refusedPorts.has(port))) continue;
    const free = await Promise.all(ports.map((port) => isFree(host, port)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('No free ports were found.');
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new PlainError(`Port ${port} can't be used: ${error.message}`));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
