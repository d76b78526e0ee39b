import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { noArguments, positiveNumber, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';
import { type Account, accountFor } from './fleet/accountFor.ts';
import { behave } from './fleet/behaviour/behave.ts';
import { behaviourFlag, behaviourHelp } from './fleet/behaviour/behaviour.ts';
import { stationModel, stationType } from './fleet/behaviour/stationModel.ts';
import { type CommandTally, openTally } from './fleet/behaviour/tally.ts';
import { connectDevice } from './fleet/connectDevice.ts';
import { formatNames } from './fleet/formats.ts';
import { type Ledger, openLedger } from './fleet/ledger.ts';
import { messageRecords } from './fleet/messageRecords.ts';
import { closeFleet, fleetDeviceIds, openFleet } from './fleet/openFleet.ts';
import { publishSteadily } from './fleet/publishSteadily.ts';
import { readReadings, shippedReadings, shippedUnits } from './fleet/readings.ts';
import { operatorRegistry } from './fleet/registerDevice.ts';
import { weatherStations } from './fleet/weatherStations.ts';
import { onStopSignal } from './onStopSignal.ts';
import { progressBar } from './progressBar.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run simulate -- [--devices N] [--rate R] [--duration S] …

Connects N devices with certificates of their own, replays real readings, and ends with an account of every message, read back
from its record. Exits with 1 when a message is missing.

  --devices N       how many (default 5, at most 1000); what is missing is provisioned
  --rate R          messages a second of each device (default 1)
  --duration S      seconds (default 10)
  --until-stopped   publish until Ctrl-C, without an account at the end
  --csv FILE        readings: a header, then rows; numeric columns are metrics (default: data/, NOAA hourly normals)
  --format NAME     ${formatNames.join(', ')} (default envelope)
  --basic-ingest    publish to $aws/rules/<rule>/…, which has no messaging charge
  --bad R           besides, R payloads a second, all devices together, that can't be used
  --repeat-ids      send every message twice, the second time after the first round
  --claim           provision what is missing by fleet provisioning: a claim certificate, and a token for each device
  --behaviour LIST  how the devices behave (default obey): any of these that don't contradict each other, with commas between them
${behaviourHelp}
  --prefix NAME     device ids are NAME-001 … (default weather)
  --wait S          how long to wait for the last records (default 60)
  --aws             on AWS, with the credentials of the environment; without it on the system that \`npm start\` runs
  --stage STAGE     the stage on AWS (default dev)

With the readings of data/ the devices are of the type weather-station, which people can ask to setTarget, reboot, sleep and fail:
docs/guide/commands.md shows how.
`;

const flagSchema = z.object({
  arguments: noArguments,
  devices: wholeNumber(1, 1000).default(5),
  rate: positiveNumber(1000).default(1),
  duration: positiveNumber(86_400).default(10),
  untilStopped: z.boolean().default(false),
  csv: z.string().min(1).default(shippedReadings),
  format: z.enum(formatNames).default('envelope'),
  basicIngest: z.boolean().default(false),
  bad: positiveNumber(1000).optional(),
  repeatIds: z.boolean().default(false),
  claim: z.boolean().default(false),
  behaviour: z.string().default('obey').pipe(behaviourFlag),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, underscores or hyphens')
    .default('weather'),
  wait: wholeNumber(0, 3600).default(60),
  aws: z.boolean().default(false),
  stage: z.string().min(1).default('dev'),
});

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      devices: { type: 'string' },
      rate: { type: 'string' },
      duration: { type: 'string' },
      'until-stopped': { type: 'boolean' },
      csv: { type: 'string' },
      format: { type: 'string' },
      'basic-ingest': { type: 'boolean' },
      bad: { type: 'string' },
      'repeat-ids': { type: 'boolean' },
      claim: { type: 'boolean' },
      behaviour: { type: 'string' },
      prefix: { type: 'string' },
      wait: { type: 'string' },
      aws: { type: 'boolean' },
      stage: { type: 'string' },
    },
    schema: flagSchema,
  });
  const readings = await readReadings(flags.csv);
  const target = flags.aws ? await awsTarget(flags.stage) : await localTarget();
  const stopping = stopOnSignal();

  // Other readings may be in other units than the type says.
  const announces = flags.csv === shippedReadings;
  if (announces)
    await operatorRegistry(target).ensureType({
      applicationId: 'default',
      typeName: stationType,
      thingModel: stationModel,
    });
  const tally = openTally();
  const connecting = progressBar('connecting', flags.devices);
  const fleet = await openFleet(target, fleetDeviceIds(flags.devices, flags.prefix), {
    progress: connecting.update,
    byClaim: flags.claim,
    connect: async ({ deviceId, files, mqtt }) =>
      behave(await connectDevice({ deviceId, files, mqtt, sendAgain: true }), {
        behaviour: flags.behaviour,
        tally,
        announces,
      }),
  });
  connecting.done();

  const ledger = flags.untilStopped ? undefined : openLedger();
  const stations = weatherStations({
    fleet,
    readings,
    units: flags.csv === shippedReadings ? shippedUnits : {},
    format: flags.format,
    basicIngestRule: flags.basicIngest ? target.output('Ingestion', 'TelemetryRuleName') : undefined,
    ledger,
  });
  const perSecond = flags.devices * flags.rate;
  const total = (rate: number) => (flags.untilStopped ? Number.POSITIVE_INFINITY : Math.ceil(rate * flags.duration));
  const pace = (rate: number) => ({ perSecond: rate, count: total(rate), signal: stopping });
  const expected = total(perSecond) * (flags.repeatIds ? 2 : 1) + total(flags.bad ?? 0);
  const publishing = flags.untilStopped ? undefined : progressBar('publishing', expected);
  const ticking = setInterval(() => publishing?.update(ledger?.acknowledged ?? 0), 200);
  process.send?.('publishing');

  await Promise.all([
    publishSteadily(pace(perSecond), (sequence) => stations.publishReading(sequence, { keep: flags.repeatIds })),
    flags.bad === undefined ? undefined : publishSteadily(pace(flags.bad), stations.publishSpoiled),
  ]);
  if (flags.repeatIds) {
    await publishSteadily({ perSecond: perSecond * 4, count: stations.kept, signal: stopping }, stations.repeat);
  }
  clearInterval(ticking);
  publishing?.update(ledger?.acknowledged ?? 0);
  publishing?.done();
  await closeFleet(fleet);
  if (ledger === undefined) {
    // The channel to the process that started this one would keep it alive.
    if (process.connected) process.disconnect();
    return 0;
  }

  const records = messageRecords({
    db: DynamoDBDocumentClient.from(new DynamoDBClient(target.client)),
    tableName: target.output('Data', 'MessagesTableName'),
  });
  const reading = progressBar('accounting', ledger.published);
  const account = await accountFor(ledger, records, Date.now() + flags.wait * 1000, reading.update);
  reading.done();
  printAccount(ledger, account);
  printCommands(tally);
  return account.missing > 0 ? 1 : 0;
}

