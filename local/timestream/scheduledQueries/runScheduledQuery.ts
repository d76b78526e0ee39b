import { AwsError } from '../../service.ts';
import type { Catalog } from '../catalog.ts';
import type { Queries } from '../queryOperations.ts';
import type { Writer } from '../writer.ts';
import type { asExecutionRole } from './asExecutionRole.ts';
import type { ScheduledQueryDefinition } from './definition.ts';
import type { ExecutionStats, RunSummary } from './runSummary.ts';
import { checkTarget, targetRecords } from './targetRecords.ts';

const recordsAtOnce = 100;

/** The parts of Timestream that a run goes through. */
export interface Engine {
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly queries: Queries;
}

export interface Run {
  /** `@scheduled_runtime`, epoch milliseconds. */
  readonly invocation: number;
  /** When it began, epoch milliseconds: the version of what it writes. */
  readonly trigger: number;
  readonly manual: boolean;
}

type Role = ReturnType<typeof asExecutionRole>;

/**
 * Runs a query once and stores its result. What goes wrong with single rows or records is put in an error report; anything else that
 * is wrong with the request can't get right by itself (`fatal`) and ends the schedule (AWS: "Scheduled query error reports").
 */
export async function runScheduledQuery(
  engine: Engine,
  role: Role,
  definition: ScheduledQueryDefinition,
  run: Run,
): Promise<{ summary: RunSummary; fatal: boolean }> {
  const { invocation, trigger, manual } = run;
  const ended = (outcome: Pick<RunSummary, 'stats' | 'report' | 'failure'>): RunSummary => ({
    invocation,
    trigger,
    status: `${manual ? 'MANUAL' : 'AUTO'}_TRIGGER_${outcome.failure === undefined ? 'SUCCESS' : 'FAILURE'}`,
    ...outcome,
  });
  try {
    const { stats, errors } = await storeResult(engine, role, definition, run);
    if (errors.length === 0) return { summary: ended({ stats }), fatal: false };
    const failure =
      'Schedule encountered some errors and is incomplete. Please take a look at error report for further details';
    return role.report(run, errors).then(
      (report) => ({ summary: ended({ stats, report, failure }), fatal: false }),
      (error: unknown) => ({
        summary: ended({ stats, failure: `The error report could not be written: ${messageOf(error)}` }),
        fatal: false,
      }),
    );
  } catch (error) {
    const fatal = error instanceof AwsError && error.status < 500;
    return { summary: ended({ failure: messageOf(error) }), fatal };
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function storeResult(
  { queries, catalog, writer }: Engine,
  role: Role,
  { QueryString: query, TargetConfiguration: target }: ScheduledQueryDefinition,
  { invocation, trigger }: Run,
): Promise<{ stats: ExecutionStats; errors: unknown[] }> {
  const begun = performance.now();
  for (const { action, resource } of queries.permissions(query)) role.authorize(action, resource);
  const result = await queries.run(query, new Map([['scheduled_runtime', new Date(invocation)]]));
  const errors: unknown[] = [];
  let ingested = 0;
  let dataWrites = 0;
  if (target) {
    const { TimestreamConfiguration: mapping } = target;
    const names = { DatabaseName: mapping.DatabaseName, TableName: mapping.TableName };
    role.authorize('timestream:WriteRecords', catalog.arn(names.DatabaseName, names.TableName));
    checkTarget(mapping, result.columns);
    const made = targetRecords(mapping, result, trigger);
    errors.push(...made.errors);
    for (let from = 0; from < made.records.length; from += recordsAtOnce) {
      const Records = made.records.slice(from, from + recordsAtOnce);
      const rejected = rejections(() => writer.write({ ...names, Records }));
      ingested += Records.length - rejected.length;
      // Writes are metered by the KiB.
      if (rejected.length < Records.length)
        dataWrites += Math.ceil(Buffer.byteLength(JSON.stringify(Records)) / 1024) * 1024;
      for (const { RecordIndex, Reason } of rejected) errors.push(recordError(Reason, Records[RecordIndex]));
    }
  }
  const milliseconds = Math.round(performance.now() - begun);
  return { stats: { milliseconds, dataWrites, recordsIngested: ingested, resultRows: result.rows.length }, errors };
}

function rejections(write: () => unknown): Array<{ RecordIndex: number; Reason: string }> {
  try {
    write();
    return [];
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'RejectedRecordsException') throw error;
    return error.fields['RejectedRecords'] as Array<{ RecordIndex: number; Reason: string }>;
  }
}

/** AWS: "Scheduled query error reports", records ingestion errors. */
const recordError = (
  reason: string,
  record: ReturnType<typeof targetRecords>['records'][number] | undefined,
): unknown => ({
  reason,
  records: [
    record && {
      dimensions: record.Dimensions.map(({ Name, Value }) => ({ name: Name, value: Value, dimensionValueType: null })),
      measureName: record.MeasureName,
      measureValue: record.MeasureValue ?? null,
      measureValues:
        record.MeasureValues?.map(({ Name, Type, Value }) => ({ name: Name, value: Value, type: Type })) ?? null,
      measureValueType: record.MeasureValueType,
      time: record.Time,
      timeUnit: record.TimeUnit,
      version: record.Version,
    },
  ],
});
