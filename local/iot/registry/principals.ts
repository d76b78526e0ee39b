import { statements } from '../../storage/statements.ts';
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
  const { all, run } = statements(store);
  const q = {
    attach: run('INSERT OR REPLACE INTO iot_principal VALUES (?, ?, ?)'),
    detach: run('DELETE FROM iot_principal WHERE thing = ? AND principal = ?'),
    ofThing: all('SELECT * FROM iot_principal WHERE thing = ? ORDER BY principal'),
    ofPrincipal: all('SELECT * FROM iot_principal WHERE principal = ? ORDER BY thing'),
  };
  const attachments = (rows: ReturnType<typeof q.ofThing>): Attachment[] =>
    rows.map((row) => ({
      thing: String(row['thing']),
      principal: String(row['principal']),
      type: String(row['type']) as ThingPrincipalType,
    }));
  const ofPrincipal = (principal: string) => attachments(q.ofPrincipal(principal));

  return {
    ofThing: (thing: string) => attachments(q.ofThing(thing)),
    ofPrincipal,
    /** The caller has looked that both are there. */
    attach(thing: string, principal: string, type: ThingPrincipalType): void {
      const others = ofPrincipal(principal).filter((attachment) => attachment.thing !== thing);
      if (
        others.length > 0 &&
        (type === 'EXCLUSIVE_THING' || others.some((other) => other.type === 'EXCLUSIVE_THING'))
      ) {
        throw invalid(
          `The principal is attached to ${others[0]?.thing} already, and one of the attachments is exclusive.`,
        );
      }
      q.attach(thing, principal, type);
      changes.emit('changed', nameOfArn(principal));
    },
    detach(thing: string, principal: string): void {
      q.detach(thing, principal);
      changes.emit('changed', nameOfArn(principal));
    },
  };
}
