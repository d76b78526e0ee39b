import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { encodeReading } from '../fleet/formats.ts';
import { closeFleet, fleetDeviceIds, openFleet } from '../fleet/openFleet.ts';
import { publishSteadily } from '../fleet/publishSteadily.ts';
import { readReadings, shippedReadings, shippedUnits } from '../fleet/readings.ts';
import { prepareAssembly } from '../start/assembly.ts';
import { assembliesDir } from '../start/instance.ts';
import { launchSystem } from '../start/launchSystem.ts';
import { localTarget } from '../target.ts';
import { type Bill, billOf } from './bill.ts';
import { connectLoadDevice } from './loadDevice.ts';
import { processorSeconds, residentMegabytes } from './machine.ts';
import { percentile } from './percentile.ts';
import { callsIn, readUsage, usageBetween } from './usage.ts';
import { watchUpdates } from './watchUpdates.ts';

/** A way to run the system, to be held against the others. */
export interface Variant {
  readonly name: string;
  readonly profile: string;
  /** Of the CDK app. */
  readonly context: Readonly<Record<string, string>>;
  /** Share of the messages of the throughput run that it is given: a slow one needs no more to be measured. */
  readonly share: number;
}

interface Load {
  readonly devices: number;
  /** Messages of the throughput run. */
  readonly messages: number;
  /** Messages at most that are published and not yet shown on the WebSocket. */
  readonly underway: number;
  /** Of the latency run: messages a second, seconds. */
  readonly paced: { readonly perSecond: number; readonly seconds: number };
}

export interface Measured {
  readonly name: string;
  /** From `npm start` to ready with the stacks built before, seconds. */
  readonly ready: number;
  /** Memory of the processes when all functions are known and none was called but by the start's own check, MB. */
  readonly idleMegabytes: number;
  /** Publish to WebSocket at the paced rate, milliseconds. */
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Messages a second, sustained: between the tenth and the ninetieth hundredth of the updates on the WebSocket. */
  readonly throughput: number;
  /** Processor time a message at full speed, milliseconds; that of the system only where the machine tells it. */
  readonly processor: { readonly system: number | undefined; readonly generator: number };
  /** Calls of functions to AWS services per message, and what it would cost: paced, and at full speed. */
  readonly paced: Cost;
  readonly full: Cost;
}

interface Cost {
  readonly callsPerMessage: number;
  readonly bill: Bill;
}

const warmUp = 200;
const never = new AbortController().signal;
const patience = 180_000;

/** Starts a system of its own, measures, and stops it. `tell` hears of each step. */
export async function measure(variant: Variant, load: Load, tell: (what: string) => void): Promise<Measured> {
  const { name, profile, context } = variant;
  await prepareAssembly(assembliesDir, { ...context, profile });
  const stateDir = await mkdtemp(join(tmpdir(), 'fieldline-bench-'));
  const flags = ['--no-dashboard', '--profile', profile];
  for (const [key, value] of Object.entries(context)) flags.push('--context', `${key}=${value}`);
  const began = performance.now();
  const system = await launchSystem({ stateDir, flags });
  const ready = (performance.now() - began) / 1000;
  try {
    const idleMegabytes = await residentMegabytes(system.pid);
    const target = await localTarget(system.outputsFile);
    const rule = target.output('Ingestion', 'TelemetryRuleName');
    const fleet = await openFleet(target, fleetDeviceIds(load.devices, 'bench'), { connect: connectLoadDevice });
    const watcher = await watchUpdates(
      system.outputs,
      fleet.map(({ deviceId }) => deviceId),
    );
    const readings = await readReadings(shippedReadings);
    const published = new Map<string, number>();
    /** Resolves when it was acknowledged and shown. */
    const publish = async (sequence: number) => {
      const device = fleet[sequence % fleet.length];
      const reading = readings[sequence % readings.length];
      if (device === undefined || reading === undefined) throw new RangeError('no devices or no readings');
      // ulid's own randomness asks the system for every letter, which takes longer than to publish.
      const messageId = ulid(undefined, Math.random);
      const payload = encodeReading('envelope', {
        deviceId: device.deviceId,
        messageId,
        reading,
        units: shippedUnits,
        time: Date.now(),
      });
      published.set(messageId, performance.now());
      await device.publish(`$aws/rules/${rule}/devices/telemetry/${device.deviceId}`, payload);
      await watcher.shown(messageId);
    };
    const usage = () => readUsage(system.outputs.aws.endpointUrl, join(stateDir, 'logs'));
    const run = async (count: number, perSecond: number) => {
      const before = { usage: await usage(), frames: watcher.frames, published: new Set(published.keys()) };
      const cpuBefore = { system: await processorSeconds(system.pid), generator: process.cpuUsage() };
      const running = publishSteadily({ perSecond, count, signal: never, maxInFlight: load.underway }, publish);
      await watcher.until(before.published.size + count, patience);
      await running;
      const systemAfter = await processorSeconds(system.pid);
      const { user, system: kernel } = process.cpuUsage(cpuBefore.generator);
      const ids = [...published.keys()].filter((id) => !before.published.has(id));
      const used = usageBetween(before.usage, await usage());
      return {
        arrivals: ids.map((id) => watcher.arrivals.get(id) ?? Number.NaN),
        latencies: ids.map((id) => (watcher.arrivals.get(id) ?? Number.NaN) - (published.get(id) ?? Number.NaN)),
        processor: {
          system:
            systemAfter === undefined || cpuBefore.system === undefined
              ? undefined
              : ((systemAfter - cpuBefore.system) * 1000) / count,
          generator: (user + kernel) / 1000 / count,
        },
        cost: {
          callsPerMessage: callsIn(used) / count,
          bill: billOf(used, count, { basicIngest: true, pushed: watcher.frames - before.frames }),
        },
      };
    };

    tell('warming up');
    await run(warmUp, 200);
    tell(`latency: ${load.paced.perSecond} messages a second for ${load.paced.seconds} s`);
    const paced = await run(load.paced.perSecond * load.paced.seconds, load.paced.perSecond);
    const messages = Math.ceil(load.messages * variant.share);
    tell(`throughput: ${messages} messages as fast as they go, after a third as many to warm up`);
    await run(Math.ceil(messages / 3), asFastAsTheyGo);
    const full = await run(messages, asFastAsTheyGo);
    watcher.close();
    await closeFleet(fleet);
    return {
      name,
      ready,
      idleMegabytes,
      latency: { p50: percentile(paced.latencies, 0.5), p99: percentile(paced.latencies, 0.99) },
      throughput: sustained(full.arrivals),
      processor: full.processor,
      paced: paced.cost,
      full: full.cost,
    };
  } finally {
    await system.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

const asFastAsTheyGo = 1_000_000;

/** A second, without the begin, when nothing has come through yet, and the end, when the last batch waits for its window to close. */
function sustained(arrivals: readonly number[]): number {
  const seconds = (percentile(arrivals, 0.9) - percentile(arrivals, 0.1)) / 1000;
  return (arrivals.length * 0.8) / seconds;
}
