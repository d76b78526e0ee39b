import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateTopicRuleCommand,
  DeleteTopicRuleCommand,
  DescribeCertificateCommand,
  DescribeProvisioningTemplateCommand,
  DescribeThingCommand,
  DisableTopicRuleCommand,
  EnableTopicRuleCommand,
  GetTopicRuleCommand,
  IoTClient,
  ListThingsCommand,
  paginateListThings,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import {
  GetRetainedMessageCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  ListRetainedMessagesCommand,
  PublishCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { iot, mqtt, mqtt5 } from 'aws-iot-device-sdk-v2';
import { until } from '../until.ts';
import { type IotCloud, startIotCloud } from './iotCloud.ts';
import {
  attach,
  connectDevice,
  createCertificate,
  createDevice,
  type Device,
  type DeviceCertificate,
  type Endpoint,
} from './iotDevice.ts';
import { connectRaw } from './iotRawClient.ts';

let iotCloud: IotCloud;
let client: IoTClient;
let data: IoTDataPlaneClient;
let queue: SQSClient;
let endpoint: Endpoint;
const open: Device[] = [];

const connect = async (...parameters: Parameters<typeof connectDevice>) => {
  const device = await connectDevice(...parameters);
  open.push(device);
  return device;
};

beforeAll(async () => {
  iotCloud = await startIotCloud();
  const { cloud } = iotCloud;
  const configuration = {
    endpoint: cloud.endpointUrl,
    region: cloud.region,
    credentials: cloud.credentials,
    maxAttempts: 1,
  };
  client = new IoTClient(configuration);
  data = new IoTDataPlaneClient(configuration);
  queue = new SQSClient(configuration);
  endpoint = { port: cloud.mqtt.port, caPem: readFileSync(cloud.mqtt.caFile, 'utf8') };
});

afterEach(async () => {
  for (const device of open.splice(0)) await device.disconnect().catch(() => {});
});

afterAll(async () => {
  await iotCloud?.close();
});

/** The next lifecycle event that the rule put into the queue and that fits. */
const event = (what: string, fits: (event: Record<string, unknown>) => boolean) =>
  until(what, async () => {
    const QueueUrl = iotCloud.cloud.outputs['Iot']?.['Events'] ?? '';
    const { Messages = [] } = await queue.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body = '{}', ReceiptHandle } of Messages) {
      await queue.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const found = JSON.parse(Body) as Record<string, unknown>;
      if (fits(found)) return found;
    }
    return undefined;
  });

