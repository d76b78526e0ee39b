import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Cloud, PortTaken, startCloud } from '../../local/cloud.ts';
import { AssemblyRefused } from '../../local/resources/deploy.ts';
import { freePortOffset, type Ports, portsAt } from '../../scripts/start/ports.ts';

let directory: string;
let cloud: Cloud | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fieldline-strict-'));
});

afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
  await rm(directory, { recursive: true, force: true });
});

/** Starts the local cloud on one stack of this template, as `cdk synth` would have written it. */
async function start(template: Readonly<Record<string, unknown>>, at?: Ports): Promise<Cloud> {
  const assemblyDir = join(directory, 'cdk.out');
  await mkdir(assemblyDir);
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Small.template.json' } };
  await writeFile(
    join(assemblyDir, 'manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: { Small: stack } }),
  );
  await writeFile(join(assemblyDir, 'Small.template.json'), JSON.stringify(template));
  const { edge, mqtt } = at ?? portsAt(await freePortOffset('127.0.0.1'));
  const silent = { info() {}, warn() {}, error() {} };
  cloud = await startCloud({ assemblyDir, stateDir: join(directory, 'state'), ports: { edge, mqtt }, log: silent });
  return cloud;
}

const queue = (properties: Readonly<Record<string, unknown>> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

test('a template of which all is honoured starts, and its outputs are told', async () => {
  const { outputs } = await start({
    Resources: { Orders: queue({ QueueName: 'orders', VisibilityTimeout: 30 }) },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Orders', 'Arn'] } } },
  });
  expect(outputs).toEqual({ Small: { Arn: 'arn:aws:sqs:us-east-1:000000000000:orders' } });
});

describe('the start stops at', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'a resource type that is not honoured',
      { Resources: { Fleet: { Type: 'AWS::ECS::Cluster', Properties: {} } } },
      ['Small', 'Fleet', 'AWS::ECS::Cluster'],
    ],
    [
      'a property that is not honoured',
      { Resources: { Orders: queue({ QueueName: 'orders', Colour: 'red' }) } },
      ['Small', 'Orders', 'AWS::SQS::Queue', 'Colour'],
    ],
    [
      'a property deep inside',
      {
        Resources: {
          Readings: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              BillingMode: 'PAY_PER_REQUEST',
              AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
              KeySchema: [{ AttributeName: 'id', KeyType: 'HASH', Colour: 'red' }],
            },
          },
        },
      },
      ['Readings', 'AWS::DynamoDB::Table', 'KeySchema.0.Colour'],
    ],
    [
      'a value that is not honoured',
      {
        Resources: {
          Rule: {
            Type: 'AWS::IoT::TopicRule',
            Properties: {
              RuleName: 'rule',
              TopicRulePayload: { Sql: "SELECT * FROM 'a'", AwsIotSqlVersion: '2016-03-23', Actions: [{ Lambda: {} }] },
            },
          },
        },
      },
      ['Rule', 'AWS::IoT::TopicRule', 'TopicRulePayload.Actions.0.Lambda'],
    ],
    [
      'SQL of a rule that is not honoured',
      {
        Resources: {
          Rule: {
            Type: 'AWS::IoT::TopicRule',
            Properties: {
              RuleName: 'rule',
              TopicRulePayload: { Sql: "SELEKT * FROM 'a'", AwsIotSqlVersion: '2016-03-23', Actions: [] },
            },
          },
        },
      },
      ['Rule', 'AWS::IoT::TopicRule', 'TopicRulePayload.Sql'],
    ],
    [
      'a section of the template that is not honoured',
      { Resources: { Orders: queue() }, Transform: 'AWS::Serverless-2016-10-31' },
      ['Small', 'Transform'],
    ],
    [
      'a reference to nothing',
      { Resources: { Orders: queue({ QueueName: { Ref: 'Nothing' } }) } },
      ['Small', 'Orders', 'Nothing'],
    ],
  ])('%s, and says where', async (_what, template, places) => {
    const failure = await start(template).then(
      () => new Error('It started.'),
      (error: Error) => error,
    );
    for (const place of places) expect(failure.message).toContain(place);
  });

  test('all that is not honoured, not only the first', async () => {
    const template = {
      Resources: { Fleet: { Type: 'AWS::ECS::Cluster' }, Orders: queue({ Colour: 'red' }) },
    };
    const failure = await start(template).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(AssemblyRefused);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/Fleet \(AWS::ECS::Cluster\).*\n.*Orders \(AWS::SQS::Queue\): Colour/),
    });
  });
});

test('what was refused leaves nothing behind: the next start on the same state works', async () => {
  await expect(start({ Resources: { Fleet: { Type: 'AWS::ECS::Cluster' } } })).rejects.toThrow('Fleet');
  await rm(join(directory, 'cdk.out'), { recursive: true });
  const { outputs } = await start({
    Resources: { Orders: queue({ QueueName: 'orders' }) },
    Outputs: { Name: { Value: { 'Fn::GetAtt': ['Orders', 'QueueName'] } } },
  });
  expect(outputs).toEqual({ Small: { Name: 'orders' } });
});

test('a taken port is told before anything is made', async () => {
  const ports = portsAt(await freePortOffset('127.0.0.1'));
  const server = createServer().listen(ports.mqtt, '127.0.0.1');
  await once(server, 'listening');
  await expect(start({ Resources: {} }, ports)).rejects.toThrow(PortTaken);
  expect(existsSync(join(directory, 'state'))).toBe(false);
  server.close();
});
