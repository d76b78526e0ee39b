import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AttachThingPrincipalCommand, CreateThingCommand, IoTClient } from '@aws-sdk/client-iot';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import { commandTopic } from '../../functions/commands/protocol.ts';
import { type Presence, readPresences } from '../../functions/platform/records/presence.ts';
import { deviceDirectory, writeCertificateFiles } from '../fleet/certificateFiles.ts';
import { createKeyAndRequest } from '../fleet/deviceKey.ts';
import { encodeReading } from '../fleet/formats.ts';
import { inParallel } from '../fleet/inParallel.ts';
import { closeFleet, fleetDeviceIds, openFleet } from '../fleet/openFleet.ts';
import { signRequest } from '../fleet/provisionDevice.ts';
import { publishSteadily } from '../fleet/publishSteadily.ts';
import { readReadings, shippedReadings, shippedUnits } from '../fleet/readings.ts';
import { operatorRegistry } from '../fleet/registerDevice.ts';
import { launchSystem } from '../start/launchSystem.ts';
import { localTarget, type Target } from '../target.ts';
import { accepted, connectLoadDevice, readCredentials, remainingLength } from './loadDevice.ts';
import { percentile } from './percentile.ts';
import { watchUpdates } from './watchUpdates.ts';

interface StormLoad {
  /** That come, go, and come back all at once. */
  readonly devices: number;
  /** That send telemetry all the while, once a second each. */
  readonly steady: number;
  /** Of telemetry alone, before the storm. */
  readonly quietSeconds: number;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly messages: number;
}

export interface Phase {
  readonly name: string;
  /** From the first connection to the last, seconds. */
  readonly connecting?: number;
  /** From the first connection until the presence of all says so, seconds. */
  readonly known?: number;
  /** Of telemetry meanwhile, publish to WebSocket, milliseconds. */
  readonly telemetry: Latency;
}

/** TLS handshakes under way at once: more would only wait for each other. */
const handshakes = 50;
const callsAtOnce = 16;
const keysPerRead = 100;
const subscribePacket = 0x82;
/** Milliseconds. */
const patience = 600_000;

