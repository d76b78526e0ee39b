import { createHash } from 'node:crypto';
import type { CloudContext } from '../../context.ts';
import type { ResourceProvider } from '../../resources/provider.ts';
import { ruleTimetable, type Timetable } from '../../scheduler/timetable.ts';
import { AwsError } from '../../service.ts';
import { invalid } from '../input.ts';
import type { ScheduledQueryPorts } from './asExecutionRole.ts';
import type { ScheduledQueryDefinition } from './definition.ts';
import { createRunQueue } from './runQueue.ts';
import type { Engine } from './runScheduledQuery.ts';
import { scheduledQueryProvider } from './scheduledQueryProvider.ts';
import { openScheduledQueryStore, type ScheduledQuery } from './scheduledQueryStore.ts';
import { checkTarget } from './targetRecords.ts';

/** Scheduled queries, made and removed (AWS: "Using scheduled queries in Timestream for LiveAnalytics"). */
export function createScheduledQueries(context: CloudContext, ports: ScheduledQueryPorts, engine: Engine) {
  const { clockwork, now = Date.now } = ports;
  const store = openScheduledQueryStore(context.store);
  const runs = createRunQueue(context, ports, engine, store);
  /** Resources of the template that were there in this process. */
  const provisioned = new Set<string>();

  const schedule = ({ arn, definition: { ScheduleConfiguration: configuration } }: ScheduledQuery): void =>
    clockwork.set({
      arn,
      definition: configuration.ScheduleExpression,
      timetable: readTimetable(configuration.ScheduleExpression),
      run(scheduled) {
        const query = store.find(arn);
        if (query?.state === 'ENABLED') runs.add(query, scheduled, false);
      },
    });

  /** @throws AwsError ValidationException for what a run would fail with. */
  const check = async (query: ScheduledQuery): Promise<void> => {
    const { ScheduleConfiguration, QueryString, TargetConfiguration } = query.definition;
    readTimetable(ScheduleConfiguration.ScheduleExpression);
    const columns = await engine.queries.prepare(QueryString, new Map([['scheduled_runtime', new Date(now())]]));
    const target = TargetConfiguration?.TimestreamConfiguration;
    if (target) {
      if (!engine.catalog.hasTable(target.DatabaseName, target.TableName))
        throw invalid(`The target table ${target.DatabaseName}.${target.TableName} does not exist.`);
      checkTarget(target, columns);
    }
    await runs.roleOf(query).checkBucket();
  };

  /** @throws AwsError ValidationException, ConflictException */
  const create = async (
    definition: ScheduledQueryDefinition,
    origin: Pick<ScheduledQuery, 'clientToken' | 'resource'>,
    suffix: string,
  ): Promise<string> => {
    const arn = `arn:aws:timestream:${context.region}:${context.accountId}:scheduled-query/${definition.Name}-${suffix}`;
    const begin = { state: 'ENABLED', created: now(), lastTrigger: 0, failedRuns: [] } as const;
    const query: ScheduledQuery = { ...origin, ...begin, arn, definition };
    await asInvalid(() => check(query));
    if (store.all().some((each) => each.definition.Name === definition.Name))
      throw new AwsError('ConflictException', `The scheduled query ${definition.Name} already exists.`);
    store.put(query);
    try {
      await asInvalid(() => runs.roleOf(query).notify('SCHEDULED_QUERY_CREATING'));
    } catch (error) {
      store.remove(arn);
      throw error;
    }
    schedule(query);
    return arn;
  };
  const remove = (arn: string): void => {
    clockwork.remove(arn);
    store.remove(arn);
  };

  // Those of the template run from when it has made them.
  for (const query of store.all()) if (query.resource === undefined) schedule(query);

  const provider: ResourceProvider = scheduledQueryProvider(async (definition, resource) => {
    provisioned.add(resource);
    const content = JSON.stringify(definition);
    const before = store.all().find((query) => query.resource === resource);
    if (before && JSON.stringify(before.definition) === content) {
      schedule(before);
      return before.arn;
    }
    // Every property but the tags replaces the resource.
    if (before) remove(before.arn);
    const digest = createHash('sha256').update(`${resource}\0${content}`).digest('hex');
    return create(definition, { resource }, digest.slice(0, 16));
  });

  return {
    store,
    runs,
    create,
    remove,
    now,
    provider,
    /** From now on they run by themselves. */
    listen(): void {
      // What the template has no more is deleted, as with its stack.
      for (const { arn, resource } of store.all())
        if (resource !== undefined && !provisioned.has(resource)) remove(arn);
      runs.listen();
    },
  };
}

export type ScheduledQueries = ReturnType<typeof createScheduledQueries>;

/** @throws AwsError ValidationException. In UTC; a rate is counted from the making (AWS: "Schedule expressions for scheduled queries"). */
function readTimetable(expression: string): Timetable {
  try {
    return ruleTimetable(expression);
  } catch (error) {
    throw invalid(`ScheduleConfiguration.ScheduleExpression: ${(error as Error).message}`);
  }
}

/** What another service refuses while a query is made is wrong with the request. */
async function asInvalid(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof AwsError && error.status < 500 ? invalid(error.message) : error;
  }
}
