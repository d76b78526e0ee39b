import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../../local/context.ts';
import type { ReservedTopicService } from '../../../../../local/iot/broker/reservedTopics.ts';
import { createFleetProvisioning } from '../../../../../local/iot/provisioning/fleetProvisioning.ts';
import { openOwnershipTokens } from '../../../../../local/iot/provisioning/ownershipTokens.ts';
import { openTemplates, type Templates } from '../../../../../local/iot/provisioning/templates.ts';
import type { Registry } from '../../../../../local/iot/registry/registry.ts';
import type { InvokeResult } from '../../../../../local/ports.ts';
import { openStateStore } from '../../../../../local/storage/stateStore.ts';
import { openTestRegistry, testAuthority } from '../openIot.ts';

const hookArn = 'arn:aws:lambda:us-east-1:000000000000:function:hook';
const roleArn = 'arn:aws:iam::000000000000:role/fleet';
const body = JSON.stringify({
  Parameters: { Serial: { Type: 'String' }, 'AWS::IoT::Certificate::Id': { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Serial' } } },
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' } } },
  },
});

let registry: Registry;
let templates: Templates;
let service: ReservedTopicService;
let hook: (event: unknown) => Promise<InvokeResult>;
let permitted: boolean;
let denied: string[];
let asked: unknown[];

/** Sends a request and waits for its answer. */
const ask = (topic: string, payload: unknown, clientId = 'claiming') =>
  new Promise<{ topic: string; document: Record<string, unknown> }>((resolve) => {
    service.handle({
      topic,
      payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      clientId,
      certificateId: 'claim',
      reply: (answerTopic, answer) =>
        resolve({ topic: answerTopic, document: JSON.parse(answer.toString()) as Record<string, unknown> }),
    });
  });
const create = async () =>
  String((await ask('$aws/certificates/create/json', '')).document['certificateOwnershipToken']);
const register = (certificateOwnershipToken: unknown, parameters: object = { Serial: 's1' }, template = 'fleet') =>
  ask(`$aws/provisioning-templates/${template}/provision/json`, { certificateOwnershipToken, parameters });

beforeEach(async () => {
  const opened = openTestRegistry();
  ({ registry } = opened);
  templates = openTemplates(opened.store, registry.arn);
  templates.create({ name: 'fleet', description: undefined, enabled: true, roleArn, hookArn, body });
  [hook, permitted, denied, asked] = [async () => ({ payload: { allowProvisioning: true } }), true, [], []];
  const log = { info() {}, warn() {}, error() {} };
  service = createFleetProvisioning({ store: opened.store, log } as Pick<CloudContext, 'store' | 'log'>, {
    registry,
    templates,
    authority: await testAuthority(),
    functions: {
      invoke: (_arn, event) => {
        asked.push(event);
        return hook(event);
      },
      isInvocableBy: () => permitted,
    },
    access: { isAllowed: (_role, action) => !denied.includes(action) },
  });
});

// AWS: "Device provisioning MQTT API"
describe('certificates', () => {
  test('wait for their activation', async () => {
    const { topic, document } = await ask('$aws/certificates/create/json', '');
    expect(topic).toBe('$aws/certificates/create/json/accepted');
    expect(Object.keys(document).sort()).toEqual([
      'certificateId',
      'certificateOwnershipToken',
      'certificatePem',
      'privateKey',
    ]);
    expect(registry.certificates.get(String(document['certificateId'])).status).toBe('PENDING_ACTIVATION');
  });

  test.each([
    ['{}', 'InvalidPayload'],
    ['[', 'InvalidPayload'],
    [{ certificateSigningRequest: 'nonsense' }, 'InvalidCSR'],
  ])('from the request %j are rejected: %s', async (payload, errorCode) => {
    expect(await ask('$aws/certificates/create-from-csr/json', payload)).toMatchObject({
      topic: '$aws/certificates/create-from-csr/json/rejected',
      document: { statusCode: 400, errorCode },
    });
  });

  test('CBOR is not taken', () => {
    expect(service.takes('$aws/certificates/create/cbor')).toBe(false);
  });
});

// AWS: "Device provisioning MQTT API", "Pre-provisioning hooks"
describe('registering a thing', () => {
  test('asks the hook, and takes its overrides', async () => {
    hook = async () => ({ payload: { allowProvisioning: true, parameterOverrides: { Serial: 'other' } } });
    const { document } = await register(await create());
    expect(document).toEqual({ deviceConfiguration: {}, thingName: 'other' });
    expect(asked).toEqual([
      {
        claimCertificateId: 'claim',
        certificateId: expect.any(String),
        certificatePem: expect.stringContaining('BEGIN CERTIFICATE'),
        templateArn: templates.get('fleet').arn,
        clientId: 'claiming',
        parameters: { Serial: 's1' },
      },
    ]);
  });

  test.each<[title: string, answer: () => Promise<InvokeResult>]>([
    ['says no', async () => ({ payload: { allowProvisioning: false } })],
    ['says yes in text', async () => ({ payload: { allowProvisioning: 'true' } })],
    ['says nothing', async () => ({ payload: null })],
    ['fails', async () => ({ payload: { allowProvisioning: true }, functionError: 'Unhandled' })],
  ])('is refused when the hook %s', async (_, answer) => {
    hook = answer;
    expect(await register(await create())).toMatchObject({ document: { statusCode: 403, errorCode: 'AccessDenied' } });
    expect(registry.things.list()).toEqual([]);
  });

  test('is refused when nothing lets AWS IoT call the hook', async () => {
    permitted = false;
    expect(await register(await create())).toMatchObject({
      document: { errorCode: 'AccessDenied', errorMessage: expect.stringContaining('AWS::Lambda::Permission') },
    });
    expect(asked).toEqual([]);
  });

  test('is refused what the role of the template may not do', async () => {
    denied = ['iot:CreateThing'];
    expect(await register(await create())).toMatchObject({
      document: { statusCode: 403, errorMessage: expect.stringContaining('iot:CreateThing') },
    });
  });

  test('is done once for a token', async () => {
    const token = await create();
    await register(token);
    expect(await register(token)).toMatchObject({
      document: { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' },
    });
  });

  test.each<[title: string, ask: () => ReturnType<typeof register>, expected: object]>([
    [
      'an unknown template',
      async () => register(await create(), {}, 'other'),
      { statusCode: 404, errorCode: 'InvalidTemplate' },
    ],
    ['no token', async () => register(undefined), { statusCode: 400, errorCode: 'InvalidPayload' }],
    [
      'a made-up token',
      async () => register('made up'),
      { statusCode: 400, errorCode: 'InvalidCertificateOwnershipToken' },
    ],
    [
      'a missing parameter',
      async () => register(await create(), {}),
      { statusCode: 400, errorCode: 'InvalidParameters' },
    ],
    [
      'a parameter that is a number',
      async () => register(await create(), { Serial: 1 }),
      { statusCode: 400, errorCode: 'InvalidParameters' },
    ],
  ])('with %s is rejected', async (_, asking, expected) => {
    expect(await asking()).toMatchObject({ document: expected });
  });

  test('by a disabled template is rejected', async () => {
    templates.update('fleet', { enabled: false });
    expect(await register(await create())).toMatchObject({ document: { errorCode: 'InvalidTemplate' } });
  });
});

test('an ownership token holds for an hour', () => {
  const tokens = openOwnershipTokens(openStateStore(':memory:'));
  const token = tokens.issue('certificate', 0);
  expect(tokens.certificateOf(token, 3_599_999)).toBe('certificate');
  expect(tokens.certificateOf(token, 3_600_000)).toBeUndefined();
  expect(tokens.expire(3_600_000)).toEqual(['certificate']);
});
