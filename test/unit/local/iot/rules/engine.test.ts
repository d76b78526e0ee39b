// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of AWS IoT are what is tested
import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../../local/service.ts';
import { openRules, type Rules, role, rule, sqs } from './openRules.ts';

describe('the rules engine', () => {
  let rules: Rules;
  const bodies = () => rules.sent.map(([queue, body]) => [queue, JSON.parse(body)]);

  beforeEach(() => {
    rules = openRules();
  });

  test('runs every enabled rule whose filter takes the topic and whose WHERE holds', () => {
    rules.engine.put(rule({ name: 'all', actions: [sqs('all')] }));
    rules.engine.put(rule({ name: 'hot', sql: "SELECT t FROM 'a/+' WHERE t > 50", actions: [sqs('hot')] }));
    rules.engine.put(rule({ name: 'off', enabled: false, actions: [sqs('off')] }));
    rules.publish('a/b', { t: 60 });
    rules.publish('a/b', { t: 40 });
    rules.publish('b', { t: 60 });
    expect(bodies()).toEqual([
      ['all', { t: 60 }],
      ['hot', { t: 60 }],
      ['all', { t: 40 }],
    ]);
  });

  test('a rule that is put again takes the place of the old one; one that is deleted is gone', () => {
    rules.engine.put(rule({ actions: [sqs('old')] }));
    rules.engine.put(rule({ sql: "SELECT * FROM 'b'", actions: [sqs('new')] }));
    rules.publish('a/b', {});
    rules.publish('b', {});
    expect(bodies()).toEqual([['new', {}]]);
    rules.engine.delete('r');
    rules.publish('b', {});
    expect([rules.sent.length, rules.engine.rules.size]).toEqual([1, 0]);
  });

  test('a rule that is refused leaves the one of its name as it was', () => {
    rules.engine.put(rule({ actions: [sqs('old')] }));
    expect(() => rules.engine.put(rule({ sql: 'SELECT', actions: [sqs('new')] }))).toThrow(
      'The statement ends too early',
    );
    rules.publish('a/b', {});
    expect(bodies()).toEqual([['old', {}]]);
  });

  // AWS: "Reducing messaging costs with Basic Ingest"
  test('Basic Ingest runs the named rule alone, and topic() does not show the prefix', () => {
    rules.engine.put(
      rule({
        name: 'BuildingManager',
        sql: "SELECT topic() AS topic, topic(3) AS third FROM 'Buildings/#'",
        actions: [sqs('lights')],
      }),
    );
    rules.engine.put(rule({ name: 'other', sql: "SELECT * FROM 'Buildings/#'", actions: [sqs('other')] }));
    rules.engine.put(rule({ name: 'ingestOnly', sql: 'SELECT *, topic() AS topic', actions: [sqs('ingest')] }));
    rules.publish('$aws/rules/BuildingManager/Buildings/Building5/Floor2/Room201/Lights', {});
    rules.publish('$aws/rules/ingestOnly/anything', { t: 1 });
    expect(bodies()).toEqual([
      ['lights', { topic: 'Buildings/Building5/Floor2/Room201/Lights', third: 'Floor2' }],
      ['ingest', { t: 1, topic: 'anything' }],
    ]);
    rules.publish('$aws/rules/nobody/Buildings/Building5', {});
    expect(rules.logged).toEqual([expect.stringContaining('RuleNotFound')]);
  });

  // AWS: "SET clause"
  test('templates of actions and of the error action see the variables', () => {
    const sql = "SET @q = 'q-' + topic(2) SELECT * FROM 'a/#'";
    rules.engine.put(rule({ sql, actions: [sqs('${@q}')], errorAction: sqs('${@q}-errors') }));
    rules.publish('a/b', { t: 1 });
    rules.denied.add('sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:q-b');
    rules.publish('a/b', { t: 1 });
    expect(rules.sent.map(([queue]) => queue)).toEqual(['q-b', 'q-b-errors']);
  });

  // AWS: "Error handling (error action)"
  test('one message to the error action names every action that failed, with the payload as it came', () => {
    rules.denied.add('sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:one');
    rules.failing.set('two', [new Error('The queue is gone.')]);
    rules.engine.put(rule({ actions: [sqs('one'), sqs('two'), sqs('three')], errorAction: sqs('errors') }));
    rules.publish('a/b', { t: 1 });
    expect(bodies()).toEqual([
      ['three', { t: 1 }],
      [
        'errors',
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
              failedResource: 'http://127.0.0.1:4566/000000000000/one',
              errorMessage: `The role ${role} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:one`,
            },
            {
              failedAction: 'SqsAction',
              failedResource: 'http://127.0.0.1:4566/000000000000/two',
              errorMessage: 'The queue is gone.',
            },
          ],
        },
      ],
    ]);
  });

  test('the error action waits for actions that take their time', async () => {
    rules.engine.put(
      rule({ actions: [{ republish: { topic: 'b/+', roleArn: role } }, sqs('now')], errorAction: sqs('errors') }),
    );
    const done = rules.publish('a/b', { t: 1 });
    expect(rules.sent.map(([queue]) => queue)).toEqual(['now']);
    await done;
    expect(bodies()[1]).toEqual([
      'errors',
      expect.objectContaining({
        failures: [{ failedAction: 'RepublishAction', failedResource: 'b/+', errorMessage: "'b/+' is not a topic" }],
      }),
    ]);
  });

  test('an error action that fails is logged: the message is lost', () => {
    rules.failing.set('one', [new Error('gone')]);
    rules.failing.set('errors', [new Error('gone too')]);
    rules.engine.put(rule({ actions: [sqs('one')], errorAction: sqs('errors') }));
    rules.publish('a/b', {});
    expect(rules.logged.at(-1)).toContain('error action of rule r failed');
  });

  // AWS: "AWS IoT rule actions" (several attempts at intermittent errors)
  test('what passes is tried again, what a service refuses is not', async () => {
    rules.engine.put(rule({ actions: [sqs('busy'), sqs('broken')], errorAction: sqs('errors') }));
    rules.failing.set('busy', [
      new AwsError('InternalFailure', 'busy', 500),
      new AwsError('ThrottlingException', 'busy'),
    ]);
    rules.failing.set('broken', [new AwsError('InvalidMessageContents', 'no', 400)]);
    await rules.publish('a/b', {});
    expect(bodies().map(([queue, body]) => [queue, body.failures])).toEqual([
      ['busy', undefined],
      ['errors', [expect.objectContaining({ errorMessage: 'no' })]],
    ]);
  });

  test('after three attempts it has failed', async () => {
    rules.engine.put(rule({ actions: [sqs('busy')], errorAction: sqs('errors') }));
    rules.failing.set(
      'busy',
      [1, 2, 3, 4].map((attempt) => new AwsError('ServiceUnavailable', `busy ${attempt}`, 503)),
    );
    rules.publish('a/b', {});
    await rules.engine.idle();
    expect(bodies()).toEqual([
      ['errors', expect.objectContaining({ failures: [expect.objectContaining({ errorMessage: 'busy 3' })] })],
    ]);
  });

  // AWS: "Error handling (error action)": SQL shows in the log, not in the error action
  test('a statement that fails does nothing but a line in the log', () => {
    rules.engine.put(rule({ sql: "SELECT *, 1 AS one FROM 'a/#'", actions: [sqs('all')], errorAction: sqs('errors') }));
    rules.publish('a/b', Buffer.from([0xff]));
    expect(rules.sent).toEqual([]);
    expect(rules.logged).toEqual([expect.stringContaining('SQL of rule r failed')]);
  });

  // AWS: "Functions", get_thing_shadow
  test('a shadow is read with the permission of its role', () => {
    const read = (thing: string, shadow: string | undefined) =>
      thing === 'a1' ? { state: { reported: { name: shadow ?? 'classic' } } } : undefined;
    rules = openRules({ shadows: { read } });
    const of = (parameters: string) => `get_thing_shadow(${parameters}, '${role}').state.reported.name`;
    rules.engine.put(
      rule({
        sql: `SELECT ${of('clientid()')} AS c, ${of("'a1', 'n'")} AS n, ${of("'nobody'")} AS x FROM 'a/#'`,
        actions: [sqs('q')],
      }),
    );
    rules.publish('a/b', {});
    rules.denied.add('iot:GetThingShadow arn:aws:iot:us-east-1:000000000000:thing/a1/n');
    rules.publish('a/b', {});
    expect(bodies()).toEqual([['q', { c: 'classic', n: 'n' }]]);
    expect(rules.logged).toEqual([
      expect.stringContaining(
        'not authorized to perform: iot:GetThingShadow on resource: arn:aws:iot:us-east-1:000000000000:thing/a1/n',
      ),
    ]);
  });

  test('an action whose own template fails is a failed action', () => {
    rules = openRules({ shadows: { read: () => undefined } });
    rules.denied.add('iot:GetThingShadow arn:aws:iot:us-east-1:000000000000:thing/a1');
    const queue = `\${get_thing_shadow('a1', '${role}').state.queue}`;
    rules.engine.put(rule({ actions: [sqs(queue)], errorAction: sqs('errors') }));
    rules.publish('a/b', {});
    expect(bodies()).toEqual([
      [
        'errors',
        expect.objectContaining({
          failures: [
            {
              failedAction: 'SqsAction',
              failedResource: '',
              errorMessage: expect.stringContaining('not authorized to perform: iot:GetThingShadow'),
            },
          ],
        }),
      ],
    ]);
  });

  test.each<[what: string, given: Parameters<typeof rule>[0], path: string, message: string]>([
    [
      'a function without its service',
      { sql: "SELECT get_thing_shadow('a', 'r') AS s FROM 'a'", actions: [] },
      'sql',
      'get_thing_shadow() needs shadows',
    ],
    ['more than ten actions', { actions: Array.from({ length: 11 }, () => sqs('q')) }, 'actions', 'at most 10 actions'],
    ['a kind of action', { actions: [sqs('q'), { kinesis: {} }] }, 'actions.1', 'the action kinesis is not honoured'],
    [
      'two kinds in one',
      { actions: [{ ...sqs('q'), sns: {} }] },
      'actions.0',
      'the action sqs with sns is not honoured',
    ],
    [
      'a service that is not there',
      { actions: [{ s3: { bucketName: 'b', key: 'k', roleArn: role } }] },
      'actions.0.s3',
      'the local cloud has no s3',
    ],
    ['a setting', { actions: [sqs('q', { delay: 1 })] }, 'actions.0.sqs', 'Unrecognized key: "delay"'],
    [
      'a role that is none',
      { actions: [], errorAction: sqs('q', { roleArn: 'x' }) },
      'errorAction.sqs.roleArn',
      'not the ARN of a role',
    ],
    ['a FIFO queue', { actions: [sqs('q.fifo')] }, 'actions.0.sqs.queueUrl', 'takes no FIFO queue'],
    [
      'a FIFO topic',
      { actions: [{ sns: { targetArn: 'a.fifo', roleArn: role } }] },
      'actions.0.sns.targetArn',
      'takes no FIFO topic',
    ],
    ['a template', { actions: [sqs('${aws_lambda()}')] }, 'actions.0.sqs.queueUrl', 'aws_lambda() is not honoured'],
    [
      'a shadow in an error action',
      { actions: [], errorAction: sqs("${get_thing_shadow('a', 'r')}") },
      'errorAction.sqs.queueUrl',
      'get_thing_shadow() is not for error actions',
    ],
  ])('%s is refused with its path', (_, given, path, message) => {
    const refusal = () => {
      try {
        rules.engine.put(rule(given));
        return undefined;
      } catch (error) {
        const { path: found, message: said } = error as Error & { path: string[] };
        return { path: found.join('.'), message: said };
      }
    };
    expect(refusal()).toEqual({ path, message: expect.stringContaining(message) });
    expect(rules.engine.rules.has('r')).toBe(false);
  });
});
