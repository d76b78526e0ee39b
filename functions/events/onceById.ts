import type { Sends } from '../platform/clients.ts';
import { executeStatements, insertStatement, isContested, type Statement } from '../platform/tables.ts';

/** Longer than a function runs: who holds it this long has died. Milliseconds. */
const lease = 60_000;
/** As long as a queue keeps a message, seconds. */
const kept = 15 * 86_400;

/**
 * Does a thing once for each id, however often it is asked for and by how many at once.
 * @param ids none twice
 * @param work is given those that it is to be done for, and returns what it failed with, by id
 * @returns why it is not done, by id: somebody else is at it, or it failed. It may be asked for again
 */
export const onceById =
  ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (
    ids: readonly string[],
    work: (ids: readonly string[]) => Promise<ReadonlyMap<string, Error>>,
    now = Date.now(),
  ): Promise<ReadonlyMap<string, Error>> => {
    const execute = async (some: readonly string[], statementOf: (id: string) => Statement) => {
      const errors = await executeStatements({ db })(some.map(statementOf));
      return new Map(some.flatMap((id, index) => (errors[index] === undefined ? [] : [[id, errors[index]]])));
    };
    const begin = (id: string) =>
      insertStatement(tableName, { id, leasedUntil: now + lease, expiresAt: Math.floor(now / 1000) + kept });
    const takeOver = (id: string): Statement => ({
      Statement: `UPDATE "${tableName}" SET "leasedUntil"=? WHERE "id"=? AND "doneAt" IS MISSING AND "leasedUntil"<?`,
      Parameters: [now + lease, id, now],
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const set = (id: string, name: 'leasedUntil' | 'doneAt', value: number): Statement => ({
      Statement: `UPDATE "${tableName}" SET "${name}"=? WHERE "id"=?`,
      Parameters: [value, id],
    });

    const begun = await execute(ids, begin);
    const isKnown = (id: string) => begun.get(id)?.name === 'DuplicateItem';
    const takenOver = await execute(ids.filter(isKnown), takeOver);
    const refusalOf = (id: string) => (isKnown(id) ? takenOver : begun).get(id);
    const open = new Map<string, Error>();
    for (const id of ids) {
      const refusal = refusalOf(id);
      if (refusal === undefined || refusal.item?.['doneAt'] !== undefined) continue;
      open.set(id, isContested(refusal) ? new Error(`${id} is under way elsewhere`) : refusal);
    }

    const mine = ids.filter((id) => refusalOf(id) === undefined);
    const failed = await work(mine).catch((error: Error) => new Map(mine.map((id) => [id, error])));
    const notEnded = await execute(mine, (id) => (failed.has(id) ? set(id, 'leasedUntil', 0) : set(id, 'doneAt', now)));
    return new Map([...open, ...notEnded, ...failed]);
  };
