import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IoTClient, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { GetThingShadowCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { iot, mqtt } from 'aws-iot-device-sdk-v2';
import { ulid } from 'ulid';
import { changeTogether } from '../../functions/platform/records/change.ts';
import { issueToken } from '../../functions/provisioning/permit.ts';
import { makeClaim, readClaim } from '../../scripts/fleet/claim.ts';
import { connectDevice as connectSdkDevice } from '../../scripts/fleet/connectDevice.ts';
import { createKeyAndRequest } from '../../scripts/fleet/deviceKey.ts';
import { outputsFile } from '../../scripts/outputs.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { askByHttps } from './httpsPublish.ts';
import { attach } from './iotDevice.ts';
import { entriesOf, messagesOf, recordOf } from './messageRecords.ts';
import {
  type Credentials,
  connectByPackets,
  credentialsOf,
  type PacketClient,
  responseTopic,
  topicAlias,
} from './mqttPackets.ts';
import { keepDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openSystem } from './openSystem.ts';
import { certificateOfOtherAuthority } from './otherAuthority.ts';
import { signIn } from './signIn.ts';

/*
 * A claim certificate alone can do nothing but provision; a device certificate can touch only its own topics, and the children of its
 * gateway. Everybody here tries to get at the victim; the witness, who may hear all, must hear nothing of it.
 */
const system = await openSystem();
const admin = await signIn(system, { platformAdmin: true });
const victim = await newDevice(system, 'victim');
const intruder = await newDevice(system, 'intruder');
const gateway = await newDevice(system, 'gateway');
const otherGateway = await newDevice(system, 'gateway');
const retired = await newDevice(system, 'retired');
const child = newDeviceId('child');
const otherChild = newDeviceId('child');
const device = await credentialsOf(intruder);
const { caPem } = device;

const register = async (deviceId: string, more: object = {}) => {
  const body = { applicationId: 'default', deviceId, ...more };
  const { status, text } = await callApi(system, { method: 'POST', path: '/api/devices', body, as: admin });
  if (status !== 201) throw new Error(text);
};
await register(victim.deviceId);
await register(gateway.deviceId, { kind: 'gateway' });
await register(otherGateway.deviceId, { kind: 'gateway' });
await register(child, { gatewayId: gateway.deviceId });
await register(otherChild, { gatewayId: otherGateway.deviceId });

const claimFolder = join(system.devicesDir, newDeviceId('claim'));
await makeClaim(system, new IoTClient(system.client), claimFolder);
const claim = await readClaim(claimFolder);
const claimer = await credentialsOf(claim);
const templateTopic = `$aws/provisioning-templates/${claim.templateName}/provision/json`;

/** Whatever the intruder sends, says so. */
const forged = JSON.stringify({ intrusion: true, messageId: `forged-${ulid()}`, temperature: 99 });
const rules = {
  telemetry: system.telemetryRule,
  gateway: system.output('Ingestion', 'GatewayTelemetryRuleName'),
  register: `fieldline_${system.stage}_register`,
};
const upper = (text: string) => text.toUpperCase();
/** Each Latin o is a Cyrillic one. */
const lookAlike = (text: string) => text.replaceAll('o', '\u043e').replaceAll('i', '\u0456');

const witness = await attach(
  new mqtt.MqttClient().new_connection(
    iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets()
      .with_certificate_authority(caPem)
      .with_endpoint(system.mqtt.host)
      .with_port(system.mqtt.port)
      .with_client_id(newDeviceId('witness'))
      .with_credentials(system.aws.region, system.aws.accessKeyId, system.aws.secretAccessKey)
      .build(),
  ),
);
for (const filter of ['#', '$aws/things/+/shadow/#']) expect(await witness.subscribe(filter)).toBe(1);

const victimSession = await connectByPackets(system, await credentialsOf(victim), victim.deviceId);
expect(await victimSession.subscribe(`devices/commands/${victim.deviceId}`)).toBe('SUBACK 0x01');

afterAll(async () => {
  await victimSession.close();
  await witness.disconnect();
});

/** One connection for one attempt. */
async function as<Result>(
  credentials: Credentials,
  clientId: string,
  attempt: (client: PacketClient) => Promise<Result>,
  version: 4 | 5 = 5,
): Promise<Result> {
  const client = await connectByPackets(system, credentials, clientId, { version });
  try {
    expect(client.connack).toBe('CONNACK 0x00');
    return await attempt(client);
  } finally {
    client.vanish();
  }
}
const asIntruder = <Result>(attempt: (client: PacketClient) => Promise<Result>, version?: 4 | 5) =>
  as(device, intruder.deviceId, attempt, version);
const asGateway = async <Result>(attempt: (client: PacketClient) => Promise<Result>) =>
  as(await credentialsOf(gateway), gateway.deviceId, attempt);
const asClaim = <Result>(attempt: (client: PacketClient) => Promise<Result>) => as(claimer, `claim.${ulid()}`, attempt);

const notAuthorized = 'PUBACK 0x87';
/** Refused by the broker whatever the policy says: the connection ends. */
const ends = /^(DISCONNECT 0x[89a].|closed)$/;

describe('what is a device’s own', () => {
  test('is allowed, so that a refusal means something', async () => {
    const { deviceId } = intruder;
    const answers = await asIntruder(async (client) => [
      await client.publish(intruder.topic, '{"temperature": 1}'),
      await client.publish(`$aws/rules/${rules.telemetry}/${intruder.topic}`, '{"temperature": 2}'),
      await client.publish(`devices/heartbeat/${deviceId}`, ''),
      await client.publish(`devices/commands/${deviceId}/response`, '{}'),
      await client.subscribe(`devices/commands/${deviceId}`),
      await client.subscribe(`devices/certificates/${deviceId}/rotate/accepted`),
      await client.subscribe(`$aws/things/${deviceId}/shadow/update/delta`),
      await client.subscribe(`$aws/things/${deviceId}/shadow/name/settings/#`),
      await client.publish(`$aws/things/${deviceId}/shadow/update`, '{"state": {"reported": {"on": true}}}'),
    ]);
    expect(answers).toEqual([...Array(4).fill('PUBACK 0x00'), ...Array(4).fill('SUBACK 0x01'), 'PUBACK 0x00']);
    const path = `/topics/${intruder.topic}?qos=1`;
    expect(await askByHttps(system, device, { method: 'POST', path, body: '{"temperature": 3}' })).toBe('HTTP 200');
  });
});

describe('connecting', () => {
  test.each([
    ['as another device', victim.deviceId, 5],
    ['as another device by MQTT 3.1.1', victim.deviceId, 4],
    ['as itself in capitals', upper(intruder.deviceId), 5],
    ['as itself and more', `${intruder.deviceId}2`, 5],
    ['as a part of itself', intruder.deviceId.slice(0, -1), 5],
    ['as itself with a space', `${intruder.deviceId} `, 5],
    ['as itself in look-alikes', lookAlike(intruder.deviceId), 5],
    ['as itself and another', `${intruder.deviceId}/${victim.deviceId}`, 5],
    ['as its gateway', gateway.deviceId, 5],
    ['as everybody', '*', 5],
    ['as a wildcard', '+', 5],
    ['as AWS', '$aws', 5],
    ['as a policy variable', '$' + '{iot:Connection.Thing.ThingName}', 5],
    ['as someone who claims', 'claim.intruder', 5],
    ['as a client id that is too long', 'x'.repeat(129), 5],
  ] as const)('%s is refused', async (_, clientId, version) => {
    const client = await connectByPackets(system, device, clientId, { version });
    expect(client.connack).toMatch(version === 4 ? /^CONNACK 0x0[57]$/ : /^(CONNACK 0x8[57]|closed)$/);
  });

  test.each<[string, () => Promise<Credentials> | Credentials, string]>([
    ['without a certificate', () => ({ caPem }), victim.deviceId],
    [
      "with another authority's certificate",
      async () =>
        credentialsOf(
          await keepDevice(system, newDeviceId('forger'), await certificateOfOtherAuthority(victim.deviceId)),
        ),
      victim.deviceId,
    ],
    [
      'with a certificate that waits for its activation',
      async () => {
        const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(victim.deviceId);
        const { certificatePem } = await ask('$aws/certificates/create-from-csr/json', { certificateSigningRequest });
        return { caPem, certificatePem: String(certificatePem), privateKeyPem };
      },
      victim.deviceId,
    ],
    [
      'with an INACTIVE certificate',
      async () => {
        await setStatus('INACTIVE');
        return credentialsOf(retired);
      },
      retired.deviceId,
    ],
    [
      'with a REVOKED certificate',
      async () => {
        await setStatus('REVOKED');
        return credentialsOf(retired);
      },
      retired.deviceId,
    ],
  ])('%s is refused', async (_, credentials, clientId) => {
    const client = await connectByPackets(system, await credentials(), clientId);
    expect(client.connack).toBe('closed');
  });

  const setStatus = (newStatus: 'INACTIVE' | 'REVOKED') =>
    system.iot.send(new UpdateCertificateCommand({ certificateId: retired.certificateId, newStatus }));

  test('over a WebSocket with a wrong signature is refused', async () => {
    const config = iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets()
      .with_certificate_authority(caPem)
      .with_endpoint(system.mqtt.host)
      .with_port(system.mqtt.port)
      .with_client_id(victim.deviceId)
      .with_credentials(system.aws.region, system.aws.accessKeyId, 'a guess')
      .build();
    await expect(attach(new mqtt.MqttClient().new_connection(config))).rejects.toBeDefined();
  });

  test('over a WebSocket without a signature is refused, with a certificate too', async () => {
    expect(await askByHttps(system, device, { method: 'GET', path: '/mqtt' })).toMatch(/^HTTP (403|404)$/);
  });

  test.each([
    ['telemetry of another device', victim.topic, false],
    ['a command to another device', `devices/commands/${victim.deviceId}`, false],
    ['its own topic, retained', intruder.topic, true],
    ['a shadow of another device', `$aws/things/${victim.deviceId}/shadow/update`, false],
  ])('with a last will on %s leaves nothing behind', async (_, topic, retain) => {
    const client = await connectByPackets(system, device, intruder.deviceId, {
      will: { topic, payload: forged, retain },
    });
    client.vanish();
    await until('the end of the connection', () => !client.isOpen());
  });
});

describe('publishing', () => {
  const { deviceId: own } = intruder;
  const other = victim.deviceId;

  test.each([
    ['telemetry of another device', victim.topic],
    ['the same by Basic Ingest', `$aws/rules/${rules.telemetry}/${victim.topic}`],
    ['telemetry of itself in capitals', upper(intruder.topic)],
    ['telemetry of another device in look-alikes', lookAlike(victim.topic)],
    ['below its own topic', `${intruder.topic}/${other}`],
    ['up from its own topic', `${intruder.topic}/../${other}`],
    ['up from the start', `../devices/telemetry/${other}`],
    ['an empty level first', `/${victim.topic}`],
    ['an empty level inside', `devices//telemetry/${other}`],
    ['an empty level last', `${victim.topic}/`],
    ['its own topic with an empty level last', `${intruder.topic}/`],
    ['no id', 'devices/telemetry/'],
    ['no level for an id', 'devices/telemetry'],
    ['the whole topic encoded', encodeURIComponent(victim.topic)],
    ['another id encoded', `devices/telemetry/%${Buffer.from(other).toString('hex')}`],
    ['its own id and another, with an encoded slash', `${intruder.topic}%2F${other}`],
    ['its own id and more', `${intruder.topic}2`],
    ['its own id and a space', `${intruder.topic} `],
    ['a star for an id', 'devices/telemetry/*'],
    ['a policy variable for an id', 'devices/telemetry/$' + '{iot:Connection.Thing.ThingName}'],
    ['an announcement of another device', `devices/register/${other}`],
    ['a heartbeat of another device', `devices/heartbeat/${other}`],
    ['a command to another device', `devices/commands/${other}`],
    ['a command to itself', `devices/commands/${own}`],
    ["another device's answer to a command", `devices/commands/${other}/response`],
    ["another device's request for a certificate", `devices/certificates/${other}/rotate`],
    ["another device's confirmation of one", `devices/certificates/${other}/confirm`],
    ["the system's answer to another device", `devices/certificates/${other}/rotate/accepted`],
    ["another device's shadow", `$aws/things/${other}/shadow/update`],
    ["another device's named shadow", `$aws/things/${other}/shadow/name/settings/update`],
    ["a request for another device's shadow", `$aws/things/${other}/shadow/get`],
    ["the end of another device's shadow", `$aws/things/${other}/shadow/delete`],
    ['a shadow of itself and more', `$aws/things/${own}2/shadow/update`],
    ['Basic Ingest to a rule that is not there', `$aws/rules/no_such_rule/${intruder.topic}`],
    ['Basic Ingest to another rule', `$aws/rules/${rules.register}/devices/register/${own}`],
    ['Basic Ingest of telemetry to the rule of gateways', `$aws/rules/${rules.gateway}/${intruder.topic}`],
    ["a command to a gateway's child", `gateways/${gateway.deviceId}/devices/commands/${child}`],
    ["a gateway's answer for its child", `gateways/${gateway.deviceId}/devices/commands/${child}/response`],
    ['as a gateway that it is not', `gateways/${gateway.deviceId}/devices/telemetry/${child}`],
    ['the same by Basic Ingest', `$aws/rules/${rules.gateway}/gateways/${gateway.deviceId}/devices/telemetry/${child}`],
    ['a request of fleet provisioning', '$aws/certificates/create/json'],
    ['the same with a certificate request', '$aws/certificates/create-from-csr/json'],
    ['a registration', templateTopic],
    ['somewhere', 'somewhere'],
  ])('%s is refused', async (_, topic) => {
    expect(await asIntruder((client) => client.publish(topic, forged))).toBe(notAuthorized);
  });

  test.each([
    ['a wildcard for an id', 'devices/telemetry/+'],
    ['a wildcard for all', 'devices/#'],
    ['an event of AWS', `$aws/events/presence/connected/${other}`],
    ['a job of another device', `$aws/things/${other}/jobs/get`],
    ['a topic that is too long', `${victim.topic}/${'x'.repeat(256)}`],
    ['a topic that is too deep', `devices/telemetry/${other}/a/b/c/d/e/f`],
    ['no topic', ''],
  ])('%s ends the connection', async (_, topic) => {
    expect(await asIntruder((client) => client.publish(topic, forged))).toMatch(ends);
  });

  test.each([
    ['by MQTT 3.1.1', 4, {}],
    ['with QoS 0', 5, { qos: 0 }],
    ['with QoS 0 by MQTT 3.1.1', 4, { qos: 0 }],
    ['with QoS 2', 5, { qos: 2 }],
  ] as const)('telemetry of another device %s ends the connection', async (_, version, options) => {
    expect(await asIntruder((client) => client.publish(victim.topic, forged, options), version)).toMatch(ends);
  });

  test('a retained message on its own topic is refused', async () => {
    expect(await asIntruder((client) => client.publish(intruder.topic, forged, { retain: true }))).toBe(notAuthorized);
  });

  test("a topic alias does not stand for another device's topic", async () => {
    const [first, second] = await asIntruder(async (client) => [
      await client.publish(victim.topic, forged, { properties: topicAlias(1) }),
      await client.publish('', forged, { properties: topicAlias(1) }),
    ]);
    expect(first).toBe(notAuthorized);
    expect(second).toMatch(/^(PUBACK 0x87|DISCONNECT 0x[89a].|closed)$/);
  });

  test.each([0, 9, 65_535])('the topic alias %i, which there is none of, ends the connection', async (alias) => {
    const properties = topicAlias(alias);
    expect(await asIntruder((client) => client.publish(intruder.topic, forged, { properties }))).toMatch(ends);
  });

  test("a response topic makes nobody answer on another device's", async () => {
    const properties = responseTopic(`devices/commands/${other}`);
    expect(await asIntruder((client) => client.publish(intruder.topic, '{"temperature": 4}', { properties }))).toBe(
      'PUBACK 0x00',
    );
  });

  test('a connection of a certificate that is revoked meanwhile ends, and publishes nothing more', async () => {
    const stolen = await newDevice(system, 'stolen');
    await as(await credentialsOf(stolen), stolen.deviceId, async (client) => {
      expect(await client.publish(stolen.topic, '{"temperature": 1}')).toBe('PUBACK 0x00');
      const newStatus = 'REVOKED';
      await system.iot.send(new UpdateCertificateCommand({ certificateId: stolen.certificateId, newStatus }));
      await until('the end of the connection', () => !client.isOpen());
      expect(await client.publish(stolen.topic, forged)).toMatch(ends);
    });
    const path = `/topics/${stolen.topic}?qos=1`;
    expect(await askByHttps(system, await credentialsOf(stolen), { method: 'POST', path, body: forged })).toBe(
      'HTTP 403',
    );
  });
});

describe('subscribing', () => {
  const { deviceId: own } = intruder;
  const other = victim.deviceId;

  test.each([
    ['everything', '#'],
    ['everything of AWS', '$aws/#'],
    ['one level', '+'],
    ['every level', '+/+/+'],
    ['all devices', 'devices/#'],
    ['all telemetry', 'devices/telemetry/+'],
    ['telemetry of another device', victim.topic],
    ['its own telemetry', intruder.topic],
    ['all commands', 'devices/commands/+'],
    ['commands of another device', `devices/commands/${other}`],
    ['more than its own commands', `devices/commands/${own}/#`],
    ['its own commands and a level up', `devices/commands/${own}/../${other}`],
    ["another device's answers", `devices/commands/${other}/response`],
    ["another device's certificate", `devices/certificates/${other}/rotate/accepted`],
    ["everybody's certificates", 'devices/certificates/+/rotate/accepted'],
    ['all gateways', 'gateways/#'],
    ["a gateway's children", `gateways/${gateway.deviceId}/devices/telemetry/+`],
    ["commands of a gateway's children", `gateways/${gateway.deviceId}/devices/commands/+`],
    ["commands of a gateway's child", `gateways/${gateway.deviceId}/devices/commands/${child}`],
    ["commands of every gateway's children", 'gateways/+/devices/commands/+'],
    ['more than commands below its own id', `gateways/${own}/#`],
    ["another device's shadow", `$aws/things/${other}/shadow/#`],
    ["everybody's shadows", '$aws/things/+/shadow/update/accepted'],
    ['who comes and goes', '$aws/events/presence/#'],
    ['certificates that are made', '$aws/certificates/create/json/accepted'],
    ['registrations', `${templateTopic}/accepted`],
    ['a share of everything', '$share/group/#'],
    ['a share of telemetry of another device', `$share/group/${victim.topic}`],
    ['a share of its own commands', `$share/group/devices/commands/${own}`],
  ])('to %s is refused', async (_, topicFilter) => {
    // AWS has shared subscriptions, and asks the policy; the local cloud has none (0x9e), and says so.
    const answer = topicFilter.startsWith('$share/') ? /^SUBACK 0x(87|9e)$/ : /^SUBACK 0x87$/;
    expect(await asIntruder((client) => client.subscribe(topicFilter))).toMatch(answer);
  });

  test.each(['#', victim.topic, `devices/commands/${other}`])('to %s by MQTT 3.1.1 is refused', async (topicFilter) => {
    expect(await asIntruder((client) => client.subscribe(topicFilter), 4)).toBe('SUBACK 0x80');
  });
});

describe('HTTPS with a device certificate', () => {
  const other = victim.deviceId;
  const publish = (topic: string) => ({ method: 'POST' as const, path: `/topics/${topic}`, body: forged });
  test.each([
    ['telemetry of another device', publish(`${victim.topic}?qos=1`)],
    ['the same under the name of its client', publish(`${victim.topic}?qos=1&clientId=${other}`)],
    ['the same with encoded slashes', publish(encodeURIComponent(victim.topic))],
    ['the same by Basic Ingest', publish(`${encodeURIComponent(`$aws/rules/${rules.telemetry}`)}/${victim.topic}`)],
    ['a command to another device', publish(`devices/commands/${other}`)],
    ['a retained message', publish(`${intruder.topic}?retain=true`)],
    ["a look at another device's shadow", { method: 'GET' as const, path: `/things/${other}/shadow` }],
    ["a change of another device's shadow", { method: 'POST' as const, path: `/things/${other}/shadow`, body: forged }],
    ['a look at a retained message', { method: 'GET' as const, path: `/retainedMessage/${victim.topic}` }],
  ])('%s is refused', async (_, request) => {
    expect(await askByHttps(system, device, request)).toBe('HTTP 403');
  });

  test('telemetry by a claim certificate is refused', async () => {
    expect(await askByHttps(system, claimer, publish(victim.topic))).toBe('HTTP 403');
  });
});

describe('a gateway', () => {
  const forChild = (gatewayId: string, deviceId: string) => `gateways/${gatewayId}/devices/telemetry/${deviceId}`;

  test.each([
    ['', (topic: string) => topic],
    [' by Basic Ingest', (topic: string) => `$aws/rules/${rules.gateway}/${topic}`],
  ])('publishes for its child%s', async (_, form) => {
    const messageId = ulid();
    const topic = form(forChild(gateway.deviceId, child));
    const payload = JSON.stringify({ messageId, temperature: 20 });
    expect(await asGateway((client) => client.publish(topic, payload))).toBe('PUBACK 0x00');
    expect(await recordOf(system, child, messageId)).toMatchObject({
      disposition: 'stored',
      clientId: gateway.deviceId,
      principal: gateway.certificateId,
    });
  });

  test.each([
    ['the child of another gateway', otherChild],
    ['a device that has no gateway', victim.deviceId],
    ['itself', gateway.deviceId],
    ['a device that nobody knows', newDeviceId('nobody')],
    ['its child in capitals', upper(child)],
  ])('that publishes for %s is quarantined under its own name', async (_, deviceId) => {
    const messageId = `forged-${ulid()}`;
    const payload = JSON.stringify({ intrusion: true, messageId, temperature: 99 });
    const topic = `$aws/rules/${rules.gateway}/${forChild(gateway.deviceId, deviceId)}`;
    expect(await asGateway((client) => client.publish(topic, payload))).toBe('PUBACK 0x00');
    expect(await recordOf(system, gateway.deviceId, messageId)).toMatchObject({
      disposition: 'quarantined',
      failureClass: 'authentication',
      reason: expect.stringContaining(`published for '${deviceId}'`),
    });
    if (deviceId !== gateway.deviceId) expect(await entriesOf(system, deviceId, messageId)).toEqual([]);
  });

  test.each([
    ['as another gateway', forChild(otherGateway.deviceId, otherChild)],
    ['as another gateway for its own child', forChild(otherGateway.deviceId, child)],
    ["on its child's own topic", `devices/telemetry/${child}`],
    ["an announcement of its child's", `devices/register/${child}`],
    ['on other topics of its child', `gateways/${gateway.deviceId}/devices/register/${child}`],
    ['in capitals', forChild(upper(gateway.deviceId), child)],
    ['as a command to its child', `gateways/${gateway.deviceId}/devices/commands/${child}`],
    ["on its child's topic of answers", `devices/commands/${child}/response`],
    ['as an answer of another gateway', `gateways/${otherGateway.deviceId}/devices/commands/${otherChild}/response`],
  ])('publishes nothing %s', async (_, topic) => {
    expect(await asGateway((client) => client.publish(topic, forged))).toBe(notAuthorized);
  });
});

describe("a gateway's own topics of commands", () => {
  test.each([
    ['its children', 'SUBACK 0x01', gateway.deviceId, '+'],
    ['one child', 'SUBACK 0x01', gateway.deviceId, child],
    ["another gateway's children", 'SUBACK 0x87', otherGateway.deviceId, '+'],
    ["another gateway's child", 'SUBACK 0x87', otherGateway.deviceId, otherChild],
    ['its own child by another gateway', 'SUBACK 0x87', otherGateway.deviceId, child],
    ["everybody's children", 'SUBACK 0x87', '+', '+'],
  ])('are heard for %s: %s', async (_, answer, gatewayId, deviceId) => {
    const topicFilter = `gateways/${gatewayId}/devices/commands/${deviceId}`;
    expect(await asGateway((client) => client.subscribe(topicFilter))).toBe(answer);
  });

  test("are not its child's: that is refused", async () => {
    expect(await asGateway((client) => client.subscribe(`devices/commands/${child}`))).toBe('SUBACK 0x87');
  });
});

/** A request of fleet provisioning by a claim certificate. */
async function ask(topic: string, payload: object): Promise<Record<string, unknown>> {
  const connection = await connectSdkDevice({
    deviceId: 'claim',
    files: claim.files,
    mqtt: system.mqtt,
    clientId: `claim.${ulid()}`,
    patience: 0,
  });
  try {
    return await connection.request(topic, payload);
  } finally {
    await connection.close();
  }
}

describe('a claim certificate', () => {
  test.each([
    ['as a device', victim.deviceId],
    ['as a device that is not there', newDeviceId('nobody')],
    ['as anybody', 'somebody'],
    ['as a claim without a dot', 'claim-1'],
  ])('does not connect %s', async (_, clientId) => {
    expect((await connectByPackets(system, claimer, clientId)).connack).toMatch(/^CONNACK 0x8[57]$/);
  });

  test.each([
    victim.topic,
    `$aws/rules/${rules.telemetry}/${victim.topic}`,
    'devices/telemetry/claim',
    `devices/register/${victim.deviceId}`,
    `devices/heartbeat/${victim.deviceId}`,
    `devices/certificates/${victim.deviceId}/rotate`,
    `$aws/things/${victim.deviceId}/shadow/update`,
    '$aws/provisioning-templates/another/provision/json',
    `${templateTopic}/accepted`,
  ])('does not publish to %s', async (topic) => {
    expect(await asClaim((client) => client.publish(topic, forged))).toMatch(/^(PUBACK 0x87|DISCONNECT 0x[89a].)$/);
  });

  test.each(['#', 'devices/#', `devices/commands/${victim.deviceId}`, '$aws/certificates/#', `${templateTopic}/#`])(
    'does not subscribe to %s',
    async (topicFilter) => {
      expect(await asClaim((client) => client.subscribe(topicFilter))).toBe('SUBACK 0x87');
    },
  );
});

describe('fleet provisioning', () => {
  const db = system.db;
  const directoryTable = system.output('Data', 'DirectoryTableName');
  const change = changeTogether({ db, auditTable: system.output('Data', 'AuditTableName') });
  const tokenOf = async (deviceId: string, now?: number) => {
    const permitted = { deviceId, applicationId: 'default' };
    const limits = { validMinutes: 5, actor: 'system' };
    return (await issueToken({ change, directoryTable })(permitted, limits, now)).token;
  };
  const newCertificate = async () => {
    const { certificateSigningRequest } = await createKeyAndRequest('claim');
    return await ask('$aws/certificates/create-from-csr/json', { certificateSigningRequest });
  };
  /** A new certificate, registered with these parameters. */
  const provision = async (parameters: object, more: object = {}) => {
    const { certificateOwnershipToken } = await newCertificate();
    return await ask(templateTopic, { certificateOwnershipToken, parameters, ...more });
  };
  const registered = async (more: object = {}) => {
    const deviceId = newDeviceId('claimed');
    await register(deviceId, more);
    return deviceId;
  };
  const denied = /rejected: .*"errorCode":"AccessDenied"/;

  test('with the token that was made for the device is done, whatever application it names', async () => {
    const deviceId = await registered();
    const Token = await tokenOf(deviceId);
    expect(await provision({ DeviceId: deviceId, Token, ApplicationId: 'stolen' })).toMatchObject({
      thingName: deviceId,
      deviceConfiguration: { applicationId: 'default' },
    });
  });

  test.each<[string, () => Promise<object>]>([
    ['the wrong token', async () => ({ DeviceId: await withToken(), Token: 'a guess' })],
    ["another device's token", async () => ({ DeviceId: await withToken(), Token: await tokenOf(await registered()) })],
    ['a token that is too old', async () => old()],
    ['a token that a newer one replaced', async () => replaced()],
    ['no token ever made', async () => ({ DeviceId: await registered(), Token: 'a guess' })],
    ["the victim's name", async () => ({ DeviceId: victim.deviceId, Token: await tokenOf(await registered()) })],
    ['an empty token', async () => ({ DeviceId: await withToken(), Token: '' })],
    ['no token', async () => ({ DeviceId: await withToken() })],
    ['no device', async () => ({ Token: await tokenOf(await registered()) })],
    ['a device that is not registered', async () => unregistered()],
    ['its name in capitals', async () => capitals()],
    ['a path for a name', async () => ({ DeviceId: `../${victim.deviceId}`, Token: 'a guess' })],
    ['the hash for the token', async () => hash()],
  ])('with %s is refused', async (_, parameters) => {
    await expect(provision(await parameters())).rejects.toThrow(denied);
  });

  const withToken = async () => {
    const deviceId = await registered();
    await tokenOf(deviceId);
    return deviceId;
  };
  const old = async () => {
    const deviceId = await registered();
    return { DeviceId: deviceId, Token: await tokenOf(deviceId, Date.now() - 3_600_000) };
  };
  const replaced = async () => {
    const deviceId = await registered();
    const Token = await tokenOf(deviceId);
    await tokenOf(deviceId);
    return { DeviceId: deviceId, Token };
  };
  const unregistered = async () => {
    const deviceId = newDeviceId('ghost');
    return { DeviceId: deviceId, Token: await tokenOf(deviceId) };
  };
  const capitals = async () => {
    const deviceId = await registered();
    return { DeviceId: upper(deviceId), Token: await tokenOf(deviceId) };
  };
  const hash = async () => {
    const deviceId = await withToken();
    const { Item } = await db.send(
      new GetCommand({ TableName: directoryTable, Key: { pk: `provisioning#${deviceId}`, sk: 'permit' } }),
    );
    return { DeviceId: deviceId, Token: Item?.['tokenHash'] };
  };

  test('with a used token is refused', async () => {
    const deviceId = await registered();
    const parameters = { DeviceId: deviceId, Token: await tokenOf(deviceId) };
    await provision(parameters);
    await expect(provision(parameters)).rejects.toThrow(denied);
  });

  test('with a used ownership token is refused', async () => {
    const { certificateOwnershipToken } = await newCertificate();
    const [first, second] = [await registered(), await registered()];
    const request = async (deviceId: string) =>
      ask(templateTopic, {
        certificateOwnershipToken,
        parameters: { DeviceId: deviceId, Token: await tokenOf(deviceId) },
      });
    await request(first);
    await expect(request(second)).rejects.toThrow('InvalidCertificateOwnershipToken');
  });

  test('with an ownership token that nobody gave is refused', async () => {
    const deviceId = await registered();
    const parameters = { DeviceId: deviceId, Token: await tokenOf(deviceId) };
    await expect(ask(templateTopic, { certificateOwnershipToken: 'a guess', parameters })).rejects.toThrow(
      'InvalidCertificateOwnershipToken',
    );
  });
});

describe('after all of it', () => {
  const thingOf = async (item: string) =>
    (
      await system.db.send(
        new GetCommand({ TableName: system.tables.devices, Key: { deviceId: victim.deviceId, item } }),
      )
    ).Item;

  test('nobody heard a forged message', async () => {
    const marker = newDeviceId('marker');
    await witness.publish(`markers/${marker}`, {});
    await witness.next(`markers/${marker}`);
    expect(witness.received.filter(({ payload }) => payload.includes('intrusion'))).toEqual([]);
    expect(victimSession.received).toEqual([]);
  });

  test('the victim is as it was, connected all the time', async () => {
    const messageId = ulid();
    expect(victimSession.isOpen()).toBe(true);
    expect(await victimSession.publish(victim.topic, JSON.stringify({ messageId, temperature: 1 }))).toBe(
      'PUBACK 0x00',
    );
    await recordOf(system, victim.deviceId, messageId);
    expect(await messagesOf(system, victim.deviceId)).toEqual([expect.objectContaining({ messageId })]);
    expect(await thingOf('device')).toMatchObject({ version: 2, status: 'active' });
    for (const item of ['rotation', 'announcement']) expect(await thingOf(item)).toBeUndefined();
    expect(await thingOf('presence')).toMatchObject({ connected: true, disconnects: [] });
    expect(await thingOf('presence')).not.toHaveProperty('lastHeartbeat');
    const data = new IoTDataPlaneClient(system.client);
    await expect(data.send(new GetThingShadowCommand({ thingName: victim.deviceId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { Items } = await system.db.send(
      new QueryCommand({
        TableName: system.output('Data', 'EventsTableName'),
        IndexName: 'byEntity',
        KeyConditionExpression: 'entity = :device',
        ExpressionAttributeValues: { ':device': `device:${victim.deviceId}` },
      }),
    );
    expect(Items?.map(({ type }) => type)).toEqual(['device.registered', 'device.online']);
  });

  test('the log of the hook says why it refused, and no token', async () => {
    const logs = join(dirname(outputsFile()), 'logs');
    const [file = ''] = (await readdir(logs)).filter((name) => name.includes('HookFunction'));
    const log = await readFile(join(logs, file), 'utf8');
    for (const reason of [
      'no provisioning token was made for this device',
      "the token is not this device's",
      'the token was used at',
      'the token was valid until',
      'the device is not in the registry',
    ])
      expect(log).toContain(reason);
    expect(log).not.toContain('a guess');
  });
});
