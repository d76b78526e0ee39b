import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import { createMessaging } from '../../../../local/messaging/messaging.ts';
import { createScheduler } from '../../../../local/scheduler/scheduler.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { provision, temporaryFolder, testContext } from '../edge/localEdge.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const roleArn = 'arn:aws:iam::000000000000:role/scheduler';
const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/tick';
const scheduleArn = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick';
const start = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;

/** A scheduler with a clock that is set, and functions that write down what they get. */
async function openScheduler(stateFile = ':memory:') {
  const clock = { now: start };
  const context = testContext({ store: openStateStore(stateFile) });
  const messaging = await createMessaging(context);
  const events: unknown[] = [];
  const allowed = { role: true, function: true };
  const functions = {
    invoke: async (_: string, event: unknown) => {
      events.push(event);
      return { payload: null };
    },
    isInvocableBy: (arn: string, service: string, source: string) =>
      allowed.function && arn === functionArn && service === 'events.amazonaws.com' && source === ruleArn,
  };
  const invocations = createAsyncInvocations(context, functions, () => clock.now);
  const scheduler = createScheduler(context, {
    queues: messaging.queues,
    functions,
    invocations,
    access: {
      isAllowed: (role, action, resource) =>
        role === roleArn && (resource.includes('dead') || allowed.role) && /^(lambda:Invoke|sqs:Send)/.test(action),
      trusts: (role, service) => role === roleArn && service === 'scheduler.amazonaws.com',
    },
    now: () => clock.now,
  });
  const make = (type: string, properties: Record<string, unknown>) =>
    provision([...scheduler.providers, ...messaging.providers], type, properties);
  return {
    context,
    allowed,
    make,
    events,
    queue: async (QueueName: string, properties = {}) =>
      String((await make('AWS::SQS::Queue', { QueueName, ...properties })).attributes['Arn']),
    received: (arn: string) => messaging.queues.receive(arn, 10),
    async runAt(time: number) {
      clock.now = time;
      scheduler.runDue();
      await invocations.runDue();
    },
    close() {
      scheduler.close();
      invocations.close();
      messaging.close();
      context.store.close();
    },
  };
}

let local: Awaited<ReturnType<typeof openScheduler>>;
beforeEach(async () => {
  local = await openScheduler();
});
afterEach(() => local.close());

const schedule = (target: Record<string, unknown> = {}, properties: Record<string, unknown> = {}) =>
  local.make('AWS::Scheduler::Schedule', {
    Name: 'tick',
    ScheduleExpression: 'rate(5 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: functionArn, RoleArn: roleArn, ...target },
    ...properties,
  });
const rule = (targets: Array<Record<string, unknown>>, properties: Record<string, unknown> = {}) =>
  local.make('AWS::Events::Rule', {
    Name: 'tick',
    ScheduleExpression: 'rate(5 minutes)',
    Targets: targets.map((target, index) => ({ Id: `Target${index}`, ...target })),
    ...properties,
  });

