import * as z from 'zod';
import { measureStorm } from './bench/storm.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';

const usage = `
npm run bench:storm -- [--devices N] [--steady N] [--seconds S]

Starts a local system of its own, lets a fleet connect, vanish and come back all at once, and prints how long it takes until the presence
of all says so, and what it does to the telemetry of others, beside that telemetry alone. Fleet and system share the machine: let nothing
else run.

  --devices N   of the storm (default 5000)
  --steady N    devices that send telemetry once a second all the while (default 50)
  --seconds S   of telemetry alone (default 20)
`;

async function main(): Promise<number> {
  const { devices, steady, seconds } = readCommandLine({
    usage,
    options: { devices: { type: 'string' }, steady: { type: 'string' }, seconds: { type: 'string' } },
    schema: z.object({
      arguments: noArguments,
      devices: wholeNumber(1, 100_000).default(5000),
      steady: wholeNumber(1, 500).default(50),
      seconds: wholeNumber(1, 3600).default(20),
    }),
  });
  const phases = await measureStorm({ devices, steady, quietSeconds: seconds }, (what) => console.error(what));
  const [quiet] = phases;
  console.log(`\n${devices} devices; telemetry of ${steady} others, publish → WebSocket:`);
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(14)).join('');
  console.log(`${''.padEnd(18)}${cells(['connected, s', 'known, s', 'messages', 'p50, ms', 'p99, ms', 'p50', 'p99'])}`);
  const tenths = (value: number | undefined) => value?.toFixed(1) ?? '–';
  const against = (value: number, yardstick: number | undefined) => `${(value / (yardstick ?? value)).toFixed(1)} ×`;
  for (const { name, connecting, known, telemetry } of phases)
    console.log(
      `${name.padEnd(18)}${cells([
        tenths(connecting),
        tenths(known),
        String(telemetry.messages),
        telemetry.p50.toFixed(1),
        telemetry.p99.toFixed(1),
        against(telemetry.p50, quiet?.telemetry.p50),
        against(telemetry.p99, quiet?.telemetry.p99),
      ])}`,
    );
  return 0;
}

await runCommand('bench:storm', main);
