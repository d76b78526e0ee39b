import * as z from 'zod';
import { pricesAsOf } from './bench/bill.ts';
import { type Measured, measure, type Variant } from './bench/measure.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';

const usage = `
npm run bench -- [--messages N] [--devices N] [--seconds S] [--only NAME]

Starts a local system of its own for each ingest profile, and one that handles message by message to compare with, and prints
for each: publish → WebSocket latency at 50 messages a second, throughput end to end, AWS calls a message, and what a million
messages would cost on AWS. Publishes by Basic Ingest. Load generator and system share the machine.

  --messages N   for the throughput (default 10000)
  --devices N    simulated devices (default 20)
  --seconds S    how long the latency is measured (default 20)
  --only NAME    one of: live, thrifty, one-by-one
`;

const variants: readonly Variant[] = [
  { name: 'live', flags: ['--profile', 'live'] },
  { name: 'thrifty', flags: ['--profile', 'thrifty'] },
  { name: 'one-by-one', flags: ['--context', 'batchSize=1', '--context', 'windowSeconds=0'] },
];
const paced = 50;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      messages: { type: 'string' },
      devices: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
    },
    schema: z.object({
      arguments: noArguments,
      messages: wholeNumber(100, 1_000_000).default(10_000),
      devices: wholeNumber(1, 500).default(20),
      seconds: wholeNumber(1, 3600).default(20),
      only: z.enum(['live', 'thrifty', 'one-by-one']).optional(),
    }),
  });
  const results: Measured[] = [];
  for (const variant of variants.filter(({ name }) => flags.only === undefined || name === flags.only)) {
    const load = {
      devices: flags.devices,
      messages: flags.messages,
      inFlight: 1000,
      paced: { perSecond: paced, seconds: flags.seconds },
    };
    results.push(await measure(variant, load, (what) => console.error(`${variant.name}: ${what}`)));
  }
  printResults(results);
  return 0;
}

function printResults(results: readonly Measured[]): void {
  const rows: [string, ...string[]][] = [
    ['', ...results.map(({ name }) => name)],
    ['ready, s', ...results.map(({ ready }) => ready.toFixed(1))],
    [`latency at ${paced}/s, p50 ms`, ...results.map(({ latency }) => latency.p50.toFixed(1))],
    [`latency at ${paced}/s, p99 ms`, ...results.map(({ latency }) => latency.p99.toFixed(1))],
    ['throughput, messages/s', ...results.map(({ throughput }) => throughput.toFixed(0))],
    [`AWS calls a message at ${paced}/s`, ...results.map((result) => result.paced.callsPerMessage.toFixed(2))],
    ['AWS calls a message at full speed', ...results.map(({ full }) => full.callsPerMessage.toFixed(2))],
    [`USD a million messages at ${paced}/s`, ...results.map((result) => total(result.paced.bill))],
    ['USD a million messages at full speed', ...results.map(({ full }) => total(full.bill))],
  ];
  printTable(rows);
  const reference = results.find(({ name }) => name === 'one-by-one');
  if (reference !== undefined) {
    console.log('\nAgainst message by message, in this run:');
    for (const { name, throughput, full, latency } of results.filter((result) => result !== reference)) {
      console.log(
        `  ${name}: ${(throughput / reference.throughput).toFixed(2)} × the throughput, ` +
          `${(full.callsPerMessage / reference.full.callsPerMessage).toFixed(2)} × the AWS calls, ${(latency.p50 / reference.latency.p50).toFixed(2)} × the median latency`,
      );
    }
  }
  console.log(
    `\nA million messages at full speed, USD by service (prices: ${pricesAsOf}; storage, idle polling and logs left out):`,
  );
  const services = Object.keys(results[0]?.full.bill ?? {});
  printTable([
    ['', ...results.map(({ name }) => name)],
    ...services.map((service): [string, ...string[]] => [
      service,
      ...results.map(({ full }) => (full.bill[service] ?? 0).toFixed(2)),
    ]),
  ]);
}

const total = (bill: Readonly<Record<string, number>>) =>
  Object.values(bill)
    .reduce((sum, part) => sum + part, 0)
    .toFixed(2);

function printTable(rows: readonly (readonly [string, ...string[]])[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, ...cells] of rows)
    console.log(`  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`);
}

await runCommand('bench', main);
