import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import type { Clockwork } from './clockwork.ts';
import { deliver, isoSeconds, readTarget } from './delivery.ts';
import type { SchedulerPorts } from './scheduler.ts';
import { scheduleTimetable, type Timetable } from './timetable.ts';

/** Schedules of EventBridge Scheduler. */
export function scheduleProvider(context: CloudContext, clockwork: Clockwork, ports: SchedulerPorts): ResourceProvider {
  return {
    type: 'AWS::Scheduler::Schedule',
    honoured: [
      'Name',
      'GroupName',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'StartDate',
      'EndDate',
      'State',
      'FlexibleTimeWindow.Mode',
      'Target.Arn',
      'Target.RoleArn',
      'Target.Input',
      'Target.DeadLetterConfig.Arn',
      'Target.SqsParameters.MessageGroupId',
    ],
    noEffect: {
      Description: 'text for people',
      KmsKeyArn: 'state on this machine is as safe as its disk',
      'Target.RetryPolicy': 'handing an event over inside one process fails for good or not at all',
    },
    provision({ properties, generatedName }) {
      const name = String(properties['Name'] ?? generatedName);
      const arn = `arn:aws:scheduler:${context.region}:${context.accountId}:schedule/default/${name}`;
      const timetable = readTimetable(properties);
      const given = properties['Target'] as Readonly<Record<string, unknown>>;
      const target = readTarget(given, 'Target', ports.queues);
      const roleArn = String(given['RoleArn']);
      if (!ports.access.trusts(roleArn, 'scheduler.amazonaws.com'))
        throw new NotHonoured(
          'Target.RoleArn',
          'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
        );
      const input = given['Input'] as string | undefined;
      const eventAt = (scheduled: number) => eventOf({ input, arn, scheduled, context });
      if (target.arn.includes(':lambda:')) checkJson(eventAt(0));
      clockwork.set({
        arn,
        definition: JSON.stringify(timed.map((property) => properties[property] ?? null)),
        timetable,
        run(scheduled) {
          if (properties['State'] === 'DISABLED') return;
          deliver(context, ports, target, {
            event: eventAt(scheduled),
            mayDo: (action, resource) => ports.access.isAllowed(roleArn, action, resource),
            source: { SCHEDULE_ARN: arn },
          });
        },
      });
      return { ref: name, attributes: { Arn: arn } };
    },
  };
}

const timed = ['ScheduleExpression', 'ScheduleExpressionTimezone', 'StartDate', 'EndDate'];

function readTimetable(properties: Readonly<Record<string, unknown>>): Timetable {
  const { Mode: mode } = (properties['FlexibleTimeWindow'] ?? {}) as { Mode?: string };
  if (mode !== 'OFF') throw new NotHonoured('FlexibleTimeWindow', `the mode OFF is honoured, not ${String(mode)}`);
  if ((properties['GroupName'] ?? 'default') !== 'default')
    throw new NotHonoured('GroupName', 'schedules are in the group default here');
  const date = (property: string) => {
    const text = properties[property];
    const time = text === undefined ? undefined : Date.parse(String(text));
    if (Number.isNaN(time)) throw new NotHonoured(property, `this is no date: ${String(text)}`);
    return time;
  };
  try {
    return scheduleTimetable({
      expression: String(properties['ScheduleExpression']),
      zone: String(properties['ScheduleExpressionTimezone'] ?? 'UTC'),
      start: date('StartDate'),
      end: date('EndDate'),
    });
  } catch (error) {
    if (error instanceof NotHonoured) throw error;
    throw new NotHonoured('ScheduleExpression', (error as Error).message);
  }
}

/** What the target gets (AWS: "Adding context attributes in EventBridge Scheduler"). */
function eventOf(event: { input: string | undefined; arn: string; scheduled: number; context: CloudContext }): string {
  const { input, arn, scheduled, context } = event;
  const time = isoSeconds(scheduled);
  const id = randomUUID();
  if (input !== undefined) {
    const keywords: Readonly<Record<string, string>> = {
      'schedule-arn': arn,
      'scheduled-time': time,
      'execution-id': id,
      'attempt-number': '1',
    };
    return input.replace(/<aws\.scheduler\.([\w-]+)>/g, (keyword, name: string) => keywords[name] ?? keyword);
  }
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: context.accountId,
    time,
    region: context.region,
    resources: [arn],
    detail: '{}',
  });
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new NotHonoured('Target.Input', 'the input of a function must be well-formed JSON');
  }
}
