import { readFileSync } from 'node:fs';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  DeleteCertificateCommand,
  DeletePolicyCommand,
  DeleteThingCommand,
  DescribeEndpointCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  type IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { iot, mqtt } from 'aws-iot-device-sdk-v2';
import { attach, type Device } from '../local/iotDevice.ts';
import { brokers, caFile, credentials, region, uniqueName } from './target.ts';

export interface RegisteredDevice {
  readonly thingName: string;
  readonly policyName: string;
  readonly certificateArn: string;
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly privateKey: string;
}

/** A thing with a certificate and a policy: its own client id, its own shadow, and topics below `conformance/<thing>/`. */
export async function registerDevice(client: IoTClient): Promise<RegisteredDevice> {
  const thingName = uniqueName('device');
  const policyName = thingName;
  const made = await client.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateArn = '', certificateId = '', certificatePem = '', keyPair } = made;
  const arn = (resource: string) => `${certificateArn.split(':').slice(0, 5).join(':')}:${resource}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
  const self = '${iot:Connection.Thing.ThingName}';
  const own = [`conformance/${self}/*`, `$aws/things/${self}/shadow/*`];
  const topics = (kind: string) => own.map((topic) => arn(`${kind}/${topic}`));
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${self}`) },
      { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive', 'iot:RetainPublish'], Resource: topics('topic') },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: topics('topicfilter') },
    ],
  };
  await client.send(new CreatePolicyCommand({ policyName, policyDocument: JSON.stringify(policy) }));
  await client.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  await client.send(new CreateThingCommand({ thingName }));
  await client.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
  return {
    ...{ thingName, policyName, certificateArn, certificateId, certificatePem },
    privateKey: keyPair?.PrivateKey ?? '',
  };
}

export async function unregisterDevice(client: IoTClient, device: RegisteredDevice): Promise<void> {
  const { thingName, policyName, certificateArn, certificateId } = device;
  await client.send(new DetachThingPrincipalCommand({ thingName, principal: certificateArn }));
  await client.send(new DeleteThingCommand({ thingName }));
  await client.send(new DetachPolicyCommand({ policyName, target: certificateArn }));
  await client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
  await client.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
  await client.send(new DeletePolicyCommand({ policyName }));
}

/** The device endpoint as the environment or else the API tells it, with its port where it isn't the usual. */
async function deviceEndpoint(
  client: IoTClient,
  given: string | undefined,
): Promise<{ host: string; port: number | undefined }> {
  const { endpointAddress = '' } =
    given === undefined
      ? await client.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }))
      : { endpointAddress: given };
  const [host = '', port] = endpointAddress.split(':');
  return { host, port: port === undefined ? undefined : Number(port) };
}

/** Connects by the device SDK, runs, and disconnects whatever comes of it. */
async function connected<Result>(
  client: IoTClient,
  builder: iot.AwsIotMqttConnectionConfigBuilder,
  clientId: string,
  run: (device: Device) => Promise<Result>,
  { endpoint, will }: { endpoint: string | undefined; will?: mqtt.MqttWill },
): Promise<Result> {
  const { host, port } = await deviceEndpoint(client, endpoint);
  builder
    .with_endpoint(host)
    .with_client_id(clientId)
    .with_clean_session(true)
    .with_timeout_ms(5_000)
    .with_protocol_operation_timeout_ms(10_000);
  if (caFile !== undefined) builder.with_certificate_authority(readFileSync(caFile, 'utf8'));
  if (port !== undefined) builder.with_port(port);
  if (will !== undefined) builder.with_will(will);
  const device = await attach(new mqtt.MqttClient().new_connection(builder.build()));
  try {
    return await run(device);
  } finally {
    await device.disconnect().catch(() => {});
  }
}

export const withDevice = <Result>(
  client: IoTClient,
  { certificatePem, privateKey, thingName }: RegisteredDevice,
  run: (device: Device) => Promise<Result>,
  { clientId = thingName, will }: { clientId?: string; will?: mqtt.MqttWill } = {},
): Promise<Result> =>
  connected(client, iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(certificatePem, privateKey), clientId, run, {
    endpoint: brokers.mqtt,
    ...(will && { will }),
  });

/** MQTT over WebSocket, signed with the credentials of the environment, which may do all. */
export function withWebSocket<Result>(client: IoTClient, run: (device: Device) => Promise<Result>): Promise<Result> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials();
  const builder = iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets();
  builder.with_credentials(region, accessKeyId, secretAccessKey, sessionToken);
  return connected(client, builder, uniqueName('browser'), run, { endpoint: brokers.webSocket ?? brokers.mqtt });
}
