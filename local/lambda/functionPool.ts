import type { Faults } from '../faults/faults.ts';
import type { InvokeResult } from '../ports.ts';
import { AwsError } from '../service.ts';
import { type ExecutionEnvironment, startEnvironment } from './executionEnvironment.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Idle environments end after this long, as Lambda freezes and drops them. */
const idleMilliseconds = 5 * 60_000;

export interface FunctionPool {
  readonly configuration: FunctionConfiguration;
  invoke(event: string): Promise<InvokeResult>;
  close(): Promise<void>;
}

/**
 * The execution environments of one function: made when needed, one invocation each, at most `limit` at once. Who comes above
 * the limit waits, where Lambda would throttle: its limit is a thousand, ours what a machine can run.
 */
export function createFunctionPool(
  configuration: FunctionConfiguration,
  options: {
    readonly limit: number;
    readonly variables: () => Record<string, string>;
    readonly write: (text: string) => void;
    readonly faults?: Pick<Faults, 'any' | 'killAfter'> | undefined;
  },
): FunctionPool {
  const idle: Array<{ environment: ExecutionEnvironment; since: number }> = [];
  const waiting: Array<(environment: ExecutionEnvironment) => void> = [];
  const all = new Set<ExecutionEnvironment>();

  const start = () => {
    const environment = startEnvironment({ configuration, variables: options.variables(), write: options.write });
    all.add(environment);
    return environment;
  };

  const take = async (): Promise<ExecutionEnvironment> => {
    for (let entry = idle.pop(); entry; entry = idle.pop()) {
      if (entry.environment.alive) return entry.environment;
      all.delete(entry.environment);
    }
    if (all.size < options.limit) return start();
    return new Promise((resolve) => waiting.push(resolve));
  };

  const giveBack = (environment: ExecutionEnvironment) => {
    if (!environment.alive) all.delete(environment);
    const next = waiting.shift();
    if (next) next(environment.alive ? environment : start());
    else if (environment.alive) idle.push({ environment, since: Date.now() });
  };

  const reaper = setInterval(() => {
    while (idle[0] && Date.now() - idle[0].since > idleMilliseconds) {
      const { environment } = idle.shift() as (typeof idle)[number];
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
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}
