import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudContext } from '../../../../../local/context.ts';
import { createDynamoDb } from '../../../../../local/dynamodb/dynamodb.ts';
import { createRulesEngine, type Publication, type RulesEngine } from '../../../../../local/iot/rules/engine.ts';
import { type MetricLog, openMetricLog } from '../../../../../local/iot/rules/metricLog.ts';
import type { RulePorts } from '../../../../../local/iot/rules/rulePorts.ts';
import type { TopicRule } from '../../../../../local/iot/rules/topicRule.ts';
import { createMessaging } from '../../../../../local/messaging/messaging.ts';
import type { QueuePort } from '../../../../../local/ports.ts';
import type { AwsRequest, AwsService } from '../../../../../local/service.ts';
import { openStateStore } from '../../../../../local/storage/stateStore.ts';
import { openTimestream } from '../../timestream/openTimestream.ts';

export const role = 'arn:aws:iam::000000000000:role/rule';

export const rule = (given: Partial<TopicRule> & Pick<TopicRule, 'actions'>): TopicRule => ({
  name: 'r',
  arn: 'arn:aws:iot:us-east-1:000000000000:rule/r',
  sql: "SELECT * FROM 'a/#'",
  enabled: true,
  errorAction: undefined,
  ...given,
});

export const sqs = (queue: string, given: Record<string, unknown> = {}) => ({
  sqs: { queueUrl: `http://127.0.0.1:4566/000000000000/${queue}`, roleArn: role, ...given },
});

/** A rules engine between doubles of SQS, SNS, Lambda and IAM, which remember what came. */
export interface Rules {
  readonly engine: RulesEngine;
  readonly context: CloudContext;
  readonly metrics: MetricLog;
  /** Messages by queue. */
  readonly sent: Array<[queue: string, body: string]>;
  readonly notified: Array<Record<string, string>>;
  readonly invoked: Array<[functionArn: string, event: unknown]>;
  readonly republished: Array<[topic: string, payload: string, options: unknown]>;
  readonly logged: string[];
  /** `<action> <resource>` that the role may not do. */
  readonly denied: Set<string>;
  /** Errors that sends to a queue end with, one each. */
  readonly failing: Map<string, Error[]>;
  publish(topic: string, payload: unknown, given?: Partial<Publication>): Promise<void> | undefined;
}

export function openRules(given: Partial<RulePorts> = {}, stateDir = ''): Rules {
  const logged: string[] = [];
  const say = (message: string, fields?: Record<string, unknown>) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const context: CloudContext = {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: 'http://127.0.0.1:4566',
    stateDir,
    store: openStateStore(':memory:'),
    log: { info: say, warn: say, error: say },
  };
  const metrics = openMetricLog(context.store);
  const [sent, notified, invoked, republished, denied, failing]: [
    Rules['sent'],
    Rules['notified'],
    Rules['invoked'],
    Rules['republished'],
    Rules['denied'],
    Rules['failing'],
  ] = [[], [], [], [], new Set(), new Map()];
  const queues = {
    arnOf: (url: string) => `arn:aws:sqs:us-east-1:000000000000:${url.split('/').pop()}`,
    send(queueArn: string, body: string) {
      const queue = queueArn.split(':').at(-1) ?? '';
      const failure = failing.get(queue)?.shift();
      if (failure) throw failure;
      sent.push([queue, body]);
      return { messageId: '1' };
    },
  } as unknown as QueuePort;
  const functions: RulePorts['functions'] = {
    isInvocableBy: (functionArn, principal, sourceArn) =>
      functionArn.endsWith(':allowed') && principal === 'iot.amazonaws.com' && sourceArn.endsWith(':rule/r'),
  };
  const sns: AwsService = {
    signingNames: ['sns'],
    permissions: ({ body }) => [
      { action: 'sns:Publish', resource: new URLSearchParams(body.toString()).get('TopicArn') ?? '' },
    ],
    handle({ body }) {
      notified.push(Object.fromEntries(new URLSearchParams(body.toString())));
      return { status: 200 };
    },
    error: () => ({ status: 400 }),
  };
  const ports: RulePorts = {
    access: { isAllowed: (_, action, resource) => !denied.has(`${action} ${resource}`), trusts: (arn) => arn === role },
    queues,
    metrics,
    functions,
    invocations: { invoke: (functionArn, event) => void invoked.push([functionArn, event]) },
    services: [sns],
    publish(topic, payload, options) {
      republished.push([topic, payload.toString(), options]);
      return Promise.resolve();
    },
    ...given,
  };
  const engine = createRulesEngine(context, ports);
  return {
    engine,
    context,
    metrics,
    sent,
    notified,
    invoked,
    republished,
    logged,
    denied,
    failing,
    publish: (topic, payload, publication = {}) =>
      engine.publish({
        topic,
        payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
        clientId: 'a1',
        principal: 'certificate',
        sourceIp: '10.0.0.1',
        ...publication,
      }),
  };
}

/** The real DynamoDB, S3 and Timestream, for the actions that write to them. */
export async function openServices(given: Partial<RulePorts> = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'rules-'));
  const services: AwsService[] = [];
  const rules = openRules({ services, ...given }, stateDir);
  const dynamodb = createDynamoDb(rules.context);
  const messaging = await createMessaging(rules.context);
  const timestream = await openTimestream(rules.context);
  services.push(dynamodb.service, timestream.service, ...messaging.services);
  const provision = async (type: string, properties: Record<string, unknown>) => {
    const provider = [...dynamodb.providers, ...messaging.providers, ...timestream.providers].find(
      (found) => found.type === type,
    );
    await provider?.provision({
      stackName: 's',
      logicalId: 'l',
      type,
      properties,
      generatedName: 'generated',
      assets: new Map(),
    });
  };
  await provision('AWS::DynamoDB::Table', {
    TableName: 'devices',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  await provision('AWS::S3::Bucket', { BucketName: 'messages' });
  await provision('AWS::Timestream::Database', { DatabaseName: 'db' });
  await provision('AWS::Timestream::Table', { DatabaseName: 'db', TableName: 'points' });
  const call = async (service: string, request: Partial<AwsRequest>): Promise<string> => {
    const found = services.find(({ signingNames }) => signingNames.includes(service));
    const whole = {
      service,
      region: 'us-east-1',
      operation: undefined,
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
      principal: { kind: 'account', arn: '' },
      ...request,
    } as AwsRequest;
    return String((await found?.handle(whole))?.body);
  };
  return {
    ...rules,
    item: async (id: string) =>
      JSON.parse(
        await call('dynamodb', {
          operation: 'GetItem',
          body: Buffer.from(JSON.stringify({ TableName: 'devices', Key: { id: { S: id } } })),
        }),
      ).Item,
    object: (key: string) => call('s3', { method: 'GET', path: `/messages/${key}` }),
    query: async (sql: string) =>
      JSON.parse(
        await call('timestream', { operation: 'Query', body: Buffer.from(JSON.stringify({ QueryString: sql })) }),
      ),
    async close() {
      await rules.engine.idle();
      dynamodb.close();
      await timestream.close();
      await messaging.close();
      rules.context.store.close();
      rmSync(stateDir, { recursive: true });
    },
  };
}
