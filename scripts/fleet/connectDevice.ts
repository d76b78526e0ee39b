import { iot, mqtt5 } from 'aws-iot-device-sdk-v2';
import type { Target } from '../target.ts';
import type { CertificateFiles } from './certificateFiles.ts';

/** A device of the AWS IoT Device SDK, connected over mutual TLS. */
export interface DeviceConnection {
  readonly deviceId: string;
  /**
   * Publishes with QoS 1.
   * @throws Error when the broker refuses it or, without `sendAgain`, the connection ends before it was acknowledged.
   */
  publish(topic: string, payload: Buffer): Promise<void>;
  close(): Promise<void>;
}

interface ConnectOptions {
  readonly deviceId: string;
  readonly files: Pick<CertificateFiles, 'caFile' | 'certificateFile' | 'privateKeyFile'>;
  readonly mqtt: Target['mqtt'];
  /** Other than the device id only in tests of what the broker refuses. */
  readonly clientId?: string;
  /** A message that was not acknowledged when the connection ended is sent again on the next one, as a device in the field does. */
  readonly sendAgain?: boolean;
  /** Milliseconds in which attempts are repeated; 0 gives up at the first failure. */
  readonly patience?: number;
}

const refusal = 0x80;

/** @throws Error with the SDK's reason when there is no connection in time. */
export async function connectDevice(options: ConnectOptions): Promise<DeviceConnection> {
  const { deviceId, files, mqtt, clientId = deviceId, sendAgain = false, patience = 30_000 } = options;
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
    mqtt.host,
    files.certificateFile,
    files.privateKeyFile,
  )
    .withCertificateAuthorityFromPath(undefined, files.caFile)
    .withPort(mqtt.port)
    .withConnectProperties({ clientId, keepAliveIntervalSeconds: 60 })
    .withSessionBehavior(mqtt5.ClientSessionBehavior.Clean)
    .withOfflineQueueBehavior(
      sendAgain
        ? mqtt5.ClientOperationQueueBehavior.FailNonQos1PublishOnDisconnect
        : mqtt5.ClientOperationQueueBehavior.FailAllOnDisconnect,
    )
    .withConnackTimeoutMs(20_000)
    .withMinReconnectDelayMs(250)
    .withMaxReconnectDelayMs(5_000)
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  // An EventEmitter without an 'error' listener would end the process; failures reach us by the promises.
  client.on('error', () => {});
  try {
    await connected(client, patience);
  } catch (error) {
    await stop(client);
    throw new Error(`${clientId} could not connect to ${mqtt.host}:${mqtt.port}: ${reasonOf(error)}`, { cause: error });
  }
  return {
    deviceId,
    publish: async (topic, payload) => {
      const packet = { topicName: topic, payload, qos: mqtt5.QoS.AtLeastOnce };
      const acknowledgement = await client.publish(packet).catch((reason: unknown) => {
        // The SDK rejects with a text, which would be thrown without a trace of where.
        throw new Error(`${topic} was not published: ${reasonOf(reason)}`);
      });
      const code = acknowledgement?.reasonCode ?? 0;
      if (code >= refusal) throw new Error(`The broker refused ${topic}: ${mqtt5.PubackReasonCode[code] ?? code}`);
    },
    close: () => stop(client),
  };
}

function connected(client: mqtt5.Mqtt5Client, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = Date.now() + patience;
    client.on('connectionSuccess', () => resolve());
    client.on('connectionFailure', ({ error, connack }) => {
      if (Date.now() < end) return;
      const code = connack?.reasonCode;
      reject(code === undefined ? error : new Error(mqtt5.ConnectReasonCode[code] ?? `reason code ${code}`));
    });
    client.start();
  });
}

function stop(client: mqtt5.Mqtt5Client): Promise<void> {
  return new Promise((resolve) => {
    client.once('stopped', () => {
      client.close();
      resolve();
    });
    client.stop();
  });
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
