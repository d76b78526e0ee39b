import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { pricesAsOf } from './bench/bill.ts';
import { type CallCost, measureCalls } from './bench/calls/measureCalls.ts';
import { bareNodeMegabytes } from './bench/machine.ts';
import { type Measured, measure, type Variant } from './bench/measure.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';
import { prepareAssembly } from './start/assembly.ts';

const usage = `
npm run bench -- [--messages N] [--devices N] [--seconds S] [--only NAME]

Measures the local cloud on this machine, each figure beside a yardstick of the same run:
  calls       what an AWS call costs a function, beside the same SDK call to a server that does nothing
  start       from npm start to ready with the stacks built, beside building them; idle memory, beside a bare Node.js process
  the ingest profiles live and thrifty, beside handling message by message (one-by-one), each in a system of its own:
              publish → WebSocket latency at 50 messages a second, throughput end to end, AWS calls a message, and what a million
              messages would cost on AWS
Publishes with QoS 1 over mutual TLS, by Basic Ingest. Load generator and system share the machine: let nothing else run.

  --messages N   for the throughput (default 20000)
  --devices N    simulated devices (default 50)
  --seconds S    how long the latency is measured (default 20)
  --only NAME    one of: calls, live, thrifty, one-by-one
`;

const variants: readonly Variant[] = [
  { name: 'live', profile: 'live', context: {}, share: 0.5 },
  { name: 'thrifty', profile: 'thrifty', context: {}, share: 1 },
  { name: 'one-by-one', profile: 'live', context: { batchSize: '1', windowSeconds: '0' }, share: 0.1 },
];
const paced = 50;
const underway = 3000;
const callsMeasured = 1000;

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
      messages: wholeNumber(1000, 1_000_000).default(20_000),
      devices: wholeNumber(1, 500).default(50),
      seconds: wholeNumber(1, 3600).default(20),
      only: z.enum(['calls', 'live', 'thrifty', 'one-by-one']).optional(),
    }),
  });
  const wanted = (name: string) => flags.only === undefined || flags.only === name;
  const say = (name: string) => (what: string) => console.error(`${name}: ${what}`);
  if (wanted('calls')) {
    say('calls')(`${callsMeasured} of each`);
    printCalls(await measureCalls(callsMeasured));
  }
  const load = { ...flags, underway, paced: { perSecond: paced, seconds: flags.seconds } };
  const results: Measured[] = [];
  for (const variant of variants.filter(({ name }) => wanted(name))) {
    const measured = await measure(variant, load, say(variant.name));
    results.push(measured);
    // Minutes of measuring are not lost by what fails after them.
    say(variant.name)(`${measured.throughput.toFixed(0)} messages/s, p50 ${measured.latency.p50.toFixed(1)} ms`);
  }
  const [first] = results;
  if (first !== undefined) {
    say('start')('building the stacks');
    printStart(first, { building: await secondsToBuild(), bareMegabytes: await bareNodeMegabytes() });
    printProfiles(results);
  }
  return 0;
}

async function secondsToBuild(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldline-bench-build-'));
  try {
    const began = performance.now();
    await prepareAssembly(folder, { profile: 'live' });
    return (performance.now() - began) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const against = (value: number, yardstick: number) => `${(value / yardstick).toFixed(2)} ×`;

function printCalls(calls: readonly CallCost[]): void {
  console.log(
    '\nAn AWS call of a function, one after the other; to the local cloud, and to a server that does nothing (p50, ms):',
  );
  printTable([
    ['', 'p50, ms', 'p99, ms', 'nothing', 'ratio', 'local cloud'],
    ...calls.map(
      ({ name, p50, p99, withoutService }): Row => [
        name,
        p50.toFixed(2),
        p99.toFixed(2),
        withoutService.p50.toFixed(2),
        against(p50, withoutService.p50),
        (p50 - withoutService.p50).toFixed(2),
      ],
    ),
  ]);
}

function printStart(
  { ready, idleMegabytes }: Measured,
  { building, bareMegabytes }: { readonly building: number; readonly bareMegabytes: number },
): void {
  console.log('\nStart and rest:');
  printTable([
    ['', 'measured', 'yardstick', 'ratio'],
    ['npm start to ready, s; building the stacks, s', ready.toFixed(1), building.toFixed(1), against(ready, building)],
    [
      'memory at rest, MB; a bare Node.js process, MB',
      idleMegabytes.toFixed(0),
      bareMegabytes.toFixed(0),
      against(idleMegabytes, bareMegabytes),
    ],
  ]);
}

function printProfiles(results: readonly Measured[]): void {
  console.log('\nThe ingest profiles:');
  printTable([
    ['', ...results.map(({ name }) => name)],
    [`publish → WebSocket at ${paced}/s, p50 ms`, ...results.map(({ latency }) => latency.p50.toFixed(1))],
    [`publish → WebSocket at ${paced}/s, p99 ms`, ...results.map(({ latency }) => latency.p99.toFixed(1))],
    ['end to end, messages/s', ...results.map(({ throughput }) => throughput.toFixed(0))],
    [
      'processor time of the system, ms a message',
      ...results.map(({ processor }) => processor.system?.toFixed(2) ?? '–'),
    ],
    ['… of the load generator, ms a message', ...results.map(({ processor }) => processor.generator.toFixed(2))],
    [`AWS calls a message at ${paced}/s`, ...results.map((result) => result.paced.callsPerMessage.toFixed(2))],
    ['AWS calls a message at full speed', ...results.map(({ full }) => full.callsPerMessage.toFixed(2))],
    [`USD a million messages at ${paced}/s`, ...results.map((result) => total(result.paced.bill))],
    ['USD a million messages at full speed', ...results.map(({ full }) => total(full.bill))],
  ]);
  const reference = results.find(({ name }) => name === 'one-by-one');
  if (reference !== undefined) {
    console.log('\nBeside message by message:');
    printTable([
      ['', ...results.map(({ name }) => name)],
      ['latency p50', ...results.map(({ latency }) => against(latency.p50, reference.latency.p50))],
      ['latency p99', ...results.map(({ latency }) => against(latency.p99, reference.latency.p99))],
      ['end to end', ...results.map(({ throughput }) => against(throughput, reference.throughput))],
      [
        'processor time of the system',
        ...results.map(({ processor }) =>
          against(processor.system ?? Number.NaN, reference.processor.system ?? Number.NaN),
        ),
      ],
      ['AWS calls', ...results.map(({ full }) => against(full.callsPerMessage, reference.full.callsPerMessage))],
    ]);
  }
  console.log(
    `\nA million messages at full speed, USD by service (prices: ${pricesAsOf}; storage, idle polling and logs left out):`,
  );
  const services = Object.keys(results[0]?.full.bill ?? {});
  printTable([
    ['', ...results.map(({ name }) => name)],
    ...services.map((service): Row => [service, ...results.map(({ full }) => (full.bill[service] ?? 0).toFixed(2))]),
  ]);
}

const total = (bill: Readonly<Record<string, number>>) =>
  Object.values(bill)
    .reduce((sum, part) => sum + part, 0)
    .toFixed(2);

type Row = readonly [string, ...string[]];

function printTable(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, ...cells] of rows)
    console.log(`  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`);
}

await runCommand('bench', main);
