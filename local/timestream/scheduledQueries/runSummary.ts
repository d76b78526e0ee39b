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
export const runMessage = (
  { invocation, trigger, status, stats, report, failure }: RunSummary,
  next: number | undefined,
) => ({
  ...(next !== undefined && { nextInvocationEpochSecond: Math.floor(next / 1000) }),
  scheduledQueryRunSummary: {
    invocationEpochSecond: Math.floor(invocation / 1000),
    triggerTimeMillis: trigger,
    runStatus: status,
    ...(stats && {
      executionStats: {
        executionTimeInMillis: stats.milliseconds,
        dataWrites: stats.dataWrites,
        bytesMetered: 0,
        cumulativeBytesScanned: 0,
        recordsIngested: stats.recordsIngested,
        queryResultRows: stats.resultRows,
      },
    }),
    ...(report && { errorReportLocation: { s3ReportLocation: { bucketName: report.bucket, objectKey: report.key } } }),
    ...(failure !== undefined && { failureReason: failure }),
  },
});