/** Starts a system of its own and lets a fleet come, and come back all at once, while others send telemetry. */
export async function measureStorm(load: StormLoad, tell: (what: string) => void): Promise<Phase[]> {
  const stateDir = await mkdtemp(join(tmpdir(), 'fieldline-storm-'));
  const system = await launchSystem({ stateDir, flags: ['--no-dashboard'] });
  try {
    const target = await localTarget(system.outputsFile);
    const fleet = await openFleet(target, fleetDeviceIds(load.steady, 'steady'), { connect: connectLoadDevice });
    const watcher = await watchUpdates(
      system.outputs,
      fleet.map(({ deviceId }) => deviceId),
    );
    tell(`registering ${load.devices} devices`);
    const deviceIds = fleetDeviceIds(load.devices, 'storm');
    const credentials = await makeDevices(target, deviceIds);

    const readings = await readReadings(shippedReadings);
    const published = new Map<string, number>();
    const stop = new AbortController();
    const rule = target.output('Ingestion', 'TelemetryRuleName');
    const sending = publishSteadily(
      { perSecond: load.steady, count: Number.POSITIVE_INFINITY, signal: stop.signal },
      async (sequence) => {
        const device = fleet[sequence % fleet.length];
        const reading = readings[sequence % readings.length];
        if (device === undefined || reading === undefined) throw new RangeError('no devices or no readings');
        const { deviceId } = device;
        const messageId = ulid(undefined, Math.random);
        const payload = encodeReading('envelope', {
          deviceId,
          messageId,
          reading,
          units: shippedUnits,
          time: Date.now(),
        });
        published.set(messageId, performance.now());
        await device.publish(`$aws/rules/${rule}/devices/telemetry/${deviceId}`, payload);
      },
    );
    /** Latency of what was published while this went on, when all of it has come. */
    const during = async (work: () => Promise<void>): Promise<Latency> => {
      const from = performance.now();
      await work();
      const until = performance.now();
      const ids = [...published].filter(([, at]) => at >= from && at < until).map(([id]) => id);
      await Promise.all(ids.map((id) => watcher.shown(id)));
      const latencies = ids.map((id) => (watcher.arrivals.get(id) ?? Number.NaN) - (published.get(id) ?? Number.NaN));
      return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), messages: ids.length };
    };

    tell('warming up');
    await during(() => wait(5000));
    tell(`telemetry alone, ${load.quietSeconds} s`);
    const phases: Phase[] = [
      { name: 'before the storm', telemetry: await during(() => wait(load.quietSeconds * 1000)) },
    ];
    let sockets: TLSSocket[] = [];
    const storm = async (name: string, connections: number): Promise<void> => {
      tell(name);
      const began = performance.now();
      let connecting = 0;
      let known = 0;
      const telemetry = await during(async () => {
        sockets = await inParallel(deviceIds, handshakes, (deviceId) => arrive(target, credentials, deviceId));
        connecting = (performance.now() - began) / 1000;
        await allKnown(target, deviceIds, connections);
        known = (performance.now() - began) / 1000;
      });
      phases.push({ name, connecting, known, telemetry });
    };
    await storm('all come', 1);
    tell('all go at once');
    await Promise.all(sockets.map((socket) => once(socket.destroy(), 'close')));
    await storm('all come back', 2);

    stop.abort();
    await sending;
    for (const socket of sockets) socket.destroy();
    watcher.close();
    await closeFleet(fleet);
    return phases;
  } finally {
    await system.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Things and devices, by one certificate that is all of theirs: five thousand keys are not what is to be measured. */
async function makeDevices(target: Target, deviceIds: readonly string[]): Promise<ConnectionOptions> {
  const iot = new IoTClient({ ...target.client, maxAttempts: 8 });
  const registry = operatorRegistry(target);
  const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest('storm');
  const policyName = target.output('Ingestion', 'DevicePolicyName');
  const { certificateArn, ...certificate } = await signRequest(iot, certificateSigningRequest, policyName);
  await inParallel(deviceIds, callsAtOnce, async (deviceId) => {
    await registry.register(deviceId, 'default');
    await iot.send(new CreateThingCommand({ thingName: deviceId }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: deviceId, principal: certificateArn }));
  });
  const directory = deviceDirectory(target.devicesDir, 'storm');
  return await readCredentials(
    await writeCertificateFiles(directory, target, 'storm', { ...certificate, privateKeyPem }),
  );
}

/** Connects, and listens for commands, as devices do. */
async function arrive({ mqtt }: Target, credentials: ConnectionOptions, deviceId: string): Promise<TLSSocket> {
  const socket = connect({ host: mqtt.host, port: mqtt.port, ...credentials });
  await accepted(socket, deviceId);
  socket.on('error', () => {}).resume();
  const topic = Buffer.from(commandTopic(deviceId));
  const [packetId, qos] = [[0, 1], 1];
  const body = Buffer.from([...packetId, topic.length >> 8, topic.length & 0xff, ...topic, qos]);
  socket.write(Buffer.from([subscribePacket, ...remainingLength(body.length), ...body]));
  return socket;
}

/** Waits until the presence of each says that it is online, by its connection of that number at least. */
async function allKnown(target: Target, deviceIds: readonly string[], connections: number): Promise<void> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(target.client));
  const read = readPresences({ db, tableName: target.output('Data', 'DevicesTableName') });
  const isKnown = (presence: Presence | undefined) =>
    presence?.state === 'online' && presence.connected && (presence.connectionVersion ?? -1) >= connections - 1;
  const deadline = performance.now() + patience;
  let open = deviceIds;
  while (open.length > 0) {
    const looked = open.slice(0, keysPerRead);
    const presences = await read(looked);
    const missing = looked.filter((deviceId) => !isKnown(presences.get(deviceId)));
    open = [...missing, ...open.slice(keysPerRead)];
    if (performance.now() > deadline) throw new Error(`${open.length} devices are not known to be online.`);
    if (missing.length > 0) await wait(200);
  }
}
