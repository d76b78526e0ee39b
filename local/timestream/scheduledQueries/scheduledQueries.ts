import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { CloudContext } from '../../context.ts';
import type { ResourceProvider } from '../../resources/provider.ts';
import { ruleTimetable, type Timetable } from '../../scheduler/timetable.ts';
import { AwsError, type Permission } from '../../service.ts';
import { type Body, invalid, page, paged, readInput, seconds } from '../input.ts';
import { asExecutionRole, type ScheduledQueryPorts } from './asExecutionRole.ts';
import { readDefinition, type ScheduledQueryDefinition } from './definition.ts';
import { type Engine, runScheduledQuery } from './run.ts';
import { describeRun, runMessage } from './runSummary.ts';
import { scheduledQueryProvider } from './scheduledQueryProvider.ts';
import { openScheduledQueryStore, type ScheduledQuery, type WaitingRun } from './scheduledQueryStore.ts';
import { checkTarget } from './targetRecords.ts';

/** After that a client token is a new one (AWS: "CreateScheduledQuery"). */
const tokenMilliseconds = 8 * 3_600_000;
const failedRunsKept = 5;

const named = { ScheduledQueryArn: z.string() };
const inputs = {
  token: z.string().min(32).max(128).optional(),
  byArn: z.strictObject(named),
  UpdateScheduledQuery: z.strictObject({ ...named, State: z.enum(['ENABLED', 'DISABLED']) }),
  ExecuteScheduledQuery: z.strictObject({
    ...named,
    /** Epoch seconds. */
    InvocationTime: z.number().min(0).max(253_402_300_799),
    ClientToken: z.string().optional(),
    QueryInsights: z.strictObject({ Mode: z.literal('DISABLED') }).optional(),
  }),
  ListScheduledQueries: z.strictObject(paged(1000)),
};

