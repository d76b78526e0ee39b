import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import WebSocket from 'ws';
import type { ShownCommand } from '../../functions/commands/command.ts';
import { type CommandMessage, commandTopic, responseTopic } from '../../functions/commands/protocol.ts';
import { connectDevice, type DeviceConnection } from '../fleet/connectDevice.ts';
import { closeFleet, fleetDeviceIds, openFleet } from '../fleet/openFleet.ts';
import { publishSteadily } from '../fleet/publishSteadily.ts';
import { liveUrl } from '../signIn.ts';
import { processorSeconds, stolenSeconds } from './machine.ts';
import { withOwnSystem } from './ownSystem.ts';
import { percentile } from './percentile.ts';
import { readUsage, usageBetween } from './usage.ts';

interface CommandLoad {
  readonly devices: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface CommandsMeasured {
  /** From the request to the WebSocket message that says that it succeeded. Milliseconds, as all that follows. */
  readonly roundTrip: Spread;
  /** A publish by AWS IoT's API to a device, and its publish back, acknowledged: the same way without Fieldline. */
  readonly bare: Spread;
  /** Parts of the round trip, in their order. */
  readonly stages: ReadonlyMap<string, Spread>;
  /** Processor time of the system a command, milliseconds; only where the machine tells it. */
  readonly processor: number | undefined;
  /** Part of the machine's processor time that its host gave to others, 0 to 1; only where the machine tells it. */
  readonly stolen: number | undefined;
  /** Of functions to AWS services, a command; and invocations of functions. */
  readonly calls: ReadonlyMap<string, number>;
}

/** When what happened to a command, epoch milliseconds. */
interface Times {
  readonly asked: number;
  answered?: number;
  atDevice?: number;
  ended?: number;
  record?: ShownCommand;
}

const warmUps = [
  // Until V8 has optimized what every environment runs: the second of a function has work only where the first has too much.
  { seconds: 20, times: 2 },
  // Until the functions of every minute have begun: on AWS they would do so on another machine.
  { seconds: 45, times: 1 },
] as const;
const patience = 60_000;
const never = new AbortController().signal;
const application = 'default';
const thingModel = {
  title: 'Bench',
  actions: { blink: { input: { type: 'object', properties: { at: { type: 'number' } } } } },
};

/** Starts a system of its own, gives commands to its devices at a steady rate, and stops it. */
export async function measureCommands(load: CommandLoad, tell: (what: string) => void): Promise<CommandsMeasured> {
  return withOwnSystem(async ({ system, stateDir, target, url, admin: { token } }) => {
    const ask = api(url, token);
    await ask('PUT', `/api/applications/${application}/device-types/bench`, { thingModel });

    tell(`connecting ${load.devices} devices`);
    const commands = new Map<string, Times>();
    const bare = bareTrips(new IoTDataPlaneClient(target.client));
    const fleet = await openFleet(target, fleetDeviceIds(load.devices, 'bench'), {
      connect: async (options) => {
        const device = await connectDevice(options);
        await device.listen(commandTopic(options.deviceId), (payload) => {
          const message = JSON.parse(payload.toString()) as CommandMessage;
          if (bare.answer(message, device)) return;
          early(commands, message.commandId).atDevice = Date.now();
          void answer(device, message, responseTopic(device.deviceId));
        });
        return device;
      },
    });
    for (const { deviceId } of fleet) await ask('PATCH', `/api/devices/${deviceId}`, { deviceType: 'bench' });
    const socket = await watch(await liveUrl(system.outputs.http, token), commands);

    let given = 0;
    const give = async () => {
      const device = fleet[given % fleet.length];
      given += 1;
      const asked = Date.now();
      const { commandId } = await ask<ShownCommand>('POST', `/api/devices/${device?.deviceId}/commands`, {
        name: 'blink',
        parameters: { at: asked },
      });
      Object.assign(early(commands, commandId), { asked, answered: Date.now() });
    };
    const run = async (perSecond: number, seconds: number) => {
      commands.clear();
      const count = perSecond * seconds;
      await publishSteadily({ perSecond, count, signal: never, maxInFlight: 1000 }, give);
      const deadline = Date.now() + patience;
      while ([...commands.values()].some(({ ended }) => ended === undefined)) {
        if (Date.now() > deadline) throw new Error('Not all commands ended.');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return [...commands.values()];
    };
    tell('warming up');
    for (const { times, seconds } of warmUps) await run(times * load.perSecond, seconds);
    tell(`${load.perSecond} commands a second for ${load.seconds} s`);
    const usage = () => readUsage(system.outputs.aws.endpointUrl, join(stateDir, 'logs'));
    const readAll = async () =>
      [await processorSeconds(system.pid), await stolenSeconds(), performance.now(), await usage()] as const;
    const [processorBefore, stolenBefore, began, usedBefore] = await readAll();
    const measured = await run(load.perSecond, load.seconds);
    const [processorAfter, stolenAfter, ended, usedAfter] = await readAll();
    const used = usageBetween(usedBefore, usedAfter);
    tell('the same way without Fieldline');
    const bareTimes = await bare.run(load, fleet);
    socket.close();
    await closeFleet(fleet);
    return {
      roundTrip: spread(measured.map(({ asked, ended = Number.NaN }) => ended - asked)),
      bare: spread(bareTimes),
      stages: stagesOf(measured),
      calls: new Map(
        [...used.calls, ['invocations', used.invocations] as const].map(([name, count]) => [
          name,
          count / measured.length,
        ]),
      ),
      processor: per(measured.length / 1000, processorBefore, processorAfter),
      stolen: per(((ended - began) / 1000) * availableParallelism(), stolenBefore, stolenAfter),
    };
  });
}

const per = (unit: number, before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : (after - before) / unit;

const spread = (values: readonly number[]): Spread => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });

function stagesOf(commands: readonly Times[]): CommandsMeasured['stages'] {
  const at = (text: string | undefined) => Date.parse(text ?? '');
  const stage = (from: (times: Times) => number, to: (times: Times) => number) =>
    spread(commands.map((times) => to(times) - from(times)));
  const asked = ({ asked: time }: Times) => time;
  const created = ({ record }: Times) => at(record?.createdAt);
  const sent = ({ record }: Times) => at(record?.sentAt);
  const atDevice = ({ atDevice: time = Number.NaN }: Times) => time;
  const received = ({ record }: Times) => at(record?.endedAt);
  const ended = ({ ended: time = Number.NaN }: Times) => time;
  return new Map([
    ['request → checked', stage(asked, created)],
    ['checked → mailbox looked into', stage(created, sent)],
    ['mailbox looked into → at the device', stage(sent, atDevice)],
    ['at the device → its answer at the rule', stage(atDevice, received)],
    ['its answer at the rule → WebSocket', stage(received, ended)],
    ['request → answered, beside it', stage(asked, ({ answered = Number.NaN }) => answered)],
  ]);
}

/** Of a command that may be heard of before its request was answered. */
const early = (commands: Map<string, Times>, commandId: string): Times => {
  const times = commands.get(commandId) ?? { asked: Number.NaN };
  commands.set(commandId, times);
  return times;
};

type Asked = Pick<CommandMessage, 'commandId' | 'attemptId'>;

async function answer(device: DeviceConnection, { commandId, attemptId }: Asked, topic: string): Promise<void> {
  await device.publish(topic, Buffer.from(JSON.stringify({ commandId, attemptId, status: 'succeeded' })));
}

function watch(url: string, commands: Map<string, Times>): Promise<WebSocket> {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () =>
      socket.send(JSON.stringify({ action: 'subscribe', channels: [`application:${application}`] })),
    );
    socket.on('message', (data) => {
      const now = Date.now();
      const message = JSON.parse(String(data)) as { type: string; changes?: { kind: string; data: ShownCommand }[] };
      if (message.type === 'subscribed') resolve(socket);
      for (const { kind, data: record } of message.changes ?? [])
        if (kind === 'command' && record.endedAt !== undefined)
          Object.assign(early(commands, record.commandId), { ended: now, record });
    });
  });
}

