import { createHash } from 'node:crypto';
import { AttachPolicyCommand, AttachThingPrincipalCommand, CreateCertificateFromCsrCommand } from '@aws-sdk/client-iot';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { defaultApplication } from '../model/application.ts';
import { certificateId } from '../model/certificate.ts';
import type { Event } from '../model/event.ts';
import type { Sends } from '../platform/clients.ts';
import { type DeviceMessage, readPayload } from '../platform/deviceMessage.ts';
import { conflict } from '../platform/http/problem.ts';
import { logger } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { AuditSubject } from '../platform/records/audit.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { describeCertificate, findCertificate, setCertificateStatus } from '../platform/records/deviceCertificates.ts';
import { eventWrite } from '../platform/records/events.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import { confirmRequest, rotateRequest } from './certificateMessages.ts';
import { type Pending, readRotation, writeRotation } from './rotationRecord.ts';

/** What a device is answered. */
export type Outcome = { readonly accepted: object } | { readonly rejected: string };

interface RotationDependencies {
  readonly db: Sends;
  readonly iot: Sends;
  readonly sqs: Sends;
  readonly devicesTable: string;
  readonly eventsTable: string;
  readonly devicePolicy: string;
  readonly requestQueueUrl: string;
  readonly change: ReturnType<typeof changeTogether>;
}

/** The order to retire a replaced certificate, which waits in the queue for the grace period. */
export const retirement = z.object({
  retire: z.object({ deviceId: z.string(), certificateId, replacedBy: certificateId }),
});
type Retirement = z.infer<typeof retirement>['retire'];

/**
 * Replaces a device's certificate without a moment in which it has none: the new one is made while the old one connects, and the
 * old one is retired when the device has spoken over a connection with the new one.
 */
