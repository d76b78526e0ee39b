import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateAuthority, openCertificateAuthority } from '../../../../local/iot/certificates.ts';
import { openRegistry, type Registry } from '../../../../local/iot/registry/registry.ts';
import { openStateStore, type StateStore } from '../../../../local/storage/stateStore.ts';

const region = 'us-east-1';
const accountId = '000000000000';
export const arn = (kind: string, name: string) => `arn:aws:iot:${region}:${accountId}:${kind}/${name}`;

/** A registry in memory. */
export function openTestRegistry(): { store: StateStore; registry: Registry } {
  const store = openStateStore(':memory:');
  return { store, registry: openRegistry({ store, region, accountId }) };
}

let authority: Promise<CertificateAuthority> | undefined;
/** One authority for all tests of a file: making one takes a while. */
export const testAuthority = () =>
  (authority ??= openCertificateAuthority(mkdtempSync(join(tmpdir(), 'fieldline-ca-'))));

export const policyOf = (...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: 'iot:*', Resource: '*', ...statement })),
  });
