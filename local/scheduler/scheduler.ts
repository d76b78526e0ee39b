import type { CloudContext } from '../context.ts';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { MessageQueues } from '../messaging/messageQueues.ts';
import type { AccessPort, FunctionPort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { type Clockwork, createClockwork } from './clockwork.ts';
import { ruleProvider } from './ruleProvider.ts';
import { scheduleProvider } from './scheduleProvider.ts';

export interface SchedulerPorts {
  readonly queues: MessageQueues;
  readonly functions: FunctionPort;
  readonly invocations: AsyncInvocations;
  readonly access: AccessPort & { trusts(roleArn: string, service: string): boolean };
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** EventBridge Scheduler and the scheduled rules of EventBridge: what the template says, at its time. */
export function createScheduler(
  context: CloudContext,
  ports: SchedulerPorts,
): {
  providers: readonly ResourceProvider[];
  /** For services with schedules of their own. */
  clockwork: Clockwork;
  runDue(): void;
  listen(): void;
  close(): void;
} {
  const clockwork = createClockwork(context, ports.now ?? Date.now);
  return {
    providers: [scheduleProvider(context, clockwork, ports), ruleProvider(context, clockwork, ports)],
    clockwork,
    runDue: clockwork.runDue,
    listen: clockwork.listen,
    close: clockwork.close,
  };
}