export function rotation(dependencies: RotationDependencies) {
  const { iot, sqs, devicesTable, eventsTable, devicePolicy, requestQueueUrl, change, db } = dependencies;
  const read = readRotation(dependencies);
  const save = writeRotation(dependencies);
  const setStatus = setCertificateStatus({ iot });

  /** The certificate that speaks, if it still may: what it sent may have waited longer than it lived. */
  const speakerOf = async ({ deviceId, principal }: DeviceMessage): Promise<string | undefined> => {
    const id = certificateId.safeParse(principal).data;
    const found = id === undefined ? undefined : await findCertificate({ iot })(deviceId, id);
    return found?.status === 'ACTIVE' ? id : undefined;
  };

  /** Waits in the queue; answers when it will be done. */
  const orderRetirement = async (retire: Retirement, graceSeconds: number): Promise<void> => {
    const order: z.input<typeof retirement> = { retire };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: requestQueueUrl,
        MessageBody: queueBody(order),
        DelaySeconds: graceSeconds,
      }),
    );
  };

  /** Each step can be repeated. Until it is attached, the new certificate can do nothing. */
  const handOver = async (deviceId: string, id: string): Promise<Outcome> => {
    const made = await describeCertificate({ iot })(id);
    if (made?.status !== 'ACTIVE')
      return rejected(`The certificate for this request is ${made?.status ?? 'deleted'}. Ask with a new request.`);
    await iot.send(new AttachPolicyCommand({ policyName: devicePolicy, target: made.arn }));
    await iot.send(
      new AttachThingPrincipalCommand({
        thingName: deviceId,
        principal: made.arn,
        thingPrincipalType: 'EXCLUSIVE_THING',
      }),
    );
    return { accepted: { certificateId: id, certificatePem: made.pem } };
  };

  const rotate = async (message: DeviceMessage): Promise<Outcome> => {
    const { deviceId } = message;
    const payload = readPayload(message, rotateRequest);
    if ('problem' in payload) return rejected(payload.problem);
    const speaker = await speakerOf(message);
    if (speaker === undefined) return notItself;
    const { certificateSigningRequest } = payload.value;
    const requestHash = createHash('sha256').update(certificateSigningRequest).digest('hex');
    const record = await read(deviceId);
    const { pending } = record;
    if (pending?.requestHash === requestHash) return handOver(deviceId, pending.certificateId);

    const signed = await sign(iot, certificateSigningRequest);
    if ('refused' in signed) return rejected(signed.refused);
    await save(deviceId, { ...record, pending: { certificateId: signed.id, replaces: speaker, requestHash } });
    if (pending !== undefined) await dropPending(deviceId, pending, speaker);
    return handOver(deviceId, signed.id);
  };

  /** One is pending at a time. Asking over a connection with the pending one is as good as confirming it. */
  const dropPending = async (deviceId: string, pending: Pending, speaker: string) => {
    if (pending.certificateId !== speaker) return setStatus(pending.certificateId, 'INACTIVE');
    await orderRetirement({ deviceId, certificateId: pending.replaces, replacedBy: speaker }, 0);
  };

  const confirm = async (message: DeviceMessage): Promise<Outcome> => {
    const { deviceId, traceId, receivedAt } = message;
    const payload = readPayload(message, confirmRequest);
    if ('problem' in payload) return rejected(payload.problem);
    const speaker = await speakerOf(message);
    if (speaker === undefined) return notItself;
    const record = await read(deviceId);
    const { pending, confirmed } = record;
    if (pending?.certificateId !== speaker)
      return confirmed?.certificateId === speaker
        ? { accepted: confirmed }
        : rejected('No new certificate waits to be confirmed over this connection. Connect with the new one first.');

    const { graceSeconds } = payload.value;
    const done = {
      certificateId: speaker,
      replaced: pending.replaces,
      retiresAt: new Date(receivedAt + graceSeconds * 1000).toISOString(),
    };
    await orderRetirement({ deviceId, certificateId: pending.replaces, replacedBy: speaker }, graceSeconds);
    await writeDown(
      deviceId,
      'rotateCertificate',
      { certificateId: { from: pending.replaces, to: speaker } },
      {
        eventId: deterministicUlid(receivedAt, `confirm ${traceId}`),
        type: 'device.certificateRotated',
        data: done,
      },
    );
    await save(deviceId, { version: record.version, confirmed: done });
    return { accepted: done };
  };

  /** Not when the new one is gone meanwhile: a device is never left without a certificate. */
  const retire = async ({ deviceId, certificateId: id, replacedBy }: Retirement): Promise<void> => {
    const [old, successor] = await Promise.all([
      findCertificate({ iot })(deviceId, id),
      findCertificate({ iot })(deviceId, replacedBy),
    ]);
    if (old?.status !== 'ACTIVE') return;
    if (successor?.status !== 'ACTIVE') {
      const status = successor?.status ?? 'gone';
      logger.warn('certificate is not retired: its successor is not ACTIVE', { deviceId, certificateId: id, status });
      return;
    }
    await setStatus(id, 'INACTIVE');
    await writeDown(deviceId, 'retireCertificate', { [`certificate ${id}`]: { from: 'ACTIVE', to: 'INACTIVE' } });
  };

  /** In the audit table, and the events table. */
  const writeDown = async (
    deviceId: string,
    operation: string,
    changes: NonNullable<AuditSubject['changes']>,
    happened?: Pick<Event, 'eventId' | 'type' | 'data'>,
  ) => {
    const { Item } = await db.send(new GetCommand({ TableName: devicesTable, Key: deviceKey(deviceId) }));
    const subject = {
      applicationId: parseDevice(Item)?.applicationId ?? defaultApplication,
      actor: happened === undefined ? 'system' : `device:${deviceId}`,
      entity: `device:${deviceId}`,
    };
    const there = conflict('this was written down before');
    const event = happened && eventWrite(eventsTable, { ...subject, ...happened, at: new Date().toISOString() });
    try {
      await change(event === undefined ? [] : [{ item: event, refusal: () => there }], [
        { ...subject, operation, changes },
      ]);
    } catch (error) {
      if (error !== there) throw error;
    }
  };

  return { rotate, confirm, retire };
}

const rejected = (reason: string): Outcome => ({ rejected: reason });
const notItself = rejected('The connection is not with an ACTIVE certificate of this device. Connect, and ask again.');

async function sign(
  iot: Sends,
  certificateSigningRequest: string,
): Promise<{ readonly id: string } | { readonly refused: string }> {
  try {
    const made = await iot.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: true }));
    return { id: made.certificateId };
  } catch (error) {
    if ((error as Error).name !== 'InvalidRequestException') throw error;
    return { refused: `The certificate signing request can't be used: ${(error as Error).message}` };
  }
}
