import type { CloudContext } from '../../context.ts';
import { asExecutionRole, type ScheduledQueryPorts } from './asExecutionRole.ts';
import { type Engine, runScheduledQuery } from './runScheduledQuery.ts';
import { runMessage } from './runSummary.ts';
import type { ScheduledQuery, ScheduledQueryStore, WaitingRun } from './scheduledQueryStore.ts';

const failedRunsKept = 5;

/** Runs follow one another, each kept until it ended, over a restart too. */
export function createRunQueue(
  context: CloudContext,
  ports: ScheduledQueryPorts,
  engine: Engine,
  store: ScheduledQueryStore,
) {
  const { clockwork, now = Date.now } = ports;
  let listening = false;
  let running: Promise<void> = Promise.resolve();

  const roleOf = ({ arn, definition }: Pick<ScheduledQuery, 'arn' | 'definition'>) =>
    asExecutionRole(context, ports, arn, definition);
  const nextOf = ({ arn, state }: ScheduledQuery) => (state === 'ENABLED' ? clockwork.next(arn) : undefined);
  /** What can't be told is lost: a role may lose its permission after the query was made. */
  const tell = (query: ScheduledQuery, type: string, more?: Readonly<Record<string, unknown>>) =>
    roleOf(query)
      .notify(type, more)
      .catch((error: unknown) =>
        context.log.warn('a notification of a scheduled query was lost', {
          arn: query.arn,
          type,
          error: String(error),
        }),
      );

  const runOne = async ({ id, arn, ...run }: WaitingRun): Promise<void> => {
    const query = store.find(arn);
    const ended = query && (await runScheduledQuery(engine, roleOf(query), query.definition, run));
    const current = store.find(arn);
    store.removeRun(id);
    // It may be gone by now.
    if (!ended || !current) return;
    const { summary, fatal } = ended;
    const failed = summary.failure === undefined ? [] : [summary];
    const after: ScheduledQuery = {
      ...current,
      lastRun: summary,
      failedRuns: [...failed, ...current.failedRuns].slice(0, failedRunsKept),
      state: fatal ? 'DISABLED' : current.state,
    };
    store.put(after);
    await tell(after, summary.status, runMessage(summary, nextOf(after)));
    if (fatal && current.state === 'ENABLED') await tell(after, 'SCHEDULED_QUERY_UPDATE', { state: after.state });
  };
  const runWaiting = async (): Promise<void> => {
    for (let waiting = store.nextRun(); waiting && listening; waiting = store.nextRun()) await runOne(waiting);
  };
  const runSoon = (): void => {
    running = running
      .then(runWaiting)
      .catch((error: unknown) =>
        context.log.error('scheduled queries stopped until the next is due', { error: String(error) }),
      );
  };

  return {
    roleOf,
    nextOf,
    tell,
    /** @param invocation epoch milliseconds, `@scheduled_runtime` of the run */
    add(query: ScheduledQuery, invocation: number, manual: boolean): void {
      const lastTrigger = Math.max(now(), query.lastTrigger + 1);
      store.put({ ...query, lastTrigger });
      store.addRun(query.arn, { invocation, trigger: lastTrigger, manual });
      if (listening) runSoon();
    },
    listen(): void {
      listening = true;
      runSoon();
    },
    settled: () => running,
    async close(): Promise<void> {
      listening = false;
      await running;
    },
  };
}
