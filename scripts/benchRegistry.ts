import * as z from 'zod';
import { measureRegistry } from './bench/registry.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';

const usage = `
npm run bench:registry -- [--devices N] [--rooms N] [--requests N]

Starts a local system of its own, imports a fleet from CSV with \`npm run import\`, and prints how long every kind of list, filter and
room query takes. Whoever asks and the system share the machine.

  --devices N    devices imported (default 10000), besides 20 gateways
  --rooms N      rooms imported (default 500)
  --requests N   of each query, one after the other (default 300)
`;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: { devices: { type: 'string' }, rooms: { type: 'string' }, requests: { type: 'string' } },
    schema: z.object({
      arguments: noArguments,
      devices: wholeNumber(100, 1_000_000).default(10_000),
      rooms: wholeNumber(20, 100_000).default(500),
      requests: wholeNumber(10, 100_000).default(300),
    }),
  });
  const { importSeconds, queries } = await measureRegistry(flags, (what) => console.error(what));
  console.log(
    `\nimport: ${importSeconds.toFixed(1)} s, ${((flags.devices + flags.rooms) / importSeconds).toFixed(0)} rows/s`,
  );
  const width = Math.max(...[...queries.keys()].map((name) => name.length));
  console.log(`${''.padEnd(width)}${['p50 ms', 'p99 ms', 'max ms'].map((name) => name.padStart(10)).join('')}`);
  for (const [name, { p50, p99, most }] of queries)
    console.log(`${name.padEnd(width)}${[p50, p99, most].map((time) => time.toFixed(1).padStart(10)).join('')}`);
  return 0;
}

await runCommand('bench:registry', main);