// AWS: "AWS IoT Core policies", "Publish/Subscribe policy examples"
describe('IoT policies', () => {
  let certificate: DeviceCertificate;
  beforeAll(async () => {
    certificate = await createDevice(client, 'guarded');
  });

  test('a refused subscribe is answered with a failure code, and the connection goes on', async () => {
    const device = await connect(endpoint, certificate, 'guarded');
    expect(await device.subscribe('devices/other/#')).toBe(128);
    expect(await device.subscribe('devices/guarded/#')).toBe(1);
    expect(device.interruptions()).toBe(0);
  });

  test('a refused publish ends the connection', async () => {
    const device = await connect(endpoint, certificate, 'guarded');
    void device.publish('devices/other/data', {}, { qos: mqtt.QoS.AtMostOnce });
    await until('the interruption', () => device.interruptions() > 0);
  });

  test('MQTT 5 hears of a refused QoS 1 publish in its PUBACK', async () => {
    const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
      'localhost',
      certificate.certificatePem,
      certificate.privateKey,
    )
      .withCertificateAuthority(endpoint.caPem)
      .withPort(endpoint.port)
      .withConnectProperties({ clientId: 'guarded', keepAliveIntervalSeconds: 5 })
      .build();
    const five = new mqtt5.Mqtt5Client(config);
    five.on('error', () => {});
    const connected = once(five, 'connectionSuccess');
    five.start();
    const [{ settings }] = (await connected) as [{ settings: mqtt5.NegotiatedSettings }];
    expect(settings.serverKeepAlive).toBe(30);
    const refused = await five.publish({ topicName: 'devices/other/data', qos: mqtt5.QoS.AtLeastOnce, payload: 'x' });
    expect(refused?.reasonCode).toBe(mqtt5.PubackReasonCode.NotAuthorized);
    const stopped = once(five, 'stopped');
    five.stop();
    await stopped;
    five.close();
  });

  test('a client id that the policy does not name is refused with return code 7', async () => {
    const raw = await connectRaw(endpoint, certificate, 'somebody');
    expect(raw.returnCode).toBe(7);
  });

  test('attributes of the thing keep their case, and a change reaches the live connection', async () => {
    const policyDocument = (version: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['iot:Subscribe'],
            Resource: [
              `arn:aws:iot:us-east-1:000000000000:topicfilter/sites/\${iot:Connection.Thing.Attributes[Site]}/${version}`,
            ],
          },
        ],
      });
    await client.send(new CreatePolicyCommand({ policyName: 'site', policyDocument: policyDocument('one') }));
    await client.send(new AttachPolicyCommand({ policyName: 'site', target: certificate.certificateArn }));
    await client.send(
      new UpdateThingCommand({
        thingName: 'guarded',
        attributePayload: { attributes: { Site: 'north', site: 'south' } },
      }),
    );
    const device = await connect(endpoint, certificate, 'guarded');
    expect(await device.subscribe('sites/north/one')).toBe(1);
    expect(await device.subscribe('sites/south/one')).toBe(128);
    expect(await device.subscribe('sites/north/two')).toBe(128);
    await client.send(
      new CreatePolicyVersionCommand({ policyName: 'site', policyDocument: policyDocument('two'), setAsDefault: true }),
    );
    expect(await device.subscribe('sites/north/two')).toBe(1);
  });

  test('a policy of a thing group counts for the things in it and below', async () => {
    await client.send(new CreateThingGroupCommand({ thingGroupName: 'all' }));
    await client.send(new CreateThingGroupCommand({ thingGroupName: 'some', parentGroupName: 'all' }));
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iot:Subscribe', Resource: '*' }],
    });
    await client.send(new CreatePolicyCommand({ policyName: 'everywhere', policyDocument }));
    await client.send(
      new AttachPolicyCommand({
        policyName: 'everywhere',
        target: 'arn:aws:iot:us-east-1:000000000000:thinggroup/all',
      }),
    );
    const device = await connect(endpoint, certificate, 'guarded');
    expect(await device.subscribe('anything')).toBe(128);
    await client.send(new AddThingToThingGroupCommand({ thingGroupName: 'some', thingName: 'guarded' }));
    expect(await device.subscribe('anything')).toBe(1);
  });

  test('a certificate that is revoked cuts its live connection', async () => {
    const own = await createDevice(client, 'revoked');
    const device = await connect(endpoint, own, 'revoked');
    await client.send(new UpdateCertificateCommand({ certificateId: own.certificateId, newStatus: 'REVOKED' }));
    await until('the interruption', () => device.interruptions() > 0);
    await expect(connectDevice(endpoint, own, 'revoked')).rejects.toBeDefined();
  });
});

