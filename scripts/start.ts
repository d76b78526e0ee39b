import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { CloudLog } from '../local/context.ts';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';
import { onStopSignal } from './onStopSignal.ts';
import { startFleet } from './start/fleetProcess.ts';
import { type Instance, instanceDirectory, takeInstance } from './start/instance.ts';
import { assertPortsUsable, portsAt } from './start/ports.ts';
import { startSteps } from './start/steps.ts';
import { startSystem } from './start/system.ts';
import { tableOfPlaces } from './start/tableOfPlaces.ts';

const usage = `
npm start -- [--devices N | --no-simulate] [--fresh] [--port-offset N] …

Builds, starts the whole system on this machine, and prints where everything is. Ctrl-C stops it and keeps the data.

  --devices N       simulated devices (default 5)
  --no-simulate     no simulated devices
  --fresh           forget the devices and the data of earlier runs
  --port-offset N   add N to the ports 4566 (AWS endpoint), 8883 (MQTT) and 8080 (dashboard), to run beside another system;
                    its state is in .fieldline/port-offset-N
  --state DIR       keep state and outputs.json there (default .fieldline)
  --no-dashboard    no dashboard
  --profile NAME    ingest profile: live (latency first, default) or thrifty (cost first)
  --context K=V     a value of the CDK context, as in cdk -c; can be given more than once
`;

const host = '127.0.0.1';

const contextFlag = z
  .array(z.string().regex(/^[^=]+=/, 'must be KEY=VALUE'))
  .default([])
  .transform((pairs) =>
    Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  );

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      devices: { type: 'string' },
      'no-simulate': { type: 'boolean' },
      fresh: { type: 'boolean' },
      'port-offset': { type: 'string' },
      state: { type: 'string' },
      'no-dashboard': { type: 'boolean' },
      profile: { type: 'string' },
      context: { type: 'string', multiple: true },
    },
    schema: z.object({
      arguments: noArguments,
      devices: wholeNumber(1, 1000).default(5),
      noSimulate: z.boolean().default(false),
      fresh: z.boolean().default(false),
      portOffset: wholeNumber(0, 50_000).default(0),
      state: z.string().min(1).optional(),
      noDashboard: z.boolean().default(false),
      profile: z.enum(['live', 'thrifty']).default('live'),
      context: contextFlag,
    }),
  });
  const dashboard = !flags.noDashboard;
  const steps = startSteps();
  const stopped = new AbortController();
  onStopSignal(() => stopped.abort());

  await assertPortsUsable(host, flags.portOffset, ['edge', 'mqtt', ...(dashboard ? (['dashboard'] as const) : [])]);
  const directory = flags.state === undefined ? instanceDirectory(flags.portOffset) : resolve(flags.state);
  const instance = await takeInstance(directory, flags);
  const log = openLog(instance);
  try {
    const system = await startSystem({
      instance,
      host,
      ports: portsAt(flags.portOffset),
      context: { ...flags.context, profile: flags.profile },
      dashboard,
      log,
      tell: steps.tell,
      stopped: stopped.signal,
    });
    if (system === undefined) return 0;
    console.log(tableOfPlaces(system.outputs, instance));
    const fleet = flags.noSimulate
      ? undefined
      : startFleet({ devices: flags.devices, outputsFile: instance.outputsFile });
    fleet?.publishing.then(
      () => steps.tell(`${flags.devices} simulated devices publish. Ctrl-C stops everything and keeps the data.`),
      (error: Error) => {
        if (!stopped.signal.aborted) console.error(`The simulated fleet has stopped: ${error.message}`);
      },
    );
    await aborted(stopped.signal);
    steps.tell('stopping');
    await fleet?.stop();
    await system.close();
    steps.tell('stopped; the data is kept');
    return 0;
  } finally {
    await instance.release();
    log.close();
  }
}

/** Everything goes to the log file; what went wrong is told at the terminal too. */
function openLog({ logFile }: Instance): CloudLog & { close(): void } {
  const file = createWriteStream(logFile, { flags: 'a' });
  const write = (level: string, message: string, fields: Record<string, unknown> = {}) => {
    const line = `${level} ${message}${Object.entries(fields)
      .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
      .join('')}`;
    file.write(`${new Date().toISOString()} ${line}\n`);
    if (level !== 'info') console.error(line);
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    close: () => file.end(),
  };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

await runCommand('start', main);
