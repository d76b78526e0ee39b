import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlainError } from '../commandLine.ts';

/** Each listener of the local system and its port without an offset. */
const listeners = { edge: 4566, mqtt: 8883, dashboard: 8080 } as const;
export type Listener = keyof typeof listeners;
export type Ports = Readonly<Record<Listener, number>>;

const names: Record<Listener, string> = { edge: 'AWS endpoint', mqtt: 'MQTT', dashboard: 'dashboard' };

export const portsAt = (offset: number): Ports => ({
  edge: listeners.edge + offset,
  mqtt: listeners.mqtt + offset,
  dashboard: listeners.dashboard + offset,
});

/**
 * Looks before anything is built, so that a taken port is told at once.
 * @throws PlainError naming each taken port and the way out.
 */
export async function assertPortsFree(host: string, offset: number, wanted: readonly Listener[]): Promise<void> {
  const ports = portsAt(offset);
  const free = await Promise.all(wanted.map((listener) => isFree(host, ports[listener])));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const which = taken.map((listener) => `port ${ports[listener]} (${names[listener]})`).join(' and ');
  throw new PlainError(
    `Taken by another program: ${which}. Stop it, or use other ports: npm start -- --port-offset ${offset + 100}`,
  );
}

/** An offset at which all ports are free now, for tests and benchmarks beside a running system. */
export async function freePortOffset(host: string): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const offset = randomInt(1_000, 20_000);
    const free = await Promise.all(Object.values(portsAt(offset)).map((port) => isFree(host, port)));
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
