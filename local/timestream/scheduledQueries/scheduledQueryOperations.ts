import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AwsError, type Permission } from '../../service.ts';
import { type Body, page, paged, readInput, seconds } from '../input.ts';
import { readDefinition } from './definition.ts';
import { describeRun } from './runSummary.ts';
import type { ScheduledQueries } from './scheduledQueries.ts';
import type { ScheduledQuery } from './scheduledQueryStore.ts';

/** After that a client token is a new one (AWS: "CreateScheduledQuery"). */
const tokenMilliseconds = 8 * 3_600_000;

const named = { ScheduledQueryArn: z.string() };
const inputs = {
  token: z.string().min(32).max(128).optional(),
  byArn: z.strictObject(named),
  UpdateScheduledQuery: z.strictObject({ ...named, State: z.enum(['ENABLED', 'DISABLED']) }),
  ExecuteScheduledQuery: z.strictObject({
    ...named,
    /** Epoch seconds. */
    InvocationTime: z.number().min(0).max(253_402_300_799),
    // AWS doesn't use it.
    ClientToken: z.string().optional(),
    QueryInsights: z.strictObject({ Mode: z.literal('DISABLED') }).optional(),
  }),
  ListScheduledQueries: z.strictObject(paged(1000)),
};

/** Scheduled queries by the Query API (AWS: Timestream for LiveAnalytics API reference, "Amazon Timestream Query"). */
export function scheduledQueryOperations({
  store,
  runs,
  create,
  remove,
  now,
}: Pick<ScheduledQueries, 'store' | 'runs' | 'create' | 'remove' | 'now'>): Readonly<
  Record<string, (body: Body) => unknown>
> {
  const find = (arn: string): ScheduledQuery => {
    const query = store.find(arn);
    if (!query)
      throw new AwsError('ResourceNotFoundException', `The scheduled query ${arn} does not exist.`, 400, {
        ScheduledQueryArn: arn,
      });
    return query;
  };
  const summaryOf = (query: ScheduledQuery) => {
    const next = runs.nextOf(query);
    return {
      Arn: query.arn,
      Name: query.definition.Name,
      CreationTime: seconds(query.created),
      State: query.state,
      ...(query.lastRun && { PreviousInvocationTime: seconds(query.lastRun.invocation) }),
      ...(next !== undefined && { NextInvocationTime: seconds(next) }),
    };
  };

  return {
    async CreateScheduledQuery({ ClientToken: given, ...body }) {
      const clientToken = readInput(inputs.token, given);
      const definition = readDefinition(body);
      const before = store
        .all()
        .find((query) => query.clientToken === clientToken && now() - query.created < tokenMilliseconds);
      if (clientToken === undefined || !before)
        return { Arn: await create(definition, { clientToken }, randomBytes(8).toString('hex')) };
      if (JSON.stringify(before.definition) !== JSON.stringify(definition))
        throw new AwsError('ConflictException', 'The ClientToken was used with other parameters.');
      return { Arn: before.arn };
    },
    DescribeScheduledQuery(body) {
      const query = find(readInput(inputs.byArn, body).ScheduledQueryArn);
      return {
        ScheduledQuery: {
          ...query.definition,
          ...summaryOf(query),
          ...(query.lastRun && { LastRunSummary: describeRun(query.lastRun) }),
          RecentlyFailedRuns: query.failedRuns.map(describeRun),
        },
      };
    },
    ListScheduledQueries(body) {
      const { items, ...next } = page(store.all(), ({ arn }) => arn, readInput(inputs.ListScheduledQueries, body));
      return { ScheduledQueries: items.map((query) => ({ ...summaryOf(query), ...listed(query) })), ...next };
    },
    async UpdateScheduledQuery(body) {
      const { ScheduledQueryArn: arn, State: state } = readInput(inputs.UpdateScheduledQuery, body);
      const query = { ...find(arn), state };
      store.put(query);
      await runs.tell(query, 'SCHEDULED_QUERY_UPDATE', { state });
      return {};
    },
    async DeleteScheduledQuery(body) {
      const query = find(readInput(inputs.byArn, body).ScheduledQueryArn);
      remove(query.arn);
      await runs.tell(query, 'SCHEDULED_QUERY_DELETED');
      return {};
    },
    /** Answers at once; the run comes after. Disabled ones run too. */
    ExecuteScheduledQuery(body) {
      const { ScheduledQueryArn: arn, InvocationTime: time } = readInput(inputs.ExecuteScheduledQuery, body);
      runs.add(find(arn), time * 1000, true);
      return {};
    },
  };
}

/** What the caller needs; who makes a query passes its role on. */
export function scheduledQueryPermissions(operation: string, body: Body): Permission[] {
  const { ScheduledQueryArn: arn = '*', ScheduledQueryExecutionRoleArn: role } = body;
  const permission = { action: `timestream:${operation}`, resource: String(arn) };
  if (role === undefined) return [permission];
  const context = { 'iam:PassedToService': 'timestream.amazonaws.com' };
  return [permission, { action: 'iam:PassRole', resource: String(role), context }];
}

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
