import '../platform/silent.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { handleCertificateRequests } from '../../../functions/provisioning/certificateRequests.ts';
import { rotation } from '../../../functions/provisioning/rotation.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { noon, queued } from '../telemetry/samples.ts';
import { openRegistry } from './registry.ts';

const [old, next, other] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)];
const arnOf = (id: string) => `arn:aws:iot:us-east-1:1:cert/${id}`;
const csr = '-----BEGIN CERTIFICATE REQUEST-----';

let registry: ReturnType<typeof openRegistry>;
let status: Map<string, string>;
let attached: Set<string>;
let orders: { readonly MessageBody: string; readonly DelaySeconds: number }[];
let answers: { topic: string; document: Record<string, unknown> }[];

/** AWS IoT, as far as certificates of one thing go. */
const iot = () =>
  recordingClient(({ name, input }) => {
    switch (name) {
      case 'DescribeCertificateCommand': {
        const { certificateId: id } = input;
        if (!status.has(id)) throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
        const description = { certificateArn: arnOf(id), certificatePem: `PEM ${id}`, creationDate: new Date(noon) };
        return { certificateDescription: { ...description, status: status.get(id) } };
      }
      case 'ListThingPrincipalsCommand':
        return { principals: [...attached].map(arnOf) };
      case 'CreateCertificateFromCsrCommand':
        status.set(next, 'ACTIVE');
        return { certificateId: next };
      case 'AttachThingPrincipalCommand':
        attached.add(String(input.principal).slice(-64));
        return {};
      case 'UpdateCertificateCommand':
        status.set(input.certificateId, input.newStatus);
        return {};
      default:
        return {};
    }
  });

beforeEach(async () => {
  registry = openRegistry();
  await registry.put();
  [status, attached, orders, answers] = [new Map([[old, 'ACTIVE']]), new Set([old]), [], []];
});

const handle = (...bodies: object[]) => {
  const sqs = recordingClient(({ input }) => orders.push(input));
  const iotData = recordingClient(({ input }) =>
    answers.push({ topic: input.topic, document: JSON.parse(input.payload.toString()) }),
  );
  const parts = rotation({ ...registry, iot: iot(), sqs, devicePolicy: 'device', requestQueueUrl: 'queue' });
  return handleCertificateRequests({ ...parts, iotData })(
    bodies.map((body, index) => queued(body, `sqs-${index}`)),
    { getRemainingTimeInMillis: () => 1000 },
  );
};
const request = (name: string, principal: string | undefined, payload: unknown = {}) => ({
  payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
  deviceId: 'boiler-7',
  clientId: 'boiler-7',
  principal,
  receivedAt: noon,
  traceId: `trace-${name}`,
  request: name,
});
const rotate = (principal: string | undefined = old) =>
  handle(request('rotate', principal, { certificateSigningRequest: csr }));
const retire = { retire: { deviceId: 'boiler-7', certificateId: old, replacedBy: next } };

describe('a device is never without a certificate', () => {
  test('the old one is retired by the order that waits for the grace period', async () => {
    await rotate();
    expect(answers).toEqual([
      {
        topic: 'devices/certificates/boiler-7/rotate/accepted',
        document: { certificateId: next, certificatePem: `PEM ${next}` },
      },
    ]);
    await handle(request('confirm', next, { graceSeconds: 120 }));
    expect(orders).toMatchObject([{ MessageBody: JSON.stringify(retire), DelaySeconds: 120 }]);
    expect(status.get(old)).toBe('ACTIVE');
    await handle(retire);
    expect(Object.fromEntries(status)).toEqual({ [old]: 'INACTIVE', [next]: 'ACTIVE' });
  });

  test.each(['REVOKED', 'INACTIVE'])('a successor that is %s by then retires nothing', async (ended) => {
    await rotate();
    await handle(request('confirm', next));
    status.set(next, ended);
    await handle(retire);
    expect(status.get(old)).toBe('ACTIVE');
  });

  test('what was revoked stays so', async () => {
    await rotate();
    status.set(old, 'REVOKED');
    await handle(retire);
    expect(status.get(old)).toBe('REVOKED');
  });

  test('asking again over a connection with the new one confirms it', async () => {
    await rotate();
    await handle(request('rotate', next, { certificateSigningRequest: `${csr} another` }));
    expect(orders).toMatchObject([{ MessageBody: JSON.stringify(retire), DelaySeconds: 0 }]);
  });
});

describe('a request', () => {
  test.each([
    ['of a certificate that is not this device’s', other, 'ACTIVE'],
    ['of one that was revoked since', old, 'REVOKED'],
    ['that came by the error action, which does not know the certificate', undefined, 'ACTIVE'],
  ])('%s is rejected', async (_, principal, now) => {
    status.set(old, now).set(other, 'ACTIVE');
    await handle(request('rotate', principal, { certificateSigningRequest: csr }), request('confirm', principal));
    expect(answers.map(({ topic }) => topic)).toEqual([
      'devices/certificates/boiler-7/rotate/rejected',
      'devices/certificates/boiler-7/confirm/rejected',
    ]);
    expect(status.has(next)).toBe(false);
  });

  test('delivered twice has one effect, and two answers', async () => {
    await rotate();
    await rotate();
    await handle(request('confirm', next));
    await handle(request('confirm', next));
    expect(answers.map(({ topic }) => topic.split('/').slice(-2).join(' '))).toEqual([
      'rotate accepted',
      'rotate accepted',
      'confirm accepted',
      'confirm accepted',
    ]);
    expect(orders).toHaveLength(1);
    expect(await registry.all('events')).toHaveLength(1);
  });

  test('does not bring a revoked certificate back', async () => {
    await rotate();
    status.set(next, 'REVOKED');
    await rotate();
    expect(answers.at(-1)?.document).toMatchObject({ reason: expect.stringContaining('REVOKED') });
    expect(status.get(next)).toBe('REVOKED');
  });

  test('that there is none of is rejected by name', async () => {
    await handle(request('renew', old));
    expect(answers).toEqual([
      {
        topic: 'devices/certificates/boiler-7/renew/rejected',
        document: { reason: "There is no request 'renew': rotate and confirm are known." },
      },
    ]);
  });
});
