import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { iot, mqtt } from 'aws-iot-device-sdk-v2';
import { until } from '../until.ts';

export interface DeviceCertificate {
  readonly certificateArn: string;
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly privateKey: string;
}

export async function createCertificate(client: IoTClient, policy: string): Promise<DeviceCertificate> {
  const made = await client.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const certificate = {
    certificateArn: made.certificateArn ?? '',
    certificateId: made.certificateId ?? '',
    certificatePem: made.certificatePem ?? '',
    privateKey: made.keyPair?.PrivateKey ?? '',
  };
  await client.send(new AttachPolicyCommand({ policyName: policy, target: certificate.certificateArn }));
  return certificate;
}

/** A thing with a certificate that the policy `device` is attached to. */
export async function createDevice(client: IoTClient, thingName: string): Promise<DeviceCertificate> {
  const certificate = await createCertificate(client, 'device');
  await client.send(new CreateThingCommand({ thingName }));
  await client.send(new AttachThingPrincipalCommand({ thingName, principal: certificate.certificateArn }));
  return certificate;
}

export interface Endpoint {
  readonly port: number;
  readonly caPem: string;
}

interface Received {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** A device of the SDK's MQTT 3.1.1 client. */
export interface Device {
  readonly connection: mqtt.MqttClientConnection;
  readonly sessionPresent: boolean;
  readonly received: Received[];
  /** How often the connection was interrupted. */
  readonly interruptions: () => number;
  publish(topic: string, payload: unknown, options?: { retain?: boolean; qos?: mqtt.QoS }): Promise<void>;
  /** Answers the QoS granted, 128 for a refusal. */
  subscribe(filter: string): Promise<number>;
  /** Waits for a message on a topic and answers its JSON. */
  next(topic: string): Promise<Record<string, unknown>>;
  disconnect(): Promise<void>;
}

export async function connectDevice(
  { port, caPem }: Endpoint,
  { certificatePem, privateKey }: Pick<DeviceCertificate, 'certificatePem' | 'privateKey'>,
  clientId: string,
  options: { clean?: boolean; will?: mqtt.MqttWill } = {},
): Promise<Device> {
  const builder = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(certificatePem, privateKey)
    .with_certificate_authority(caPem)
    .with_endpoint('localhost')
    .with_port(port)
    .with_client_id(clientId)
    .with_clean_session(options.clean ?? true)
    .with_keep_alive_seconds(60)
    .with_protocol_operation_timeout_ms(5000);
  if (options.will) builder.with_will(options.will);
  return attach(new mqtt.MqttClient().new_connection(builder.build()));
}

export async function attach(connection: mqtt.MqttClientConnection): Promise<Device> {
  const received: Received[] = [];
  let interruptions = 0;
  connection.on('message', (topic, payload, _dup, _qos, retain) => {
    // The SDK's buffer of an empty payload can't be read.
    received.push({ topic, payload: payload.byteLength > 0 ? Buffer.from(payload).toString() : '', retain });
  });
  connection.on('interrupt', () => {
    interruptions += 1;
  });
  connection.on('error', () => {});
  const sessionPresent = await connection.connect();
  return {
    connection,
    sessionPresent,
    received,
    interruptions: () => interruptions,
    async publish(topic, payload, { retain = false, qos = mqtt.QoS.AtLeastOnce } = {}) {
      await connection.publish(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), qos, retain);
    },
    async subscribe(filter) {
      try {
        return (await connection.subscribe(filter, mqtt.QoS.AtLeastOnce)).qos;
      } catch {
        return 128;
      }
    },
    next: async (topic) => {
      const found = await until(
        `a message on ${topic}`,
        () => {
          const index = received.findIndex((message) => message.topic === topic);
          return index < 0 ? undefined : received.splice(index, 1)[0];
        },
        5000,
      );
      return JSON.parse(found.payload) as Record<string, unknown>;
    },
    disconnect: () => connection.disconnect(),
  };
}
