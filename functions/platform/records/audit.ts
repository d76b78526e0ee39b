import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../../model/audit.ts';
import { newId } from '../ulid.ts';

/** In place of an application id, for what belongs to none: sign-ins, settings of people. No application can be named so. */
export const platformWide = '_platform';

export type AuditSubject = Pick<AuditEntry, 'applicationId' | 'actor' | 'operation' | 'entity'> & {
  readonly changes?: AuditEntry['changes'];
};

/** The write that makes a change's entry in the audit table, for the transaction that makes the change. */
export function auditWrite(tableName: string, subject: AuditSubject, now = Date.now()) {
  const entry: AuditEntry = { auditId: newId(now), at: new Date(now).toISOString(), ...subject };
  return {
    Put: {
      TableName: tableName,
      Item: entry,
      // Append-only: an entry is never written over.
      ConditionExpression: 'attribute_not_exists(auditId)',
    },
  };
}

const bookkeeping = new Set(['version', 'createdAt', 'updatedAt']);

/** What differs between two states of an entity, field by field. Undefined: there was, or is, none. */
export function changesBetween(
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>> | undefined,
): NonNullable<AuditEntry['changes']> {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes: NonNullable<AuditEntry['changes']> = {};
  for (const name of names) {
    const [from, to] = [before?.[name], after?.[name]];
    if (bookkeeping.has(name) || isDeepStrictEqual(from, to)) continue;
    changes[name] = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  }
  return changes;
}
