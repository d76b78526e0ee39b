import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { encodeReading } from '../fleet/formats.ts';
import { closeFleet, fleetDeviceIds, openFleet } from '../fleet/openFleet.ts';
import { publishSteadily } from '../fleet/publishSteadily.ts';
import { readReadings, shippedReadings, shippedUnits } from '../fleet/readings.ts';
import { launchSystem } from '../start/launchSystem.ts';
import { localTarget } from '../target.ts';
import { type Bill, billOf } from './bill.ts';
import { callsIn, readUsage, usageBetween } from './usage.ts';
import { watchUpdates } from './watchUpdates.ts';

/** A way to run the system, to be held against the others. */
export interface Variant {
  readonly name: string;
  /** For `npm start`. */
  readonly flags: readonly string[];
}

interface Load {
  readonly devices: number;
  /** Messages published as fast as they are acknowledged. */
  readonly messages: number;
  /** Unacknowledged publishes at most. */
  readonly inFlight: number;
  /** Of the latency run: messages a second, seconds. */
  readonly paced: { readonly perSecond: number; readonly seconds: number };
}

export interface Measured {
  readonly name: string;
  /** From `npm start` to ready, seconds; the build is warm or not, as it happens. */
  readonly ready: number;
  /** Publish to WebSocket at the paced rate, milliseconds. */
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Messages a second from the first publish to the last update on the WebSocket. */
  readonly throughput: number;
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

/** Starts a system of its own, measures, and stops it. `tell` hears of each step. */
export async function measure(variant: Variant, load: Load, tell: (what: string) => void): Promise<Measured> {
  const stateDir = await mkdtemp(join(tmpdir(), 'fieldline-bench-'));
  const began = performance.now();
  const system = await launchSystem({ stateDir, flags: ['--no-dashboard', ...variant.flags] });
  const ready = (performance.now() - began) / 1000;
  try {
    const target = await localTarget(system.outputsFile);
    const rule = target.output('Ingestion', 'TelemetryRuleName');
    const fleet = await openFleet(target, fleetDeviceIds(load.devices, 'bench'));
    const watcher = await watchUpdates(
      system.outputs,
      fleet.map(({ deviceId }) => deviceId),
    );
    const readings = await readReadings(shippedReadings);
    const published = new Map<string, number>();
    const publish = async (sequence: number) => {
      const device = fleet[sequence % fleet.length];
      const reading = readings[sequence % readings.length];
      if (device === undefined || reading === undefined) throw new RangeError('no devices or no readings');
      const messageId = ulid();
      const payload = encodeReading('envelope', {
        deviceId: device.deviceId,
        messageId,
        reading,
        units: shippedUnits,
        time: Date.now(),
      });
      published.set(messageId, performance.now());
      await device.publish(`$aws/rules/${rule}/devices/telemetry/${device.deviceId}`, payload);
    };
    const usage = () => readUsage(system.outputs.aws.endpointUrl, join(stateDir, 'logs'));
    const run = async (count: number, perSecond: number) => {
      const before = {
        usage: await usage(),
        frames: watcher.frames,
        published: new Set(published.keys()),
        time: performance.now(),
      };
      await publishSteadily({ perSecond, count, signal: never, maxInFlight: load.inFlight }, publish);
      await watcher.until(published.size, 120_000);
      const ids = [...published.keys()].filter((id) => !before.published.has(id));
      const last = Math.max(...ids.map((id) => watcher.arrivals.get(id) ?? 0));
      const used = usageBetween(before.usage, await usage());
      return {
        seconds: (last - before.time) / 1000,
        latencies: ids.map((id) => (watcher.arrivals.get(id) ?? Number.NaN) - (published.get(id) ?? Number.NaN)),
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
    tell(`throughput: ${load.messages} messages as fast as they go`);
    const full = await run(load.messages, 100_000);
    watcher.close();
    await closeFleet(fleet);
    return {
      name: variant.name,
      ready,
      latency: { p50: percentile(paced.latencies, 0.5), p99: percentile(paced.latencies, 0.99) },
      throughput: load.messages / full.seconds,
      paced: paced.cost,
      full: full.cost,
    };
  } finally {
    await system.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
