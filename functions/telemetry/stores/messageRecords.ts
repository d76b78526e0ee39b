import type { MessageRecord } from '../../model/message.ts';
import type { Sends } from '../../platform/clients.ts';
import { type Failure, storageFailure } from '../../platform/failure.ts';
import { applicationDay, dayOf, messageKey, shardOf, storedEntry } from '../../platform/records/messages.ts';
import { executeStatements, insertStatement, readItems } from '../../platform/tables.ts';

interface MessageTable {
  readonly db: Sends;
  readonly tableName: string;
}

interface Retention {
  /** Days that a record is kept. */
  readonly retentionDays: number;
}

const entryOf = ({ disposition, traceId }: Pick<MessageRecord, 'disposition' | 'traceId'>): string =>
  disposition === 'stored' ? storedEntry : `${disposition}#${traceId}`;

/** Which publish each of these messages was stored for: message key → trace id. */
export const readStoredTraces =
  ({ db, tableName }: MessageTable) =>
  async (messageKeys: readonly string[]): Promise<Map<string, string>> => {
    const keys = [...new Set(messageKeys)].map((key) => ({ messageKey: key, entry: storedEntry }));
    if (keys.length === 0) return new Map();
    const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: keys });
    return storedTraces(items);
  };

export const storedTraces = (items: readonly Record<string, unknown>[]): Map<string, string> =>
  new Map(items.map(({ messageKey: key, traceId }) => [String(key), String(traceId)]));

/**
 * Writes records, each on condition that there is none. A message that was stored meanwhile under the same id by another
 * publish becomes a duplicate; the same publish, delivered twice, is written once.
 * @returns the failures, by record
 */
export const insertRecords = ({ db, tableName, retentionDays }: MessageTable & Retention) => {
  const insert = async (
    records: readonly MessageRecord[],
  ): Promise<{ existing: MessageRecord[]; failures: Map<MessageRecord, Failure> }> => {
    const existing: MessageRecord[] = [];
    const failures = new Map<MessageRecord, Failure>();
    const errors = await executeStatements({ db })(
      records.map((record) => insertStatement(tableName, toItem(record, retentionDays))),
    );
    for (const [index, record] of records.entries()) {
      const error = errors[index];
      if (error === undefined) continue;
      if (error.name === 'DuplicateItem' || error.name === 'ConditionalCheckFailed') existing.push(record);
      else failures.set(record, storageFailure('message record', error));
    }
    return { existing, failures };
  };

  return async (records: readonly MessageRecord[]): Promise<Map<MessageRecord, Failure>> => {
    const { existing, failures } = await insert(records);
    const contested = existing.filter(({ disposition }) => disposition === 'stored');
    if (contested.length === 0) return failures;
    try {
      const traces = await readStoredTraces({ db, tableName })(contested.map(messageKey));
      const beaten = contested.filter((record) => traces.get(messageKey(record)) !== record.traceId);
      const originals = new Map(
        beaten.map((record): [MessageRecord, MessageRecord] => [{ ...record, disposition: 'duplicate' }, record]),
      );
      const second = await insert([...originals.keys()]);
      for (const [duplicate, failure] of second.failures) failures.set(originals.get(duplicate) ?? duplicate, failure);
    } catch (error) {
      for (const record of contested) failures.set(record, storageFailure('message record', error));
    }
    return failures;
  };
};

function toItem(record: MessageRecord, retentionDays: number): Record<string, unknown> {
  const recorded = Date.now();
  const key = messageKey(record);
  const { applicationId, receivedAt } = record;
  return {
    messageKey: key,
    entry: entryOf(record),
    ...record,
    ...(applicationId !== undefined && {
      applicationDay: applicationDay(applicationId, dayOf(receivedAt), shardOf(key)),
    }),
    stages: { ...record.stages, recorded },
    // Seconds, as DynamoDB's TTL wants it.
    expiresAt: Math.floor(recorded / 1000) + retentionDays * 86_400,
  };
}