/** Where a device may publish, and nobody listens. */
const topicWithoutRule = (deviceId: string) => `devices/certificates/${deviceId}/bench/answer`;

function bareTrips(iotData: IoTDataPlaneClient) {
  const waiting = new Map<string, (answered: Promise<void>) => void>();
  return {
    /** At once, as a command is answered. @returns whether it was a message of these */
    answer(message: Asked, device: DeviceConnection): boolean {
      const trip = waiting.get(message.commandId);
      waiting.delete(message.commandId);
      trip?.(answer(device, message, topicWithoutRule(device.deviceId)));
      return trip !== undefined;
    },
    async run({ perSecond, seconds }: CommandLoad, fleet: readonly { readonly deviceId: string }[]): Promise<number[]> {
      const times: number[] = [];
      const trip = async (at: number) => {
        const deviceId = fleet[at % fleet.length]?.deviceId ?? '';
        const message = { commandId: `bare-${at}`, attemptId: 'bare' };
        const began = performance.now();
        const answered = new Promise<void>((resolve) => waiting.set(message.commandId, resolve));
        const payload = Buffer.from(JSON.stringify(message));
        await iotData.send(new PublishCommand({ topic: commandTopic(deviceId), qos: 1, payload }));
        await answered;
        times.push(performance.now() - began);
      };
      await publishSteadily({ perSecond, count: perSecond * seconds, signal: never, maxInFlight: 1000 }, trip);
      return times;
    },
  };
}

/** Not by fetch: who asks shares the machine with who answers, and fetch takes twice as long. */
const api = (url: string, token: string) => {
  const agent = new Agent({ keepAlive: true });
  return async <Answer>(method: 'PUT' | 'PATCH' | 'POST', path: string, body: object): Promise<Answer> => {
    const asked = request(`${url}${path}`, {
      method,
      agent,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
    });
    asked.end(JSON.stringify(body));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 200 && response.statusCode !== 201)
      throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
    return JSON.parse(answer) as Answer;
  };
};
