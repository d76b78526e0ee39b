import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { Submission } from '../../../functions/ingest/acceptTelemetry.ts';
import { webSocketTelemetry } from '../../../functions/ingest/webSocketTelemetry.ts';
import { serverMessage } from '../../../functions/live/protocol.ts';
import { Problem } from '../../../functions/platform/http/problem.ts';

const request = {
  action: 'telemetry',
  key: 'plant.k1',
  timestamp: 1_769_860_800_000,
  nonce: 'abcdefgh',
  signature: '0'.repeat(64),
  deviceId: 'boiler-7',
  body: '{"note": "é"}',
};

async function ask(body: object, accept?: () => never) {
  const submitted: Submission[] = [];
  const answer = await webSocketTelemetry(async (submission) => {
    accept?.();
    submitted.push(submission);
    return { id: 'boiler-7~m', deviceId: 'boiler-7', messageId: 'm', href: '/api/messages/boiler-7~m' };
  })({
    body: JSON.stringify(body),
    requestContext: { requestTimeEpoch: 5, requestId: 'r1', identity: { sourceIp: '192.0.2.1' } },
  } as unknown as APIGatewayProxyWebsocketEventV2);
  return { submitted, answer: serverMessage.parse(answer) };
}

describe('telemetry over the WebSocket', () => {
  test('is taken as text, its bytes in UTF-8, and answered by its nonce', async () => {
    const { submitted, answer } = await ask(request);
    expect(submitted).toEqual([
      {
        claims: { key: 'plant.k1', timestamp: '1769860800000', nonce: 'abcdefgh', signature: request.signature },
        deviceId: 'boiler-7',
        payload: Buffer.from(request.body),
        receivedAt: 5,
        requestId: 'r1',
        sourceIp: '192.0.2.1',
      },
    ]);
    expect(answer).toMatchObject({ type: 'accepted', nonce: 'abcdefgh', id: 'boiler-7~m' });
  });

  test.each([
    [{ body: { temperature: 1 } }, 400, 'body: '],
    [{ deviceId: 'a/b' }, 400, 'deviceId: '],
    [{ key: undefined }, 401, 'key is missing'],
    [{ signature: 'no' }, 401, 'signature is malformed'],
  ])('%j is refused with %d: %s', async (more, status, detail) => {
    const { submitted, answer } = await ask({ ...request, ...more });
    expect(answer).toMatchObject({ type: 'error', status, nonce: 'abcdefgh', detail: expect.stringContaining(detail) });
    expect(submitted).toEqual([]);
  });

  test('that is not accepted is told why, as over HTTP', async () => {
    const { answer } = await ask(request, () => {
      throw new Problem(401, 'Unauthorized', 'This nonce was used already; each request takes a new one.');
    });
    expect(answer).toEqual({
      type: 'error',
      status: 401,
      title: 'Unauthorized',
      detail: 'This nonce was used already; each request takes a new one.',
      nonce: 'abcdefgh',
    });
  });

  test('that meets a fault is left to the middleware', async () => {
    const fault = ask(request, () => {
      throw new Error('SQS is down');
    });
    await expect(fault).rejects.toThrow('SQS is down');
  });
});
