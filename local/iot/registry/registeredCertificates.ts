import { AwsError } from '../../service.ts';
import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import { certificateId } from '../certificates.ts';
import type { IotArn } from './arns.ts';
import type { RegistryChanges } from './changes.ts';
import { named } from './named.ts';
import { alreadyExists, invalid } from './registryErrors.ts';

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION';
const settable: readonly string[] = ['ACTIVE', 'INACTIVE', 'REVOKED'];

export interface CertificateRecord {
  /** SHA-256 of the DER, hex. */
  readonly id: string;
  readonly arn: string;
  readonly pem: string;
  readonly status: CertificateStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_cert (id TEXT PRIMARY KEY, pem TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Device certificates and their status (AWS: "Manage device certificates"). */
export function openRegisteredCertificates(store: StateStore, arn: IotArn, changes: RegistryChanges) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_cert WHERE id = ?'),
    list: all('SELECT * FROM iot_cert ORDER BY created DESC, id'),
    add: run('INSERT INTO iot_cert VALUES (?, ?, ?, ?, ?)'),
    status: run('UPDATE iot_cert SET status = ?, modified = ? WHERE id = ?'),
    drop: run('DELETE FROM iot_cert WHERE id = ?'),
  };
  const toRecord = (row: Row): CertificateRecord => ({
    id: String(row['id']),
    arn: arn('cert', String(row['id'])),
    pem: String(row['pem']),
    status: String(row['status']) as CertificateStatus,
    createdAt: Number(row['created']),
    modifiedAt: Number(row['modified']),
  });
  const { find, get, list } = named('Certificate', q, toRecord);

  return {
    find,
    get,
    list,
    /** @throws AwsError CertificateValidationException when it isn't a certificate, ResourceAlreadyExistsException when it is known. */
    add(pem: string, status: CertificateStatus): CertificateRecord {
      let id: string;
      try {
        id = certificateId(pem);
      } catch {
        throw new AwsError(
          'CertificateValidationException',
          'The certificate is not a PEM encoded X.509 certificate.',
          400,
        );
      }
      if (find(id)) throw alreadyExists('The certificate', id, arn('cert', id));
      const now = Date.now();
      q.add(id, pem, status, now, now);
      return get(id);
    },
    setStatus(id: string, status: string): void {
      const { status: current } = get(id);
      if (!settable.includes(status))
        throw invalid(`Certificate status ${status} can't be set; use ACTIVE, INACTIVE or REVOKED.`);
      if (current === 'REVOKED' && status !== 'REVOKED') {
        throw new AwsError('CertificateStateException', `Certificate ${id} is REVOKED and stays it.`, 406);
      }
      q.status(status, Date.now(), id);
      changes.emit('changed', id);
    },
    /** The caller has looked that nothing is attached. */
    delete(id: string): void {
      if (get(id).status === 'ACTIVE') {
        throw new AwsError(
          'CertificateStateException',
          'The certificate must be deactivated (not ACTIVE) before deletion.',
          406,
        );
      }
      q.drop(id);
      changes.emit('changed', id);
    },
  };
}
