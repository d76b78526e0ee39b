import type { Handlers } from '../platform/http/httpApi.ts';
import { logger } from '../platform/observe.ts';
import type { healthOperations } from './operations.ts';

/** A flow through the system, and the question whose answer shows that the part it rests on is there. */
export interface Flow {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
}

const patienceMilliseconds = 3000;

/** GET /api/health: 200 when every flow answers, 503 when one doesn't. Latency in milliseconds. */
export const healthHandlers = (flows: readonly Flow[]): Handlers<typeof healthOperations> => ({
  getHealth: async () => {
    const checked = await Promise.all(flows.map(check));
    const healthy = checked.every(({ status }) => status === 'healthy');
    return { status: healthy ? 200 : 503, body: { status: healthy ? 'healthy' : 'unhealthy', flows: checked } };
  },
});

async function check({ name, ask }: Flow) {
  const started = performance.now();
  let status: 'healthy' | 'unhealthy' = 'healthy';
  try {
    await Promise.race([ask(), timeOut()]);
  } catch (error) {
    status = 'unhealthy';
    logger.error('flow unhealthy', { flow: name, reason: (error as Error).message });
  }
  return { name, status, latency: Math.round(performance.now() - started), lastCheck: new Date().toISOString() };
}

function timeOut(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer in ${patienceMilliseconds} ms`)), patienceMilliseconds).unref();
  });
}