// AWS: EventBridge Scheduler User Guide, "Using templated targets in EventBridge Scheduler"
describe('a schedule', () => {
  test('invokes its function at its times', async () => {
    expect((await schedule()).attributes['Arn']).toBe(scheduleArn);
    await local.runAt(start);
    await local.runAt(start + 4 * minute);
    expect(local.events).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account: '000000000000',
        time: '2026-01-01T00:00:00Z',
        region: 'us-east-1',
        resources: [scheduleArn],
        detail: '{}',
      },
    ]);
    await local.runAt(start + 5 * minute);
    expect(local.events).toHaveLength(2);
  });

  // "Adding context attributes in EventBridge Scheduler"
  test('sends its input to a queue, keywords replaced', async () => {
    const arn = await local.queue('q.fifo', { FifoQueue: true, ContentBasedDeduplication: true });
    const Input = 'at <aws.scheduler.scheduled-time> by <aws.scheduler.schedule-arn>, <aws.other>';
    await schedule({ Arn: arn, Input, SqsParameters: { MessageGroupId: 'g' } });
    await local.runAt(start + 2 * minute);
    expect(local.received(arn)).toMatchObject([
      { body: `at 2026-01-01T00:00:00Z by ${scheduleArn}, <aws.other>`, attributes: { MessageGroupId: 'g' } },
    ]);
  });

  // "Configuring a dead-letter queue for EventBridge Scheduler"
  test('gives its dead-letter queue what its role may not deliver', async () => {
    const [arn, dead] = [await local.queue('q'), await local.queue('dead')];
    await schedule({ Arn: arn, Input: 'x', DeadLetterConfig: { Arn: dead } });
    local.allowed.role = false;
    await local.runAt(start);
    expect(local.received(arn)).toEqual([]);
    expect(local.received(dead)).toMatchObject([
      {
        body: 'x',
        messageAttributes: {
          TARGET_ARN: { StringValue: arn },
          SCHEDULE_ARN: { StringValue: scheduleArn },
          ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
        },
      },
    ]);
  });

  test('says in the log what is lost', async () => {
    await schedule();
    local.allowed.role = false;
    await local.runAt(start);
    expect(local.context.logged).toEqual([expect.stringMatching(/lost.*lambda:InvokeFunction/)]);
  });

  test('keeps still while it is disabled', async () => {
    await schedule({}, { State: 'DISABLED' });
    await local.runAt(start + 60 * minute);
    expect(local.events).toEqual([]);
  });

  test('keeps its next time over a restart, and what it missed is one late event', async () => {
    const { path, remove } = temporaryFolder();
    const file = join(path, 'state.db');
    local.close();
    local = await openScheduler(file);
    await schedule();
    await schedule({}, { Name: 'once', ScheduleExpression: 'at(2026-01-01T00:01:00)' });
    await local.runAt(start);
    await local.runAt(start + minute);
    expect(local.events).toHaveLength(2);
    local.close();
    local = await openScheduler(file);
    await schedule();
    await schedule({}, { Name: 'once', ScheduleExpression: 'at(2026-01-01T00:01:00)' });
    await local.runAt(start + 4 * minute);
    expect(local.events).toEqual([]);
    await local.runAt(start + 21 * minute);
    expect(local.events).toMatchObject([{ time: '2026-01-01T00:05:00Z' }]);
    await local.runAt(start + 25 * minute);
    expect(local.events).toHaveLength(2);
    remove();
  });

  test.each<[property: string, target: Record<string, unknown>, properties: Record<string, unknown>]>([
    ['FlexibleTimeWindow', {}, { FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }],
    ['GroupName', {}, { GroupName: 'mine' }],
    ['ScheduleExpression', {}, { ScheduleExpression: 'cron(* * *)' }],
    ['ScheduleExpression', {}, { ScheduleExpressionTimezone: 'Mars/Base' }],
    ['StartDate', {}, { StartDate: 'soon' }],
    ['Target.Arn', { Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:s' }, {}],
    ['Target', { Arn: 'arn:aws:sqs:us-east-1:000000000000:none' }, {}],
    [
      'Target.SqsParameters',
      { Arn: 'arn:aws:sqs:us-east-1:000000000000:plain', SqsParameters: { MessageGroupId: 'g' } },
      {},
    ],
    ['Target.DeadLetterConfig', { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:d.fifo' } }, {}],
    ['Target.RoleArn', { RoleArn: `${roleArn}-other` }, {}],
    ['Target.Input', { Input: 'no JSON' }, {}],
  ])('is refused for its %s', async (property, target, properties) => {
    await local.queue('plain');
    await local.queue('d.fifo', { FifoQueue: true });
    await expect(schedule(target, properties)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});

// AWS: "Creating a scheduled rule (legacy) in Amazon EventBridge", "Amazon EventBridge resource-based policies"
describe('a rule', () => {
  const admit = async (arn: string) =>
    local.make('AWS::SQS::QueuePolicy', {
      Queues: [arn.split(':').pop()],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: arn,
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
        },
      },
    });

  test('gives all its targets its event, or their own input', async () => {
    const arn = await local.queue('q');
    await admit(arn);
    await rule([{ Arn: functionArn }, { Arn: arn, Input: '{"own":1}' }]);
    await local.runAt(start + 4 * minute);
    expect(local.events).toEqual([]);
    await local.runAt(start + 5 * minute);
    expect(local.events).toMatchObject([
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: '2026-01-01T00:05:00Z',
        resources: [ruleArn],
        detail: {},
      },
    ]);
    expect(local.received(arn)).toMatchObject([{ body: '{"own":1}' }]);
  });

  test('needs the permission of its function and the policy of its queue', async () => {
    const [arn, dead] = [await local.queue('q'), await local.queue('dead')];
    await admit(dead);
    local.allowed.function = false;
    const DeadLetterConfig = { Arn: dead };
    await rule([
      { Arn: functionArn, DeadLetterConfig },
      { Arn: arn, DeadLetterConfig },
    ]);
    await local.runAt(start + 5 * minute);
    expect(local.events).toEqual([]);
    expect(local.received(dead).map(({ messageAttributes }) => messageAttributes['TARGET_ARN'])).toMatchObject([
      { StringValue: functionArn },
      { StringValue: arn },
    ]);
  });

  test.each<[property: string, targets: Array<Record<string, unknown>>, properties: Record<string, unknown>]>([
    ['ScheduleExpression', [], { ScheduleExpression: undefined }],
    ['ScheduleExpression', [], { ScheduleExpression: 'at(2026-01-01T00:00:00)' }],
    ['Targets.Arn', [{ Arn: 'arn:aws:sns:us-east-1:000000000000:t' }], {}],
    ['Targets', [{ Arn: functionArn, Input: 'no JSON' }], {}],
  ])('is refused for its %s: %#', async (property, targets, properties) => {
    await expect(rule(targets, properties)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});
