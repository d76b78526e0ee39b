import * as z from 'zod';
import { measureCommands, type Spread } from './bench/commands.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';

const usage = `
npm run bench:commands -- [--devices N] [--rate N] [--seconds S]

Starts a local system of its own and measures the round trip of commands: from a person's request over the device, which answers at
once, to the WebSocket message that says how it ended. Beside it, the same way without Fieldline: a publish to the device by AWS IoT's
API, and its publish back. Whoever asks, the devices and the system share the machine: let nothing else run.

  --devices N   devices (default 50)
  --rate N      commands a second (default 50)
  --seconds S   how long (default 20), after a minute at the same rate and more
`;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: { devices: { type: 'string' }, rate: { type: 'string' }, seconds: { type: 'string' } },
    schema: z.object({
      arguments: noArguments,
      devices: wholeNumber(1, 500).default(50),
      rate: wholeNumber(1, 1000).default(50),
      seconds: wholeNumber(1, 3600).default(20),
    }),
  });
  const { roundTrip, bare, stages, processor, stolen, calls } = await measureCommands(
    { devices: flags.devices, perSecond: flags.rate, seconds: flags.seconds },
    (what) => console.error(what),
  );
  const rows: (readonly [string, Spread])[] = [
    [`client → device → client at ${flags.rate}/s`, roundTrip],
    ...[...stages].map(([name, part]) => [`  ${name}`, part] as const),
    ['the same way without Fieldline', bare],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`\n${''.padEnd(width)}    p50 ms    p99 ms`);
  for (const [name, { p50, p99 }] of rows)
    console.log(`${name.padEnd(width)}${[p50, p99].map((time) => time.toFixed(1).padStart(10)).join('')}`);
  console.log(
    `\np50 is ${(roundTrip.p50 / bare.p50).toFixed(1)}, p99 ${(roundTrip.p99 / bare.p99).toFixed(1)} times that without Fieldline`,
  );
  console.log('\na command takes, of AWS calls of its functions and invocations of them:');
  for (const [name, count] of [...calls].sort(([, one], [, other]) => other - one))
    console.log(`${name.padEnd(width)}${count.toFixed(2).padStart(10)}`);
  if (processor !== undefined) console.log(`processor time of the system: ${processor.toFixed(1)} ms a command`);
  if (stolen !== undefined)
    console.log(`taken from this machine by its host meanwhile: ${(stolen * 100).toFixed(1)} % of its processor time`);
  return 0;
}

await runCommand('bench:commands', main);