/** Scheduled queries (AWS: "Using scheduled queries in Timestream for LiveAnalytics"). Runs follow one another, each kept until it ended. */
export function createScheduledQueries(context: CloudContext, ports: ScheduledQueryPorts, engine: Engine) {
  const { clockwork, now = Date.now } = ports;
  const store = openScheduledQueryStore(context.store);
  /** Resources of the template that were there in this process. */
  const provisioned = new Set<string>();
  let listening = false;
  let running: Promise<void> = Promise.resolve();

  const find = (arn: string): ScheduledQuery => {
    const query = store.find(arn);
    if (!query)
      throw new AwsError('ResourceNotFoundException', `The scheduled query ${arn} does not exist.`, 400, {
        ScheduledQueryArn: arn,
      });
    return query;
  };
  const roleOf = ({ arn, definition }: Pick<ScheduledQuery, 'arn' | 'definition'>) =>
    asExecutionRole(context, ports, arn, definition);
  /** What can't be told is lost, as on AWS: a role may lose its permission after the query was made. */
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

  const trigger = (query: ScheduledQuery, invocation: number, manual: boolean): void => {
    const lastTrigger = Math.max(now(), query.lastTrigger + 1);
    store.put({ ...query, lastTrigger });
    store.addRun(query.arn, { invocation, trigger: lastTrigger, manual });
    if (listening) runSoon();
  };
  const schedule = ({ arn, definition: { ScheduleConfiguration: configuration } }: ScheduledQuery): void =>
    clockwork.set({
      arn,
      definition: configuration.ScheduleExpression,
      timetable: readTimetable(configuration.ScheduleExpression),
      run(scheduled) {
        const query = store.find(arn);
        if (query?.state === 'ENABLED') trigger(query, scheduled, false);
      },
    });

  const runSoon = (): void => {
    running = running
      .then(runWaiting)
      .catch((error: unknown) =>
        context.log.error('scheduled queries stopped until the next is due', { error: String(error) }),
      );
  };
  const runWaiting = async (): Promise<void> => {
    for (let waiting = store.nextRun(); waiting && listening; waiting = store.nextRun()) await runOne(waiting);
  };
  const runOne = async ({ id, arn, ...run }: WaitingRun): Promise<void> => {
    const query = store.find(arn);
    const ended = query && (await runScheduledQuery(engine, roleOf(query), query.definition, run));
    const current = store.find(arn);
    store.removeRun(id);
    // It may be gone by now.
    if (!ended || !current) return;
    const { summary, fatal } = ended;
    const after: ScheduledQuery = {
      ...current,
      lastRun: summary,
      failedRuns:
        summary.failure === undefined ? current.failedRuns : [summary, ...current.failedRuns].slice(0, failedRunsKept),
      state: fatal ? 'DISABLED' : current.state,
    };
    store.put(after);
    await tell(after, summary.status, runMessage(summary, nextOf(after)));
    if (fatal && current.state === 'ENABLED') await tell(after, 'SCHEDULED_QUERY_UPDATE', { state: after.state });
  };
  const nextOf = ({ arn, state }: ScheduledQuery) => (state === 'ENABLED' ? clockwork.next(arn) : undefined);

  /** @throws AwsError ValidationException for what a run would fail with. */
  const check = async (definition: ScheduledQueryDefinition, role: ReturnType<typeof roleOf>): Promise<void> => {
    readTimetable(definition.ScheduleConfiguration.ScheduleExpression);
    const columns = await engine.queries.prepare(
      definition.QueryString,
      new Map([['scheduled_runtime', new Date(now())]]),
    );
    const target = definition.TargetConfiguration?.TimestreamConfiguration;
    if (target) {
      if (!engine.catalog.hasTable(target.DatabaseName, target.TableName))
        throw invalid(`The target table ${target.DatabaseName}.${target.TableName} does not exist.`);
      checkTarget(target, columns);
    }
    await role.checkBucket();
  };

  /** @throws AwsError ValidationException, ConflictException */
  const create = async (
    definition: ScheduledQueryDefinition,
    origin: Pick<ScheduledQuery, 'clientToken' | 'resource'>,
    suffix: string,
  ): Promise<string> => {
    const arn = `arn:aws:timestream:${context.region}:${context.accountId}:scheduled-query/${definition.Name}-${suffix}`;
    const query: ScheduledQuery = {
      ...origin,
      arn,
      definition,
      state: 'ENABLED',
      created: now(),
      lastTrigger: 0,
      failedRuns: [],
    };
    const role = roleOf(query);
    await asInvalid(() => check(definition, role));
    const same = store.all().find((each) => each.definition.Name === definition.Name);
    if (same) throw new AwsError('ConflictException', `The scheduled query ${definition.Name} already exists.`);
    store.put(query);
    try {
      await asInvalid(() => role.notify('SCHEDULED_QUERY_CREATING'));
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

  const operations: Readonly<Record<string, (body: Body) => unknown>> = {
    async CreateScheduledQuery({ ClientToken: given, ...body }) {
      const clientToken = readInput(inputs.token, given);
      const definition = readDefinition(body);
      const before = store
        .all()
        .find(
          (query) =>
            clientToken !== undefined && query.clientToken === clientToken && now() - query.created < tokenMilliseconds,
        );
      if (!before) return { Arn: await create(definition, { clientToken }, randomBytes(8).toString('hex')) };
      if (JSON.stringify(before.definition) !== JSON.stringify(definition))
        throw new AwsError('ConflictException', 'The ClientToken was used with other parameters.');
      return { Arn: before.arn };
    },
    DescribeScheduledQuery(body) {
      const query = find(readInput(inputs.byArn, body).ScheduledQueryArn);
      return {
        ScheduledQuery: {
          ...query.definition,
          ...summaryOf(query, nextOf(query)),
          ...(query.lastRun && { LastRunSummary: describeRun(query.lastRun) }),
          RecentlyFailedRuns: query.failedRuns.map(describeRun),
        },
      };
    },
    ListScheduledQueries(body) {
      const { items, ...next } = page(store.all(), ({ arn }) => arn, readInput(inputs.ListScheduledQueries, body));
      return {
        ScheduledQueries: items.map((query) => ({ ...summaryOf(query, nextOf(query)), ...listed(query) })),
        ...next,
      };
    },
    async UpdateScheduledQuery(body) {
      const { ScheduledQueryArn: arn, State: state } = readInput(inputs.UpdateScheduledQuery, body);
      const query = { ...find(arn), state };
      store.put(query);
      await tell(query, 'SCHEDULED_QUERY_UPDATE', { state });
      return {};
    },
    async DeleteScheduledQuery(body) {
      const query = find(readInput(inputs.byArn, body).ScheduledQueryArn);
      remove(query.arn);
      await tell(query, 'SCHEDULED_QUERY_DELETED');
      return {};
    },
    /** Answers at once; the run comes after. Disabled ones run too. */
    ExecuteScheduledQuery(body) {
      const { ScheduledQueryArn: arn, InvocationTime: time } = readInput(inputs.ExecuteScheduledQuery, body);
      trigger(find(arn), time * 1000, true);
      return {};
    },
  };

  const provider: ResourceProvider = scheduledQueryProvider(async (definition, resource) => {
    provisioned.add(resource);
    const before = store.all().find((query) => query.resource === resource);
    if (before && JSON.stringify(before.definition) === JSON.stringify(definition)) {
      schedule(before);
      return before.arn;
    }
    // Every property but the tags replaces the resource.
    if (before) remove(before.arn);
    const suffix = createHash('sha256')
      .update(`${resource}\0${JSON.stringify(definition)}`)
      .digest('hex')
      .slice(0, 16);
    return create(definition, { resource }, suffix);
  });

  return {
    operations,
    provider,
    permissions(operation: string, body: Body): Permission[] {
      const arn = body['ScheduledQueryArn'];
      const role = body['ScheduledQueryExecutionRoleArn'];
      return [
        { action: `timestream:${operation}`, resource: arn === undefined ? '*' : String(arn) },
        ...(role === undefined
          ? []
          : [
              {
                action: 'iam:PassRole',
                resource: String(role),
                context: { 'iam:PassedToService': 'timestream.amazonaws.com' },
              },
            ]),
      ];
    },
    listen(): void {
      // What the template has no more is deleted, as with its stack.
      for (const { arn, resource } of store.all())
        if (resource !== undefined && !provisioned.has(resource)) remove(arn);
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

const summaryOf = ({ arn, definition, state, created, lastRun }: ScheduledQuery, next: number | undefined) => ({
  Arn: arn,
  Name: definition.Name,
  CreationTime: seconds(created),
  State: state,
  ...(lastRun && { PreviousInvocationTime: seconds(lastRun.invocation) }),
  ...(next !== undefined && { NextInvocationTime: seconds(next) }),
});

function listed({ definition, lastRun }: ScheduledQuery) {
  const target = definition.TargetConfiguration?.TimestreamConfiguration;
  return {
    ErrorReportConfiguration: definition.ErrorReportConfiguration,
    ...(target && {
      TargetDestination: {
        TimestreamDestination: { DatabaseName: target.DatabaseName, TableName: target.TableName },
      },
    }),
    ...(lastRun && { LastRunStatus: lastRun.status }),
  };
}
