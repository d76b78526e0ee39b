import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { certificateId } from '../model/certificate.ts';
import type { Device } from '../model/device.ts';
import { applicationId, deviceId, timestamp } from '../model/identifiers.ts';
import { conflict } from '../platform/http/problem.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { directoryKeys } from '../platform/records/directory.ts';

/** What lets one device be provisioned by claim, once: an item of the directory table. The token itself is kept nowhere. */
const permit = z.object({
  deviceId,
  applicationId,
  tokenHash: z.string(),
  validUntil: timestamp,
  usedAt: timestamp.optional(),
  /** The certificate that it was used for. */
  usedFor: certificateId.optional(),
});
type Permit = z.infer<typeof permit>;

/** Undefined for what is not there. @throws ZodError for an item that others wrote wrongly */
export const parsePermit = (item: unknown): Permit | undefined => (item === undefined ? undefined : permit.parse(item));

/** A token has 256 random bits: a plain hash of it can't be turned back. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Compared in constant time. */
export const isTokenOf = ({ tokenHash }: Pick<Permit, 'tokenHash'>, token: string): boolean => {
  const [known, given] = [Buffer.from(tokenHash), Buffer.from(hashOf(token))];
  return known.length === given.length && timingSafeEqual(known, given);
};

/** Kept this long after it ends, so that a refusal can say why. Seconds. */
const keptAfterwards = 30 * 86_400;

export interface Issued {
  readonly deviceId: string;
  readonly token: string;
  readonly validUntil: string;
}

/** Makes a device's token; the last one, used or not, is void from then on. */
export const issueToken =
  ({
    change,
    directoryTable,
  }: {
    readonly change: ReturnType<typeof changeTogether>;
    readonly directoryTable: string;
  }) =>
  async (
    { deviceId: id, applicationId: application }: Pick<Device, 'deviceId' | 'applicationId'>,
    { validMinutes, actor }: { readonly validMinutes: number; readonly actor: string },
    now = Date.now(),
  ): Promise<Issued> => {
    const token = randomBytes(32).toString('base64url');
    const end = now + validMinutes * 60_000;
    const made: Permit = {
      deviceId: id,
      applicationId: application,
      tokenHash: hashOf(token),
      validUntil: new Date(end).toISOString(),
    };
    const expiresAt = Math.ceil(end / 1000) + keptAfterwards;
    await change(
      [
        {
          item: {
            Put: { TableName: directoryTable, Item: { ...directoryKeys.provisioningPermit(id), ...made, expiresAt } },
          },
          refusal: () => conflict('The token was not made. Ask again.'),
        },
      ],
      [
        {
          applicationId: application,
          actor,
          operation: 'createProvisioningToken',
          entity: `device:${id}`,
          changes: { provisioningTokenValidUntil: { to: made.validUntil } },
        },
      ],
    );
    return { deviceId: id, token, validUntil: made.validUntil };
  };
