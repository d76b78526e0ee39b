import { setTimeout as wait } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../clients.ts';
import { conflict } from '../http/problem.ts';
import { type AuditSubject, auditWrite } from './audit.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

export interface Write {
  readonly item: TransactItem;
  /** What it means that this write's condition does not hold. */
  readonly refusal: () => Error;
}

/** With what is waited between them, half a second. */
const triesOnConflict = 6;

/**
 * Makes writes together, or none of them.
 * @param more writes that nobody else's can stop
 * @throws Error as the first write says whose condition does not hold; Problem, 409, when others keep changing the same items
 */
export const writeTogether =
  ({ db }: { readonly db: Sends }) =>
  async (writes: readonly Write[], more: readonly TransactItem[] = []): Promise<void> => {
    const TransactItems = [...writes.map(({ item }) => item), ...more];
    for (let tries = 1; ; tries += 1) {
      try {
        await db.send(new TransactWriteCommand({ TransactItems }));
        return;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
        const refused = writes[codes.indexOf('ConditionalCheckFailed')];
        if (refused !== undefined) throw refused.refusal();
        if (!codes.includes('TransactionConflict')) throw error;
        if (tries === triesOnConflict) throw conflict('Others are changing the same things. Ask again.');
        await wait(2 ** tries * 10 * (0.5 + Math.random()));
      }
    }
  };

/**
 * Makes a change and its entries in the audit table together, or neither.
 * @throws Problem as `writeTogether`
 */
export const changeTogether =
  ({ db, auditTable }: { readonly db: Sends; readonly auditTable: string }) =>
  (writes: readonly Write[], subjects: readonly AuditSubject[]): Promise<void> =>
    writeTogether({ db })(
      writes,
      subjects.map((subject) => auditWrite(auditTable, subject)),
    );
