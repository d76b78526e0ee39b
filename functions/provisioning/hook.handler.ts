import type { Context } from 'aws-lambda';
import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { logger } from '../platform/observe.ts';
import { changeTogether } from '../platform/records/change.ts';
import { admitDevice } from './admitDevice.ts';
import { hookEnv } from './env.ts';

const env = parseEnv(hookEnv);
const db = documentClient();
const admit = admitDevice({
  db,
  directoryTable: env.DIRECTORY_TABLE,
  devicesTable: env.DEVICES_TABLE,
  eventsTable: env.EVENTS_TABLE,
  change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
});

/** What a refusal's log line tells of the request: all but the token. */
interface Asked {
  readonly clientId?: string;
  readonly claimCertificateId?: string;
  readonly parameters?: { readonly DeviceId?: string };
}

/** The pre-provisioning hook. A throw refuses too. */
export const handler = async (event: Asked, context: Context) => {
  logger.addContext(context);
  const outcome = await admit(event);
  if ('refused' in outcome) {
    const { clientId, claimCertificateId, parameters } = event;
    const deviceId = parameters?.DeviceId;
    logger.warn('provisioning refused', { reason: outcome.refused, deviceId, clientId, claimCertificateId });
    return { allowProvisioning: false };
  }
  return {
    allowProvisioning: true,
    parameterOverrides: { DeviceId: outcome.deviceId, ApplicationId: outcome.applicationId },
  };
};
