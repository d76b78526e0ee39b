import type { CommandMessage, CommandResponse } from '../../functions/commands/protocol.ts';
import { commandTopic, responseTopic } from '../../functions/commands/protocol.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { callApi } from './callApi.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';
import type { Person } from './signIn.ts';

type Said = Omit<CommandResponse, 'commandId' | 'attemptId'>;

/** What a device says to a command, one after the other. */
export type Behaviour = (command: CommandMessage) => readonly Said[];

export const obey: Behaviour = ({ parameters }) => [
  { status: 'acknowledged' },
  { status: 'succeeded', result: parameters },
];
export const acknowledgeOnly: Behaviour = () => [{ status: 'acknowledged' }];
export const ignore: Behaviour = () => [];

export interface CommandDevice extends NewDevice {
  /** Commands as they came, copies included. */
  readonly received: readonly CommandMessage[];
  connect(behaviour?: Behaviour): Promise<void>;
  disconnect(): Promise<void>;
  respond(command: Pick<CommandMessage, 'commandId' | 'attemptId'>, ...said: readonly Said[]): Promise<void>;
  publish(topic: string, payload: string): Promise<void>;
}

/** What devices of these tests can do. */
const valve = {
  title: 'Valve',
  actions: {
    open: {
      input: {
        type: 'object',
        properties: {
          percent: { type: 'number', minimum: 0, maximum: 100, unit: '%' },
          flow: { type: 'number', minimum: 1, maximum: 500, unit: 'L/min' },
          until: { type: 'number', maximum: 90, unit: 'Cel' },
          mode: { enum: ['slow', 'fast'] },
        },
        required: ['percent'],
      },
    },
    close: {},
  },
};

export async function putValveType(system: SystemUnderTest, as: Person, applicationId: string): Promise<void> {
  const path = `/api/applications/${applicationId}/device-types/valve`;
  const { status, text } = await callApi(system, { method: 'PUT', path, body: { thingModel: valve }, as });
  if (status !== 200) throw new Error(text);
}

/** A registered valve with a certificate, not connected yet. It carries an attempt out once, and says again what it said. */
export async function newCommandDevice(
  system: SystemUnderTest,
  as: Person,
  applicationId: string,
  more: object = {},
): Promise<CommandDevice> {
  const device = await newDevice(system, 'valve');
  const { deviceId } = device;
  const body = { deviceId, applicationId, deviceType: 'valve', ...more };
  const { status, text } = await callApi(system, { method: 'POST', path: '/api/devices', body, as });
  if (status !== 201) throw new Error(text);
  const received: CommandMessage[] = [];
  const said = new Map<string, readonly Said[]>();
  let connection: Awaited<ReturnType<typeof connectDevice>> | undefined;
  const publish = async (topic: string, payload: string) => {
    if (connection === undefined) throw new Error(`${deviceId} is not connected.`);
    await connection.publish(topic, Buffer.from(payload));
  };
  const respond: CommandDevice['respond'] = async ({ commandId, attemptId }, ...answers) => {
    for (const answer of answers)
      await publish(responseTopic(deviceId), JSON.stringify({ commandId, attemptId, ...answer }));
  };
  return {
    ...device,
    received,
    publish,
    respond,
    connect: async (behaviour = obey) => {
      connection = await connectDevice({ ...device, mqtt: system.mqtt, sendAgain: true });
      await connection.listen(commandTopic(deviceId), (payload) => {
        const command = JSON.parse(payload.toString()) as CommandMessage;
        received.push(command);
        const answers = said.get(command.attemptId) ?? behaviour(command);
        said.set(command.attemptId, answers);
        // A connection that ended takes what it was to say with it: the command is sent again, or times out.
        respond(command, ...answers).catch(() => {});
      });
    },
    disconnect: async () => {
      const open = connection;
      connection = undefined;
      await open?.close();
    },
  };
}
