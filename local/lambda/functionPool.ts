import type { InvokeResult } from '../ports.ts';
import { type ExecutionEnvironment, startEnvironment } from './executionEnvironment.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Idle environments end after this long, as Lambda freezes and drops them. */
const idleMilliseconds = 5 * 60_000;

export interface FunctionPool {
  readonly configuration: FunctionConfiguration;
  /** Invocations running or waiting. */
  readonly load: number;
  invoke(event: string): Promise<InvokeResult>;
  close(): Promise<void>;
}

/** The execution environments of one function: made when needed, one invocation each, at most `limit` at once. */
export function createFunctionPool(
  configuration: FunctionConfiguration,
  options: { readonly limit: number; readonly variables: () => Record<string, string>; readonly write: (text: string) => void },
): FunctionPool {
  const idle: Array<{ environment: ExecutionEnvironment; since: number }> = [];
  const waiting: Array<(environment: ExecutionEnvironment) => void> = [];
  const all = new Set<ExecutionEnvironment>();
  let load = 0;

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
    get load() {
      return load;
    },
    async invoke(event) {
      load += 1;
      try {
        const environment = await take();
        try {
          return await environment.invoke(event);
        } finally {
          giveBack(environment);
        }
      } finally {
        load -= 1;
      }
    },
    async close() {
      clearInterval(reaper);
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}
