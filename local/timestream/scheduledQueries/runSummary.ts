import { seconds } from '../input.ts';

/** What came of one run. Times are epoch milliseconds. */
export interface RunSummary {
  readonly invocation: number;
  readonly trigger: number;
  readonly status: `${'AUTO' | 'MANUAL'}_TRIGGER_${'SUCCESS' | 'FAILURE'}`;
  readonly stats?: ExecutionStats | undefined;
  readonly report?: { readonly bucket: string; readonly key: string } | undefined;
  readonly failure?: string | undefined;
}

export interface ExecutionStats {
  readonly milliseconds: number;
  readonly dataWrites: number;
  readonly recordsIngested: number;
  readonly resultRows: number;
}

/** AWS: "ScheduledQueryRunSummary". Nobody meters what DuckDB scans. */
export const describeRun = ({ invocation, trigger, status, stats, report, failure }: RunSummary) => ({
  InvocationTime: seconds(invocation),
  TriggerTime: seconds(trigger),
  RunStatus: status,
  ...(stats && {
    ExecutionStats: {
      ExecutionTimeInMillis: stats.milliseconds,
      DataWrites: stats.dataWrites,
      BytesMetered: 0,
      CumulativeBytesScanned: 0,
      RecordsIngested: stats.recordsIngested,
      QueryResultRows: stats.resultRows,
    },
  }),
  ...(report && { ErrorReportLocation: { S3ReportLocation: { BucketName: report.bucket, ObjectKey: report.key } } }),
  ...(failure !== undefined && { FailureReason: failure }),
});

/** AWS: "Scheduled query notification messages", SuccessNotificationMessage and FailureNotificationMessage. */
export function runMessage(summary: RunSummary, next: number | undefined) {
  const { InvocationTime, TriggerTime: _, ...rest } = describeRun(summary);
  return {
    ...(next !== undefined && { nextInvocationEpochSecond: Math.floor(seconds(next)) }),
    scheduledQueryRunSummary: {
      invocationEpochSecond: Math.floor(InvocationTime),
      triggerTimeMillis: summary.trigger,
      ...(lowerFirst(rest) as object),
    },
  };
}

/** Messages have the fields of the API, in camel case. */
function lowerFirst(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      lowerFirst(inner),
    ]),
  );
}
