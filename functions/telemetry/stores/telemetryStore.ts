import {
  RejectedRecordsException,
  type _Record as TimestreamRecord,
  ValidationException,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { BrokenCircuitError, type IPolicy } from 'cockatiel';
import { inBatches } from '../../platform/batches.ts';
import type { Sends } from '../../platform/clients.ts';
import { type Failure, invalid, storageFailure } from '../../platform/failure.ts';
import type { Aggregated } from '../stages/aggregate.ts';
import { toTimestreamRecords } from '../stages/format.ts';

interface TelemetryStore {
  readonly timestream: Sends;
  readonly database: string;
  readonly table: string;
  /** Around each call, so that a store that is down is not asked by every batch. */
  readonly breaker: Pick<IPolicy, 'execute'>;
}

/** AWS: "WriteRecords", at most 100 records a call. */
const recordsPerCall = 100;
const commonAttributes = { MeasureName: 'telemetry', MeasureValueType: 'MULTI', TimeUnit: 'MILLISECONDS' } as const;

interface OwnedRecord {
  /** The message that it came from; more than one where messages tie. */
  readonly owners: readonly Aggregated[];
  readonly record: TimestreamRecord;
}

/**
 * Writes the points of the messages.
 * @returns the failures, by message: a rejected record fails the message that it came from and no other.
 */
export const writeTelemetry =
  ({ timestream, database, table, breaker }: TelemetryStore) =>
  async (messages: readonly Aggregated[]): Promise<Map<Aggregated, Failure>> => {
    const failures = new Map<Aggregated, Failure>();
    const records = withoutTies(
      messages.flatMap((owner) => toTimestreamRecords(owner).map((record) => ({ owner, record }))),
    );
    const write = async (chunk: readonly OwnedRecord[]): Promise<void> => {
      try {
        await breaker.execute(() =>
          timestream.send(
            new WriteRecordsCommand({
              DatabaseName: database,
              TableName: table,
              CommonAttributes: commonAttributes,
              Records: chunk.map(({ record }) => record),
            }),
          ),
        );
      } catch (error) {
        const byOwner = Map.groupBy(chunk, ({ owners }) => owners[0]);
        // One record that Timestream does not even look at takes the whole call with it: each message is written alone then.
        if (error instanceof ValidationException && byOwner.size > 1)
          await Promise.all([...byOwner.values()].map(write));
        else for (const [owner, failure] of failuresOf(error, chunk)) failures.set(owner, failure);
      }
    };
    await Promise.all(inBatches(records, recordsPerCall).map(write));
    return failures;
  };

/**
 * Two messages of a device that agree on the event time and on the millisecond of their arrival would be refused as a conflict:
 * the one with the greater id has the last word, metric by metric, as in the device's state.
 */
function withoutTies(
  records: readonly { readonly owner: Aggregated; readonly record: TimestreamRecord }[],
): OwnedRecord[] {
  const kept = new Map<string, OwnedRecord>();
  const inOrder = [...records].sort((one, other) => (one.owner.messageId < other.owner.messageId ? -1 : 1));
  for (const { owner, record } of inOrder) {
    const key = `${owner.deviceId}\n${owner.applicationId}\n${owner.deviceType ?? ''}\n${record.Time}\n${record.Version}\n${record.MeasureName ?? ''}`;
    const tied = kept.get(key);
    if (tied === undefined) {
      kept.set(key, { owners: [owner], record });
      continue;
    }
    const measures = new Map(
      [...(tied.record.MeasureValues ?? []), ...(record.MeasureValues ?? [])].map((measure) => [measure.Name, measure]),
    );
    kept.set(key, { owners: [...tied.owners, owner], record: { ...record, MeasureValues: [...measures.values()] } });
  }
  return [...kept.values()];
}

function failuresOf(error: unknown, chunk: readonly OwnedRecord[]): Map<Aggregated, Failure> {
  const failures = new Map<Aggregated, Failure>();
  if (error instanceof RejectedRecordsException) {
    for (const { RecordIndex, Reason, ExistingVersion } of error.RejectedRecords ?? []) {
      // A version as new or newer is there already: this point was superseded, and that is no failure.
      if (RecordIndex === undefined || ExistingVersion !== undefined) continue;
      for (const owner of chunk[RecordIndex]?.owners ?? [])
        failures.set(owner, invalid(`The telemetry store rejected a point: ${Reason ?? 'no reason given'}`));
    }
    return failures;
  }
  const failure = failureOfCall(error);
  for (const owner of chunk.flatMap(({ owners }) => owners)) failures.set(owner, failure);
  return failures;
}

function failureOfCall(error: unknown): Failure {
  if (error instanceof BrokenCircuitError)
    return storageFailure('telemetry store', new Error('it failed again and again and is left alone for some seconds'));
  // A request that can't be understood is this code's fault, and may be right after the next deploy: tried again, like the rest.
  return storageFailure('telemetry store', error);
}
