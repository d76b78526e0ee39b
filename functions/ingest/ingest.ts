import { type Claims, readClaims } from '../platform/access/apiKeySignature.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { badRequest } from '../platform/http/problem.ts';
import { rawBody } from '../platform/http/request.ts';
import type { acceptTelemetry } from './acceptTelemetry.ts';
import type { ingestOperations } from './operations.ts';

const headers: Readonly<Record<keyof Claims, string>> = {
  key: 'X-Fieldline-Key',
  timestamp: 'X-Fieldline-Timestamp',
  nonce: 'X-Fieldline-Nonce',
  signature: 'X-Fieldline-Signature',
};

export const ingestHandlers = (accept: ReturnType<typeof acceptTelemetry>): Handlers<typeof ingestOperations> => ({
  sendTelemetry: async ({ params: { deviceId }, event }) => {
    const { requestContext } = event;
    const given = (name: string) => event.headers[name.toLowerCase()];
    if (given('Idempotency-Key') !== undefined)
      throw badRequest([
        {
          in: 'header',
          field: 'Idempotency-Key',
          detail: 'is not taken here: what is sent again is stored once by the messageId in its payload',
        },
      ]);
    const claims = readClaims(
      Object.fromEntries(Object.entries(headers).map(([claim, name]) => [claim, given(name)])),
      (claim) => `The header ${headers[claim]}`,
    );
    const accepted = await accept({
      claims,
      deviceId,
      payload: rawBody(event),
      receivedAt: requestContext.timeEpoch,
      requestId: requestContext.requestId,
      sourceIp: requestContext.http.sourceIp,
    });
    return { body: accepted, headers: { location: accepted.href } };
  },
});
