import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { io, iot, mqtt, mqtt5 } from 'aws-iot-device-sdk-v2';
import type { NewDevice } from './newDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';

interface ReceivedMessage {
  readonly topic: string;
  readonly payload: string;
}

/** A device's MQTT 5 session by the device SDK, with what a test watches beside connecting and publishing. */
export interface MqttSession {
  readonly received: readonly ReceivedMessage[];
  /** How the connection ended; the SDK goes on trying to connect again. */
  readonly ended: Promise<string>;
  /** @returns the broker's answer, a name of mqtt5.SubackReasonCode */
  subscribe(topicFilter: string): Promise<string>;
  close(): Promise<void>;
}

type Place = Pick<SystemUnderTest, 'mqtt'>;

export async function openSession(place: Place, { deviceId, files }: NewDevice): Promise<MqttSession> {
  const { host, port } = place.mqtt;
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
  const received: ReceivedMessage[] = [];
  client.on('error', () => {});
  client.on('messageReceived', ({ message }) => {
    received.push({ topic: message.topicName, payload: Buffer.from(message.payload as ArrayBuffer).toString() });
  });
  const ended = new Promise<string>((resolve) => {
    client.on('disconnection', ({ error }) => resolve(String(error)));
  });
  const connected = once(client, 'connectionSuccess');
  client.start();
  await connected;
  return {
    received,
    ended,
    async subscribe(topicFilter) {
      const { reasonCodes } = await client.subscribe({
        subscriptions: [{ topicFilter, qos: mqtt5.QoS.AtLeastOnce }],
      });
      return mqtt5.SubackReasonCode[reasonCodes[0] ?? -1] ?? 'no answer';
    },
    close: () => stop(client),
  };
}

/** Why a client that shows no certificate does not get in. */
export async function refusalWithoutCertificate({ mqtt: { host, port, caFile } }: Place): Promise<string> {
  const tls = new io.TlsContextOptions();
  tls.override_default_trust_store(await readFile(caFile ?? '', 'utf8'));
  const client = new mqtt5.Mqtt5Client({
    hostName: host,
    port,
    tlsCtx: new io.ClientTlsContext(tls),
    connectProperties: { clientId: 'nobody', keepAliveIntervalSeconds: 60 },
  });
  client.on('error', () => {});
  const outcome = new Promise<string>((resolve) => {
    client.on('connectionSuccess', () => resolve('connected'));
    client.on('connectionFailure', ({ error }) => resolve(String(error)));
  });
  client.start();
  try {
    return await outcome;
  } finally {
    await stop(client);
  }
}

/** How an MQTT 3.1.1 connection fares that publishes this: the broker's acknowledgement, or that it ends. */
export async function publishByMqtt3(
  { mqtt: { host, port } }: Place,
  { deviceId, files }: NewDevice,
  { topic, payload }: ReceivedMessage,
): Promise<'acknowledged' | 'connection ended'> {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(
    files.certificateFile,
    files.privateKeyFile,
  )
    .with_certificate_authority_from_path(undefined, files.caFile)
    .with_endpoint(host)
    .with_port(port)
    .with_client_id(deviceId)
    .with_clean_session(true)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  connection.on('error', () => {});
  // `once` of node:events would reject when the connection tells of the publish that failed.
  const ended = new Promise<'connection ended'>((resolve) => {
    connection.on('interrupt', () => resolve('connection ended'));
  });
  await connection.connect();
  try {
    const publish = connection.publish(topic, payload, mqtt.QoS.AtLeastOnce);
    return await publish.then(
      () => 'acknowledged' as const,
      () => ended,
    );
  } finally {
    await connection.disconnect();
  }
}

async function stop(client: mqtt5.Mqtt5Client): Promise<void> {
  const stopped = once(client, 'stopped');
  client.stop();
  await stopped;
  client.close();
}
