import { once } from 'node:events';
import { iot, mqtt5 } from 'aws-iot-device-sdk-v2';
import {
  type CommandMessage,
  type CommandResponse,
  commandTopic,
  responseTopic,
} from '../../functions/commands/protocol.ts';
import type { NewDevice } from './newDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';

export interface ObedientDevice {
  /** What it was told to do, in this order; each attempt once. */
  readonly told: readonly CommandMessage[];
  close(): Promise<void>;
}

type Answer = Pick<CommandResponse, 'status' | 'reason' | 'result'>;

/** A device by the device SDK that takes commands and answers them at once. */
export async function obedientDevice(
  { mqtt: { host, port } }: Pick<SystemUnderTest, 'mqtt'>,
  { deviceId, files }: Pick<NewDevice, 'deviceId' | 'files'>,
  obey: (command: CommandMessage) => Answer,
): Promise<ObedientDevice> {
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
    host,
    files.certificateFile,
    files.privateKeyFile,
  )
    .withCertificateAuthorityFromPath(undefined, files.caFile)
    .withPort(port)
    .withConnectProperties({ clientId: deviceId, keepAliveIntervalSeconds: 60 })
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  const told: CommandMessage[] = [];
  const answers = new Map<string, Answer>();
  const answer = async ({ message }: mqtt5.MessageReceivedEvent) => {
    const command: CommandMessage = JSON.parse(Buffer.from(message.payload as ArrayBuffer).toString());
    const { commandId, attemptId } = command;
    const known = answers.get(attemptId);
    if (known === undefined) told.push(command);
    const given = known ?? obey(command);
    answers.set(attemptId, given);
    await client.publish({
      topicName: responseTopic(deviceId),
      qos: mqtt5.QoS.AtLeastOnce,
      payload: Buffer.from(JSON.stringify({ commandId, attemptId, ...given } satisfies CommandResponse)),
    });
  };
  client.on('error', () => {});
  // Who is not heard is told again.
  client.on('messageReceived', (event) => void answer(event).catch(() => {}));
  const connected = once(client, 'connectionSuccess');
  client.start();
  await connected;
  await client.subscribe({ subscriptions: [{ topicFilter: commandTopic(deviceId), qos: mqtt5.QoS.AtLeastOnce }] });
  return {
    told,
    async close() {
      const stopped = once(client, 'stopped');
      client.stop();
      await stopped;
      client.close();
    },
  };
}