/** The first Ctrl-C ends the publishing and still accounts for it; so does the end of the process that started this one. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  onStopSignal(() => controller.abort());
  process.on('disconnect', () => controller.abort());
  return controller.signal;
}

function printAccount(ledger: Ledger, account: Account): void {
  printRows([
    ['published', ledger.published],
    ['acknowledged', ledger.acknowledged],
    ['stored', account.stored],
    ['duplicate', account.duplicate],
    ['quarantined', account.quarantined],
    ['dead-lettered', account['dead-lettered']],
    ['missing', account.missing],
  ]);
  printCounts('Why not stored:', account.reasons);
  printCounts('Not acknowledged:', ledger.refusals);
}

function printCommands({ received, repeated, answered, notUnderstood, unsent }: CommandTally): void {
  const { succeeded, failed, rejected } = answered;
  printRows([
    ['commands', received],
    ['  repeated', repeated],
    ['  succeeded', succeeded],
    ['  failed', failed],
    ['  rejected', rejected],
    ...(notUnderstood > 0 ? ([['not understood', notUnderstood]] as const) : []),
    ...(unsent > 0 ? ([['answers unsent', unsent]] as const) : []),
  ]);
}

function printRows(rows: readonly (readonly [name: string, count: number])[]): void {
  const width = Math.max(...rows.map(([, count]) => String(count).length));
  console.log();
  for (const [name, count] of rows) console.log(`  ${name.padEnd(14)} ${String(count).padStart(width)}`);
}

function printCounts(title: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size === 0) return;
  console.log(`\n  ${title}`);
  for (const [what, count] of counts) console.log(`  ${String(count).padStart(6)}  ${what}`);
}

await runCommand('simulate', main);
