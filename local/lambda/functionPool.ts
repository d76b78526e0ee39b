import type { Faults } from '../faults/faults.ts';
import type { InvokeResult } from '../ports.ts';
import { AwsError } from '../service.ts';
import { type ExecutionEnvironment, startEnvironment } from './executionEnvironment.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Idle environments end after this long, as Lambda freezes and drops them. */
const idleMilliseconds = 5 * 60_000;

/** Who has waited this long may get an environment above the limit, milliseconds. */
const patience = 200;
/** Environments whose invocations work less than this part of their time are waiting for something themselves. */
const waitingWorkload = 0.25;
/** Part of its time that the host is at work when it is the one that others wait for. */
const busyHost = 0.6;

export interface FunctionPool {
  readonly configuration: FunctionConfiguration;
  invoke(event: string): Promise<InvokeResult>;
  close(): Promise<void>;
}

/**
 * The execution environments of one function: made when needed, one invocation each, as a rule at most `limit` at once. Who comes
 * above the limit waits, where Lambda would throttle: its limit is a thousand, ours what a machine can run. Invocations that only wait
 * for something cost a machine nothing: where all do so, more are begun, `most` in all.
 */
export function createFunctionPool(
  configuration: FunctionConfiguration,
  options: {
    readonly limit: number;
    /** The limit, unless given. */
    readonly most?: number;
    readonly variables: () => Record<string, string>;
    readonly write: (text: string) => void;
    readonly faults?: Pick<Faults, 'any' | 'killAfter'> | undefined;
  },
): FunctionPool {
  /** Since when each has been idle, epoch milliseconds. */
  const idle = new Map<ExecutionEnvironment, number>();
  const waiting: Array<(environment: ExecutionEnvironment) => void> = [];
  /** The oldest first. */
  const all = new Set<ExecutionEnvironment>();

  const start = () => {
    const environment = startEnvironment({ configuration, variables: options.variables(), write: options.write });
    all.add(environment);
    return environment;
  };

  const take = async (): Promise<ExecutionEnvironment> => {
    // The oldest that is idle: V8 has optimized its code, and who is younger and not needed comes to its end.
    for (const environment of all) {
      if (!idle.delete(environment)) continue;
      if (environment.alive) return environment;
      all.delete(environment);
    }
    if (all.size < options.limit) return start();
    return new Promise((resolve) => {
      waiting.push(resolve);
      growLater();
    });
  };

  let growing: NodeJS.Timeout | undefined;
  const growLater = () => {
    if ((options.most ?? 0) <= options.limit || growing !== undefined) return;
    const host = performance.eventLoopUtilization();
    growing = setTimeout(() => {
      growing = undefined;
      // Who waits for a host that can't keep up would only wait in company.
      const isHostFree = performance.eventLoopUtilization(host).utilization < busyHost;
      const allWait = [...all].every((environment) => environment.workload() < waitingWorkload);
      if (isHostFree && allWait && all.size < (options.most ?? 0)) waiting.shift()?.(start());
      if (waiting.length > 0) growLater();
    }, patience);
    growing.unref();
  };

  const giveBack = (environment: ExecutionEnvironment) => {
    if (!environment.alive) all.delete(environment);
    const next = waiting.shift();
    if (next) next(environment.alive ? environment : start());
    else if (environment.alive) idle.set(environment, Date.now());
  };

  const reaper = setInterval(() => {
    for (const [environment, since] of idle) {
      if (Date.now() - since <= idleMilliseconds) continue;
      idle.delete(environment);
      all.delete(environment);
      void environment.close();
    }
  }, 60_000);
  reaper.unref();

  return {
    configuration,
    async invoke(event) {
      if (options.limit === 0)
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
          Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        });
      const environment = await take();
      try {
        const killAfter = options.faults?.any ? options.faults.killAfter(configuration.name) : undefined;
        if (killAfter === undefined) return await environment.invoke(event);
        const timer = setTimeout(environment.kill, killAfter);
        return await environment.invoke(event).finally(() => clearTimeout(timer));
      } finally {
        giveBack(environment);
      }
    },
    async close() {
      clearInterval(reaper);
      clearTimeout(growing);
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}
