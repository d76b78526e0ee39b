import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import { nameOfArn } from './arns.ts';
import type { RegistryChanges } from './changes.ts';
import { invalid } from './registryErrors.ts';

export type ThingPrincipalType = 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';

export interface Attachment {
  readonly thing: string;
  readonly principal: string;
  readonly type: ThingPrincipalType;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_principal (thing TEXT NOT NULL, principal TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (thing, principal)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS iot_things_of_principal ON iot_principal (principal, thing);
`;

/** Which certificate belongs to which thing (AWS: "Associating an AWS IoT thing to an MQTT client connection"). */
export function openPrincipals(store: StateStore, changes: RegistryChanges) {
  store.db.exec(schema);
  const { all, one, run } = statements(store);
  const q = {
    attach: run('INSERT OR REPLACE INTO iot_principal VALUES (?, ?, ?)'),
    detach: run('DELETE FROM iot_principal WHERE thing = ? AND principal = ?'),
    ofThing: all('SELECT * FROM iot_principal WHERE thing = ? ORDER BY principal'),
    ofPrincipal: all('SELECT * FROM iot_principal WHERE principal = ? ORDER BY thing'),
    // A fleet may share one certificate: what is asked with every connection reads one row of it.
    between: one('SELECT * FROM iot_principal WHERE principal = ? AND thing = ?'),
    another: one('SELECT * FROM iot_principal WHERE principal = ? AND thing <> ? LIMIT 1'),
  };
  const attachment = (row: Row): Attachment => ({
    thing: String(row['thing']),
    principal: String(row['principal']),
    type: String(row['type']) as ThingPrincipalType,
  });
  const maybe = (row: Row | undefined) => row && attachment(row);

  return {
    ofThing: (thing: string) => q.ofThing(thing).map(attachment),
    ofPrincipal: (principal: string) => q.ofPrincipal(principal).map(attachment),
    /** The attachment by which a connection speaks for a thing: the exclusive one, which is alone then, else that of its client id. */
    ofConnection(principal: string, clientId: string | undefined): Attachment | undefined {
      const named = clientId === undefined ? undefined : maybe(q.between(principal, clientId));
      if (named !== undefined) return named;
      const other = maybe(q.another(principal, ''));
      return other?.type === 'EXCLUSIVE_THING' ? other : undefined;
    },
    /** The caller has looked that both are there. */
    attach(thing: string, principal: string, type: ThingPrincipalType): void {
      const other = maybe(q.another(principal, thing));
      if (other !== undefined && (type === 'EXCLUSIVE_THING' || other.type === 'EXCLUSIVE_THING'))
        throw invalid(`The principal is attached to ${other.thing} already, and one of the attachments is exclusive.`);
      q.attach(thing, principal, type);
      changes.emit('changed', nameOfArn(principal));
    },
    detach(thing: string, principal: string): void {
      q.detach(thing, principal);
      changes.emit('changed', nameOfArn(principal));
    },
  };
}
