import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsService, jsonError, type Permission } from '../service.ts';
import { openCatalog } from './catalog.ts';
import { openColumnStore } from './columnStore.ts';
import type { Body } from './input.ts';
import { tableProviders } from './providers.ts';
import { createQueries, queryOperations } from './queryOperations.ts';
import type { ScheduledQueryPorts } from './scheduledQueries/asExecutionRole.ts';
import { createScheduledQueries } from './scheduledQueries/scheduledQueries.ts';
import { scheduledQueryOperations, scheduledQueryPermissions } from './scheduledQueries/scheduledQueryOperations.ts';
import { tableOperations } from './tableOperations.ts';
import { createWriter } from './writer.ts';

/** Timestream for LiveAnalytics: Write and Query APIs on DuckDB. */
export async function createTimestream(
  context: CloudContext,
  ports: ScheduledQueryPorts,
): Promise<{
  service: AwsService;
  providers: ResourceProvider[];
  /** From now on scheduled queries run by themselves. */
  listen(): void;
  /** Resolves when no run of a scheduled query is waiting. */
  settled(): Promise<void>;
  close(): Promise<void>;
}> {
  const catalog = openCatalog(context);
  const writer = createWriter(context, catalog);
  const columns = await openColumnStore(context, catalog, writer);
  const queries = createQueries(catalog, writer, columns);
  const scheduled = createScheduledQueries(context, ports, { catalog, writer, queries });

  const operations: Readonly<Record<string, (body: Body, request: AwsRequest) => unknown>> = {
    // A host name alone, as on AWS: the SDK puts it in place of the one it called, and keeps the port.
    DescribeEndpoints: () => ({
      Endpoints: [{ Address: new URL(context.endpointUrl).hostname, CachePeriodInMinutes: 1440 }],
    }),
    WriteRecords: (body) => writer.write(body),
    ...tableOperations(catalog, columns, writer),
    ...queryOperations(queries),
    ...scheduledQueryOperations(scheduled),
  };
  const known = ({ operation = '', path }: AwsRequest) => {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!run)
      throw new AwsError(
        'UnknownOperationException',
        `timestream: ${operation || path} is not honoured by the local cloud.`,
      );
    return run;
  };
  const parse = (request: AwsRequest) => JSON.parse(request.body.toString() || '{}') as Body;

  /** AWS: "Actions, resources, and condition keys for Amazon Timestream". */
  const permissionsOf = (operation: string, body: Body): Permission[] => {
    const text = (name: string) => (body[name] === undefined ? undefined : String(body[name]));
    const on = (resource: string): Permission => ({ action: `timestream:${operation}`, resource });
    if (operation === 'Query') return queries.permissions(text('QueryString') ?? '');
    if (operation === 'PrepareQuery') return [on('*'), ...queries.permissions(text('QueryString') ?? '')];
    if (operation.includes('ScheduledQuer')) return scheduledQueryPermissions(operation, body);
    const database = text('DatabaseName');
    return [on(database === undefined ? '*' : catalog.arn(database, text('TableName')))];
  };

  return {
    service: {
      signingNames: ['timestream'],
      permissions(request) {
        known(request);
        return permissionsOf(request.operation ?? '', parse(request));
      },
      async handle(request) {
        const answer = await known(request)(parse(request), request);
        return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) };
      },
      error: jsonError,
    },
    providers: [...tableProviders(catalog), scheduled.provider],
    listen: scheduled.listen,
    settled: scheduled.runs.settled,
    async close() {
      await scheduled.runs.close();
      await columns.flush();
      await columns.close();
    },
  };
}
