import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** What a system has done since it started. */
export interface Usage {
  /** `service.operation` → calls at the AWS endpoint. */
  readonly calls: ReadonlyMap<string, number>;
  readonly invocations: number;
  /** Of all functions, as their REPORT lines say. */
  readonly gigabyteSeconds: number;
}

const callCounts = z.record(z.string(), z.record(z.string(), z.number()));
const report = /^REPORT .*\bDuration: ([\d.]+) ms\s+Memory Size: (\d+) MB/gm;

/** Reads the endpoint's call counts and the functions' logs. */
export async function readUsage(endpointUrl: string, logsDir: string): Promise<Usage> {
  const response = await fetch(`${endpointUrl}/_local/calls`);
  const counts = callCounts.parse(await response.json());
  const calls = new Map(
    Object.entries(counts).flatMap(([service, operations]) =>
      Object.entries(operations).map(([operation, count]) => [`${service}.${operation}`, count] as const),
    ),
  );
  let invocations = 0;
  let gigabyteSeconds = 0;
  for (const file of await readdir(logsDir)) {
    for (const [, duration, memory] of (await readFile(join(logsDir, file), 'utf8')).matchAll(report)) {
      invocations += 1;
      // Billed by the millisecond, rounded up.
      gigabyteSeconds += (Math.ceil(Number(duration)) / 1000) * (Number(memory) / 1024);
    }
  }
  return { calls, invocations, gigabyteSeconds };
}

export function usageBetween(before: Usage, after: Usage): Usage {
  const calls = new Map([...after.calls].map(([name, count]) => [name, count - (before.calls.get(name) ?? 0)]));
  return {
    calls: new Map([...calls].filter(([, count]) => count > 0)),
    invocations: after.invocations - before.invocations,
    gigabyteSeconds: after.gigabyteSeconds - before.gigabyteSeconds,
  };
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

export const callsIn = ({ calls }: Usage, prefix = ''): number =>
  sum([...calls].filter(([name]) => name.startsWith(prefix)).map(([, count]) => count));
