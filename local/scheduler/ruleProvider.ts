import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import type { Clockwork } from './clockwork.ts';
import { deliver, isoSeconds, readTarget } from './delivery.ts';
import type { SchedulerPorts } from './scheduler.ts';
import { ruleTimetable, type Timetable } from './timetable.ts';

const principal = 'events.amazonaws.com';

/** Rules of EventBridge with a schedule. There is no event bus: a rule with a pattern would never match. */
export function ruleProvider(context: CloudContext, clockwork: Clockwork, ports: SchedulerPorts): ResourceProvider {
  return {
    type: 'AWS::Events::Rule',
    honoured: [
      'Name',
      'ScheduleExpression',
      'State',
      'Targets.*.Id',
      'Targets.*.Arn',
      'Targets.*.Input',
      'Targets.*.DeadLetterConfig.Arn',
      'Targets.*.SqsParameters.MessageGroupId',
    ],
    noEffect: {
      Description: 'text for people',
      Tags: 'nothing reads them',
      'Targets.*.RetryPolicy': 'handing an event over inside one process fails for good or not at all',
    },
    provision({ properties, generatedName }) {
      const name = String(properties['Name'] ?? generatedName);
      const arn = `arn:aws:events:${context.region}:${context.accountId}:rule/${name}`;
      const expression = String(properties['ScheduleExpression'] ?? '');
      const targets = ((properties['Targets'] ?? []) as Array<Readonly<Record<string, unknown>>>).map((target) => ({
        ...readTarget(target, 'Targets', ports.queues),
        input: readInput(target['Input']),
      }));
      const mayDo = (action: string, resource: string) =>
        action === 'sqs:SendMessage'
          ? ports.queues.admits(resource, principal, arn)
          : ports.functions.isInvocableBy(resource, principal, arn);
      clockwork.set({
        arn,
        definition: expression,
        timetable: readTimetable(expression),
        run(scheduled) {
          if (properties['State'] === 'DISABLED') return;
          const event = JSON.stringify(scheduledEvent(context, arn, scheduled));
          for (const target of targets)
            deliver(context, ports, target, { event: target.input ?? event, mayDo, source: { RULE_ARN: arn } });
        },
      });
      return { ref: name, attributes: { Arn: arn } };
    },
  };
}

function readTimetable(expression: string): Timetable {
  try {
    return ruleTimetable(expression);
  } catch (error) {
    throw new NotHonoured('ScheduleExpression', (error as Error).message);
  }
}

function readInput(input: unknown): string | undefined {
  if (input === undefined) return undefined;
  try {
    JSON.parse(String(input));
  } catch {
    throw new NotHonoured('Targets', `the input of a target must be JSON: ${String(input)}`);
  }
  return String(input);
}

/** AWS: "Creating a rule that runs on a schedule in Amazon EventBridge". */
const scheduledEvent = ({ accountId, region }: CloudContext, arn: string, scheduled: number) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: isoSeconds(scheduled),
  region,
  resources: [arn],
  detail: {},
});