// AWS: "Device Shadow MQTT topics", "Device Shadow service documents"
describe('shadows', () => {
  let device: Device;
  const topic = '$aws/things/lamp/shadow';
  beforeAll(async () => {
    device = await connectDevice(endpoint, await createDevice(client, 'lamp'), 'lamp');
    await device.subscribe(`${topic}/#`);
  });
  afterAll(() => device.disconnect());

  test('an update is accepted, and tells the delta and both documents', async () => {
    await device.publish(`${topic}/update`, {
      state: { desired: { color: 'red', on: true }, reported: { color: 'green' } },
      clientToken: 'a',
    });
    expect(await device.next(`${topic}/update/accepted`)).toMatchObject({
      version: 1,
      clientToken: 'a',
      state: { desired: { color: 'red' } },
      metadata: { reported: { color: { timestamp: expect.any(Number) } } },
    });
    expect(await device.next(`${topic}/update/delta`)).toMatchObject({ version: 1, state: { color: 'red', on: true } });
    expect(await device.next(`${topic}/update/documents`)).toMatchObject({
      current: { version: 1, state: { reported: { color: 'green' } } },
    });
  });

  test('HTTP reads and writes the same shadow, and the device hears of it', async () => {
    await data.send(
      new UpdateThingShadowCommand({
        thingName: 'lamp',
        payload: JSON.stringify({ state: { desired: { color: null } } }),
      }),
    );
    expect(await device.next(`${topic}/update/delta`)).toMatchObject({ version: 2, state: { on: true } });
    const { payload } = await data.send(new GetThingShadowCommand({ thingName: 'lamp' }));
    expect(JSON.parse(Buffer.from(payload ?? []).toString())).toMatchObject({
      version: 2,
      state: { desired: { on: true }, reported: { color: 'green' }, delta: { on: true } },
    });
  });

  test('named shadows stand by themselves', async () => {
    await device.publish(`${topic}/name/firmware/update`, { state: { reported: { version: 3 } } });
    expect(await device.next(`${topic}/name/firmware/update/accepted`)).toMatchObject({ version: 1 });
    const { results } = await data.send(new ListNamedShadowsForThingCommand({ thingName: 'lamp' }));
    expect(results).toEqual(['firmware']);
  });

  test.each([
    ['a get of what is not there', 404, 'get', '', '$aws/things/lamp/shadow/name/nothing'],
    ['an update of another version', 409, 'update', { state: { desired: {} }, version: 99, clientToken: 'b' }, topic],
    ['an update without state', 400, 'update', { desired: {} }, topic],
    ['an update that is no JSON', 400, 'update', 'no JSON', topic],
    ['an update above 8 KB', 413, 'update', { state: { desired: { large: 'x'.repeat(8192) } } }, topic],
  ])('%s is rejected with %s', async (_, code, operation, payload, prefix) => {
    if (prefix !== topic) await device.subscribe(`${prefix}/#`);
    await device.publish(`${prefix}/${operation}`, payload);
    expect(await device.next(`${prefix}/${operation}/rejected`)).toMatchObject({ code });
  });

  test('HTTP answers with the exceptions of the API', async () => {
    const update = (payload: unknown) =>
      data.send(new UpdateThingShadowCommand({ thingName: 'lamp', payload: JSON.stringify(payload) }));
    await expect(data.send(new GetThingShadowCommand({ thingName: 'nobody' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(update({ state: {}, version: 99 })).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(update({})).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(update({ state: { desired: { large: 'x'.repeat(9000) } } })).rejects.toMatchObject({
      name: 'RequestEntityTooLargeException',
    });
  });
});

// AWS: "Device provisioning MQTT API", "Pre-provisioning hooks"
describe('fleet provisioning', () => {
  const provision = '$aws/provisioning-templates/fleet/provision/json';

  test('a device gets keys, a certificate, a thing and a policy, and connects with them', async () => {
    const claim = await connect(endpoint, await createCertificate(client, 'claim'), 'claiming-1');
    await claim.subscribe('$aws/certificates/create/json/#');
    await claim.subscribe(`${provision}/#`);
    await claim.publish('$aws/certificates/create/json', '');
    const made = (await claim.next('$aws/certificates/create/json/accepted')) as {
      certificateId: string;
      certificatePem: string;
      privateKey: string;
      certificateOwnershipToken: string;
    };
    const before = await client.send(new DescribeCertificateCommand({ certificateId: made.certificateId }));
    expect(before.certificateDescription?.status).toBe('PENDING_ACTIVATION');

    await claim.publish(provision, {
      certificateOwnershipToken: made.certificateOwnershipToken,
      parameters: { SerialNumber: '7' },
    });
    expect(await claim.next(`${provision}/accepted`)).toEqual({
      thingName: 'station-7',
      deviceConfiguration: { site: 'from-the-hook' },
    });
    expect((await client.send(new DescribeThingCommand({ thingName: 'station-7' }))).attributes).toEqual({
      site: 'from-the-hook',
    });

    const device = await connect(endpoint, made, 'station-7');
    expect(await device.subscribe('devices/station-7/#')).toBe(1);

    await claim.publish(provision, {
      certificateOwnershipToken: made.certificateOwnershipToken,
      parameters: { SerialNumber: '8' },
    });
    expect(await claim.next(`${provision}/rejected`)).toMatchObject({
      statusCode: 400,
      errorCode: 'InvalidCertificateOwnershipToken',
    });
  });

  test('the hook can refuse', async () => {
    const claim = await connect(endpoint, await createCertificate(client, 'claim'), 'claiming-2');
    await claim.subscribe('$aws/certificates/create/json/#');
    await claim.subscribe(`${provision}/#`);
    await claim.publish('$aws/certificates/create/json', '');
    const { certificateOwnershipToken } = await claim.next('$aws/certificates/create/json/accepted');
    await claim.publish(provision, { certificateOwnershipToken, parameters: { SerialNumber: 'stolen' } });
    expect(await claim.next(`${provision}/rejected`)).toMatchObject({ statusCode: 403, errorCode: 'AccessDenied' });
  });

  test('the template of the stack is there by the API', async () => {
    expect(await client.send(new DescribeProvisioningTemplateCommand({ templateName: 'fleet' }))).toMatchObject({
      enabled: true,
      defaultVersionId: 1,
      preProvisioningHook: { targetArn: expect.stringContaining(':function:hook') },
    });
  });
});

// AWS: "Lifecycle events"
describe('lifecycle events reach topic rules', () => {
  test('connected, subscribed, unsubscribed, disconnected', async () => {
    const certificate = await createDevice(client, 'lively');
    const device = await connectDevice(endpoint, certificate, 'lively');
    const of = (eventType: string) => (each: Record<string, unknown>) =>
      each['clientId'] === 'lively' && each['eventType'] === eventType;
    const connected = await event('connected', of('connected'));
    expect(connected).toMatchObject({
      principalIdentifier: certificate.certificateId,
      ipAddress: '127.0.0.1',
      versionNumber: 0,
      sessionIdentifier: expect.any(String),
    });
    await device.subscribe('devices/lively/#');
    expect(await event('subscribed', of('subscribed'))).toMatchObject({
      topics: ['devices/lively/#'],
      sessionIdentifier: connected['sessionIdentifier'],
    });
    await device.connection.unsubscribe('devices/lively/#');
    expect(await event('unsubscribed', of('unsubscribed'))).toMatchObject({ topics: ['devices/lively/#'] });
    await device.disconnect();
    expect(await event('disconnected', of('disconnected'))).toMatchObject({
      clientInitiatedDisconnect: true,
      disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
      versionNumber: 0,
    });
  });

  test.each<[reason: string, end: (certificate: DeviceCertificate, thing: string) => Promise<unknown>]>([
    [
      'CONNECTION_LOST',
      async (certificate, thing) => (await connectRaw(endpoint, certificate, thing)).socket.destroy(),
    ],
    [
      'DUPLICATE_CLIENTID',
      async (certificate, thing) => {
        await connectRaw(endpoint, certificate, thing);
        await connectRaw(endpoint, certificate, thing);
      },
    ],
    [
      'AUTH_ERROR',
      async (certificate, thing) =>
        (await connectRaw(endpoint, certificate, thing)).socket.write(
          Buffer.from([0x30, 5, 0, 3, ...Buffer.from('a/b')]),
        ),
    ],
    [
      'CLIENT_ERROR',
      async (certificate, thing) =>
        (await connectRaw(endpoint, certificate, thing)).socket.write(
          Buffer.from([0x34, 7, 0, 3, ...Buffer.from('a/b'), 0, 1]),
        ),
    ],
  ])('a connection that ends by %s says so', async (reason, end) => {
    const thing = `ends-by-${reason}`;
    await end(await createDevice(client, thing), thing);
    const found = await event(reason, (each) => each['clientId'] === thing && each['eventType'] === 'disconnected');
    expect(found).toMatchObject({ disconnectReason: reason, clientInitiatedDisconnect: false });
  });
});

// AWS: "MQTT"
describe('sessions and retained messages', () => {
  test('a persistent session keeps what comes while its client is away, over a restart of the cloud, too', async () => {
    const certificate = await createDevice(client, 'sleeper');
    const first = await connectDevice(endpoint, certificate, 'sleeper', { clean: false });
    expect(first.sessionPresent).toBe(false);
    await first.subscribe('devices/sleeper/+');
    await first.disconnect();
    await data.send(new PublishCommand({ topic: 'devices/sleeper/one', qos: 1, payload: '{"n":1}' }));
    await data.send(new PublishCommand({ topic: 'devices/sleeper/lost', qos: 0, payload: '{}' }));
    await iotCloud.restart();
    await data.send(new PublishCommand({ topic: 'devices/sleeper/two', qos: 1, payload: '{"n":2}' }));

    const second = await connect(endpoint, certificate, 'sleeper', { clean: false });
    expect(second.sessionPresent).toBe(true);
    expect(await second.next('devices/sleeper/one')).toEqual({ n: 1 });
    expect(await second.next('devices/sleeper/two')).toEqual({ n: 2 });
    await data.send(new PublishCommand({ topic: 'devices/sleeper/three', qos: 1, payload: '{"n":3}' }));
    expect(await second.next('devices/sleeper/three')).toEqual({ n: 3 });
    expect(second.received).toEqual([]);
    await second.disconnect();

    const third = await connect(endpoint, certificate, 'sleeper', { clean: false });
    await data.send(new PublishCommand({ topic: 'devices/sleeper/four', qos: 1, payload: '{"n":4}' }));
    expect(await third.next('devices/sleeper/four')).toEqual({ n: 4 });
    expect(third.received).toEqual([]);
  });

  test('MQTT 5 keeps a session for the interval that was asked for, at most an hour', async () => {
    const certificate = await createDevice(client, 'fivefold');
    const connectFive = async (session: mqtt5.ClientSessionBehavior) => {
      const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
        'localhost',
        certificate.certificatePem,
        certificate.privateKey,
      )
        .withCertificateAuthority(endpoint.caPem)
        .withPort(endpoint.port)
        .withSessionBehavior(session)
        .withConnectProperties({
          clientId: 'fivefold',
          keepAliveIntervalSeconds: 60,
          sessionExpiryIntervalSeconds: 100_000,
        })
        .build();
      const five = new mqtt5.Mqtt5Client(config);
      five.on('error', () => {});
      const messages: string[] = [];
      const properties: unknown[] = [];
      five.on('messageReceived', ({ message }) => {
        messages.push(Buffer.from(message.payload as ArrayBuffer).toString());
        properties.push(message.userProperties);
      });
      const connected = once(five, 'connectionSuccess');
      five.start();
      const [{ settings }] = (await connected) as [{ settings: mqtt5.NegotiatedSettings }];
      const stop = async () => {
        const stopped = once(five, 'stopped');
        five.stop();
        await stopped;
        five.close();
      };
      return { five, messages, properties, settings, stop };
    };
    const first = await connectFive(mqtt5.ClientSessionBehavior.Clean);
    expect(first.settings.sessionExpiryInterval).toBe(3600);
    await first.five.subscribe({ subscriptions: [{ topicFilter: 'devices/fivefold/#', qos: mqtt5.QoS.AtLeastOnce }] });
    await first.stop();
    await data.send(
      new PublishCommand({
        topic: 'devices/fivefold/a',
        qos: 1,
        payload: 'kept',
        userProperties: JSON.stringify([{ k: 'v' }]),
      }),
    );
    const second = await connectFive(mqtt5.ClientSessionBehavior.RejoinAlways);
    expect(second.settings.rejoinedSession).toBe(true);
    await until('what was kept', () => second.messages.length > 0);
    expect(second.messages).toEqual(['kept']);
    expect(second.properties).toEqual([[{ name: 'k', value: 'v' }]]);
    await second.stop();
  });

  test('a last will is published when its client vanishes', async () => {
    const watcher = await connect(endpoint, await createDevice(client, 'watcher'), 'watcher');
    await watcher.subscribe('devices/watcher/#');
    const certificate = await createDevice(client, 'mortal');
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }],
    });
    await client.send(new CreatePolicyCommand({ policyName: 'publish', policyDocument }));
    await client.send(new AttachPolicyCommand({ policyName: 'publish', target: certificate.certificateArn }));
    const raw = await connectRaw(endpoint, certificate, 'mortal', {
      will: { topic: 'devices/watcher/will', payload: '{"gone":true}' },
    });
    expect(raw.returnCode).toBe(0);
    raw.socket.destroy();
    expect(await watcher.next('devices/watcher/will')).toEqual({ gone: true });
  });

  test('a retained message is delivered to whoever subscribes to its very topic, and the API shows it', async () => {
    const certificate = await createDevice(client, 'keeper');
    const device = await connect(endpoint, certificate, 'keeper');
    await device.publish('devices/keeper/config', { rate: 5 }, { retain: true });
    await device.subscribe('devices/keeper/+');
    await device.subscribe('devices/keeper/config');
    const message = await until('the retained message', () => device.received.find(({ retain }) => retain));
    expect(JSON.parse(message.payload)).toEqual({ rate: 5 });
    expect(device.received.filter(({ retain }) => retain)).toHaveLength(1);
    const shown = await data.send(new GetRetainedMessageCommand({ topic: 'devices/keeper/config' }));
    expect(Buffer.from(shown.payload ?? []).toString()).toBe('{"rate":5}');
    expect((await data.send(new ListRetainedMessagesCommand({}))).retainedTopics).toContainEqual(
      expect.objectContaining({ topic: 'devices/keeper/config', payloadSize: 10, qos: 1 }),
    );
    await device.publish('devices/keeper/config', '', { retain: true });
    await expect(data.send(new GetRetainedMessageCommand({ topic: 'devices/keeper/config' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

// AWS: "Device communication protocols"
describe('the device endpoint', () => {
  test('the port that stands for 443 takes MQTT with its ALPN name, and not without', async () => {
    const certificate = await createDevice(client, 'alpn');
    const https = { ...endpoint, port: iotCloud.httpsPort };
    expect((await connectRaw(https, certificate, 'alpn', { alpn: 'x-amzn-mqtt-ca' })).returnCode).toBe(0);
    expect((await connectRaw(https, certificate, 'alpn')).returnCode).toBe(-1);
  });

  test.each<[which: string, port: () => number]>([
    ['the MQTT port', () => endpoint.port],
    ['the HTTPS port', () => iotCloud.httpsPort],
  ])('MQTT over a WebSocket with a Signature Version 4 on %s', async (_, port) => {
    const { accessKeyId, secretAccessKey } = iotCloud.cloud.credentials;
    const config = iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets()
      .with_certificate_authority(endpoint.caPem)
      .with_endpoint('localhost')
      .with_port(port())
      .with_client_id(`browser-${port()}`)
      .with_clean_session(true)
      .with_credentials('us-east-1', accessKeyId, secretAccessKey)
      .build();
    const device = await attach(new mqtt.MqttClient().new_connection(config));
    open.push(device);
    await device.subscribe('from/anywhere');
    await device.publish('from/anywhere', { by: 'websocket' });
    expect(await device.next('from/anywhere')).toEqual({ by: 'websocket' });
  });

  test('a WebSocket with another key is refused', async () => {
    const config = iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets()
      .with_certificate_authority(endpoint.caPem)
      .with_endpoint('localhost')
      .with_port(iotCloud.httpsPort)
      .with_client_id('stranger')
      .with_credentials('us-east-1', iotCloud.cloud.credentials.accessKeyId, 'not the secret')
      .build();
    await expect(attach(new mqtt.MqttClient().new_connection(config))).rejects.toBeDefined();
  });

  test('HTTPS with a certificate asks its IoT policies', async () => {
    const certificate = await createDevice(client, 'poster');
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iot:Publish', 'iot:UpdateThingShadow'],
          Resource: [
            'arn:aws:iot:us-east-1:000000000000:topic/posted/*',
            'arn:aws:iot:us-east-1:000000000000:thing/poster',
          ],
        },
      ],
    });
    await client.send(new CreatePolicyCommand({ policyName: 'post', policyDocument }));
    await client.send(new AttachPolicyCommand({ policyName: 'post', target: certificate.certificateArn }));
    const post = (path: string, body: string) =>
      new Promise<number>((resolve, reject) => {
        const outgoing = request(
          {
            host: 'localhost',
            port: iotCloud.httpsPort,
            path,
            method: 'POST',
            agent: new Agent({
              ca: endpoint.caPem,
              cert: certificate.certificatePem,
              key: certificate.privateKey,
              ALPNProtocols: ['x-amzn-http-ca'],
            }),
          },
          (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        );
        outgoing.on('error', reject).end(body);
      });
    expect(await post('/topics/posted/here?qos=1', '{}')).toBe(200);
    expect(await post('/topics/elsewhere', '{}')).toBe(403);
    expect(await post('/things/poster/shadow', '{"state":{"reported":{"a":1}}}')).toBe(200);
    expect(await post('/things/lamp/shadow', '{"state":{}}')).toBe(403);
  });
});

// AWS: "MQTT", differences from the specifications
test('a filter with # does not take the topic above it', async () => {
  const device = await connect(endpoint, await createDevice(client, 'parent'), 'parent');
  await device.subscribe('devices/parent/a/#');
  await data.send(new PublishCommand({ topic: 'devices/parent/a', qos: 1, payload: '{"above":true}' }));
  await data.send(new PublishCommand({ topic: 'devices/parent/a/b', qos: 1, payload: '{"below":true}' }));
  expect(await device.next('devices/parent/a/b')).toEqual({ below: true });
  expect(device.received).toEqual([]);
});

// AWS IoT API Reference: "CreateTopicRule", "DisableTopicRule"; AWS: "AWS IoT SQL functions", get_thing_shadow
describe('topic rules by the API', () => {
  const roleArn = () => iotCloud.cloud.outputs['Iot']?.['RuleRole'] ?? '';
  test('run, read shadows, can be switched off, and are there after a start', async () => {
    await data.send(new UpdateThingShadowCommand({ thingName: 'ruled', payload: '{"state":{"desired":{"limit":7}}}' }));
    const sql = `SELECT n, get_thing_shadow('ruled', '${roleArn()}').state.desired.limit AS limit FROM 'devices/ruled/in'`;
    const payload = {
      sql,
      awsIotSqlVersion: '2016-03-23',
      actions: [{ republish: { roleArn: roleArn(), topic: 'devices/ruled/out', qos: 1 } }],
    };
    await client.send(new CreateTopicRuleCommand({ ruleName: 'republish', topicRulePayload: payload }));
    const certificate = await createDevice(client, 'ruled');
    const device = await connect(endpoint, certificate, 'ruled');
    await device.subscribe('devices/ruled/out');
    await device.publish('devices/ruled/in', { n: 1 });
    expect(await device.next('devices/ruled/out')).toEqual({ n: 1, limit: 7 });

    await client.send(new DisableTopicRuleCommand({ ruleName: 'republish' }));
    await device.publish('devices/ruled/in', { n: 2 });
    await device.disconnect();
    open.length = 0;
    await iotCloud.restart();
    expect((await client.send(new GetTopicRuleCommand({ ruleName: 'republish' }))).rule).toMatchObject({
      sql,
      ruleDisabled: true,
    });
    await client.send(new EnableTopicRuleCommand({ ruleName: 'republish' }));
    const again = await connect(endpoint, certificate, 'ruled');
    await again.subscribe('devices/ruled/out');
    await again.publish('devices/ruled/in', { n: 3 });
    expect(await again.next('devices/ruled/out')).toEqual({ n: 3, limit: 7 });
    await client.send(new DeleteTopicRuleCommand({ ruleName: 'republish' }));
    await expect(client.send(new GetTopicRuleCommand({ ruleName: 'republish' }))).rejects.toMatchObject({
      name: 'UnauthorizedException',
    });
  });

  test('that can not be honoured are refused', async () => {
    const create = (sql: string, actions: object[]) =>
      client.send(
        new CreateTopicRuleCommand({
          ruleName: 'refused',
          topicRulePayload: { sql, awsIotSqlVersion: '2016-03-23', actions },
        }),
      );
    await expect(create('SELECT guess(1) FROM', [])).rejects.toMatchObject({ name: 'SqlParseException' });
    await expect(create("SELECT * FROM 'a'", [{ salesforce: { token: 'x', url: 'y' } }])).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('the API', () => {
  test('lists in pages', async () => {
    for (let index = 0; index < 5; index += 1)
      await client.send(
        new CreateThingCommand({ thingName: `paged-${index}`, attributePayload: { attributes: { page: 'yes' } } }),
      );
    const seen: string[] = [];
    for await (const page of paginateListThings(
      { client, pageSize: 2 },
      { attributeName: 'page', attributeValue: 'yes' },
    ))
      seen.push(...(page.things ?? []).map(({ thingName = '' }) => thingName));
    expect(seen).toEqual(['paged-0', 'paged-1', 'paged-2', 'paged-3', 'paged-4']);
    await expect(client.send(new ListThingsCommand({ nextToken: 'made up' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });

  test('what the stack made is there', async () => {
    expect(await client.send(new DescribeThingCommand({ thingName: 'registered' }))).toMatchObject({
      attributes: { site: 'north' },
    });
  });
});
