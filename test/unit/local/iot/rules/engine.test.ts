import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../../local/context.ts';
import {
  createRulesEngine,
  type RulesEngine,
  type SqsAction,
  type TopicRule,
} from '../../../../../local/iot/rules/engine.ts';
import type { QueuePort } from '../../../../../local/ports.ts';

const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}`;
const action = (queue: string, given: Partial<SqsAction> = {}): SqsAction => ({
  queueArn: arn(queue),
  queueUrl: `http://127.0.0.1:4566/000000000000/${queue}`,
  roleArn: 'arn:aws:iam::000000000000:role/rule',
  useBase64: false,
  ...given,
});

describe('the rules engine', () => {
  let sent: Array<[queue: string, body: string]>;
  let denied: string[];
  let full: string[];
  let engine: RulesEngine;

  const rule = (name: string, sql: string, given: Partial<TopicRule> = {}): TopicRule => ({
    name,
    arn: `arn:aws:iot:us-east-1:000000000000:rule/${name}`,
    sql,
    enabled: true,
    actions: [action(name)],
    errorAction: action(`${name}-errors`),
    ...given,
  });
  const publish = (topic: string, payload: unknown) =>
    engine.publish({
      topic,
      payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
      clientId: 'a1',
      principal: 'certificate',
      sourceIp: '10.0.0.1',
    });
  const bodies = () => sent.map(([queue, body]) => [queue, JSON.parse(body)]);

  beforeEach(() => {
    [sent, denied, full] = [[], [], []];
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const queues = {
      send(queueArn: string, body: string) {
        if (full.includes(queueArn)) throw new Error('The queue is gone.');
        sent.push([queueArn.split(':').at(-1) ?? '', body]);
        return { messageId: '1' };
      },
    } as unknown as QueuePort;
    engine = createRulesEngine({ accountId: '000000000000', log } as unknown as CloudContext, queues, {
      isAllowed: (_, __, resource) => !denied.includes(resource),
    });
  });

  test('runs every enabled rule whose filter takes the topic and whose WHERE holds', () => {
    engine.put(rule('all', "SELECT * FROM 'a/#'"));
    engine.put(rule('hot', "SELECT t FROM 'a/+' WHERE t > 50"));
    engine.put(rule('off', "SELECT * FROM 'a/#'", { enabled: false }));
    publish('a/b', { t: 60 });
    publish('a/b', { t: 40 });
    publish('b', { t: 60 });
    expect(bodies()).toEqual([
      ['all', { t: 60 }],
      ['hot', { t: 60 }],
      ['all', { t: 40 }],
    ]);
  });

  // AWS: "Reducing messaging costs with Basic Ingest"
  test('Basic Ingest runs the named rule alone, and topic() does not show the prefix', () => {
    engine.put(rule('BuildingManager', "SELECT topic() AS topic, topic(3) AS third FROM 'Buildings/#'"));
    engine.put(rule('other', "SELECT * FROM 'Buildings/#'"));
    publish('$aws/rules/BuildingManager/Buildings/Building5/Floor2/Room201/Lights', {});
    publish('$aws/rules/nobody/Buildings/Building5', {});
    expect(bodies()).toEqual([
      ['BuildingManager', { topic: 'Buildings/Building5/Floor2/Room201/Lights', third: 'Floor2' }],
    ]);
  });

  test('a payload that is not JSON goes on as it came, in base64 where the action asks for it', () => {
    engine.put(rule('text', "SELECT * FROM 'a'"));
    engine.put(rule('bytes', "SELECT * FROM 'a'", { actions: [action('bytes', { useBase64: true })] }));
    publish('a', Buffer.from('plain'));
    expect(sent).toEqual([
      ['text', 'plain'],
      ['bytes', 'cGxhaW4='],
    ]);
  });

  test('null is a payload', () => {
    engine.put(rule('all', "SELECT * FROM 'a'"));
    publish('a', null);
    expect(sent).toEqual([['all', 'null']]);
  });

  // AWS: "Error handling (error action)"
  test('one message to the error action names every action that failed, with the payload as it came', () => {
    denied = [arn('one')];
    full = [arn('two')];
    engine.put(rule('r', "SELECT * FROM 'a/+'", { actions: [action('one'), action('two'), action('three')] }));
    publish('a/b', { t: 1 });
    expect(bodies()).toEqual([
      ['three', { t: 1 }],
      [
        'r-errors',
        {
          ruleName: 'r',
          topic: 'a/b',
          cloudwatchTraceId: expect.any(String),
          clientId: 'a1',
          sourceIp: '10.0.0.1',
          base64OriginalPayload: Buffer.from('{"t":1}').toString('base64'),
          failures: [
            {
              failedAction: 'SqsAction',
              failedResource: action('one').queueUrl,
              errorMessage: expect.stringContaining('not authorized to perform: sqs:SendMessage'),
            },
            { failedAction: 'SqsAction', failedResource: action('two').queueUrl, errorMessage: 'The queue is gone.' },
          ],
        },
      ],
    ]);
  });

  test('SQL that is not honoured refuses the rule', () => {
    expect(() => engine.put(rule('r', "SELECT get_thing_shadow('a') AS s FROM 'a'"))).toThrow(
      'The function get_thing_shadow() is not honoured',
    );
    expect(engine.rules.has('r')).toBe(false);
  });
});
