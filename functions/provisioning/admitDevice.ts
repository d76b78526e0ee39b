import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { certificateId } from '../model/certificate.ts';
import { deviceId } from '../model/identifiers.ts';
import type { Sends } from '../platform/clients.ts';
import { conflict } from '../platform/http/problem.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { eventWrite } from '../platform/records/events.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { newId } from '../platform/ulid.ts';
import { isTokenOf, parsePermit } from './permit.ts';

/** What AWS IoT asks a pre-provisioning hook (AWS IoT Developer Guide: "Pre-provisioning hooks"). */
const claimRequest = z.object({
  claimCertificateId: z.string().optional(),
  /** The new certificate, which waits for its activation. */
  certificateId,
  clientId: z.string().optional(),
  parameters: z.object({ DeviceId: deviceId, Token: z.string().min(1).max(256) }),
});

/** What the provisioning template takes over from here, whatever the device claims. */
interface Admission {
  readonly deviceId: string;
  readonly applicationId: string;
}

interface AdmitDependencies {
  readonly db: Sends;
  readonly directoryTable: string;
  readonly devicesTable: string;
  readonly eventsTable: string;
  readonly change: ReturnType<typeof changeTogether>;
}

/**
 * Whether a device that shows a claim certificate may have a certificate of its own: it is in the registry, and it shows the
 * token that was made for it, for the first time. The same certificate is admitted again, for a device that heard no answer.
 */
export const admitDevice =
  ({ db, directoryTable, devicesTable, eventsTable, change }: AdmitDependencies) =>
  async (event: unknown, now = Date.now()): Promise<Admission | { readonly refused: string }> => {
    const request = claimRequest.safeParse(event);
    if (!request.success) return { refused: `the request is not usable: ${z.prettifyError(request.error)}` };
    const { certificateId: wanted, claimCertificateId, parameters } = request.data;
    const { DeviceId: id, Token: token } = parameters;

    const read = async (TableName: string, Key: Record<string, string>) =>
      (await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
    const [permit, device] = await Promise.all([
      read(directoryTable, directoryKeys.provisioningPermit(id)).then(parsePermit),
      read(devicesTable, deviceKey(id)).then(parseDevice),
    ]);
    if (permit === undefined) return { refused: 'no provisioning token was made for this device' };
    if (!isTokenOf(permit, token)) return { refused: "the token is not this device's" };
    if (device === undefined) return { refused: 'the device is not in the registry' };
    if (device.applicationId !== permit.applicationId)
      return { refused: 'the device changed its application since the token was made' };
    if (device.status === 'disabled') return { refused: 'the device is disabled' };
    const admission = { deviceId: id, applicationId: device.applicationId };
    if (permit.usedFor === wanted) return admission;
    if (permit.usedFor !== undefined) return { refused: `the token was used at ${permit.usedAt}` };
    if (now > Date.parse(permit.validUntil)) return { refused: `the token was valid until ${permit.validUntil}` };

    const at = new Date(now).toISOString();
    const usedMeanwhile = conflict('the token was used at the same time');
    const subject = { applicationId: device.applicationId, actor: `device:${id}`, entity: `device:${id}` };
    try {
      await change(
        [
          {
            item: {
              Update: {
                TableName: directoryTable,
                Key: directoryKeys.provisioningPermit(id),
                UpdateExpression: 'SET usedAt = :at, usedFor = :certificate',
                ConditionExpression: 'tokenHash = :hash AND attribute_not_exists(usedAt)',
                ExpressionAttributeValues: { ':at': at, ':certificate': wanted, ':hash': permit.tokenHash },
              },
            },
            refusal: () => usedMeanwhile,
          },
          {
            item: eventWrite(eventsTable, {
              ...subject,
              eventId: newId(),
              at,
              type: 'device.provisioned',
              data: {
                certificateId: wanted,
                ...(claimCertificateId !== undefined && { claimCertificateId }),
              },
            }),
            refusal: () => usedMeanwhile,
          },
        ],
        [{ ...subject, operation: 'provisionByClaim', changes: { certificateId: { to: wanted } } }],
      );
    } catch (error) {
      if (error === usedMeanwhile) return { refused: usedMeanwhile.message };
      throw error;
    }
    return admission;
  };
