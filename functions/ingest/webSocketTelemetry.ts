import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { serverMessage } from '../live/protocol.ts';
import { readClaims } from '../platform/access/apiKeySignature.ts';
import { Problem } from '../platform/http/problem.ts';
import type { acceptTelemetry } from './acceptTelemetry.ts';
import { telemetryRequest } from './protocol.ts';

type Answer = z.input<typeof serverMessage>;

/** The route `telemetry` of the WebSocket API. Answers carry the nonce, by which a device knows what is answered. */
export const webSocketTelemetry =
  (accept: ReturnType<typeof acceptTelemetry>) =>
  async ({ body, requestContext }: APIGatewayProxyWebsocketEventV2): Promise<Answer> => {
    // The route was selected by the body's action, so it is JSON.
    const json: unknown = JSON.parse(body ?? '{}');
    const request = telemetryRequest.safeParse(json);
    const nonce = z.object({ nonce: z.string().max(128) }).safeParse(json).data?.nonce;
    const refuse = (status: number, title: string, detail: string): Answer => ({
      type: 'error',
      status,
      title,
      detail,
      ...(nonce !== undefined && { nonce }),
    });
    if (!request.success)
      return refuse(
        400,
        'Invalid request',
        request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      );
    try {
      const claims = readClaims(request.data, (claim) => claim);
      const accepted = await accept({
        claims,
        deviceId: request.data.deviceId,
        payload: Buffer.from(request.data.body),
        receivedAt: requestContext.requestTimeEpoch,
        requestId: requestContext.requestId,
        sourceIp: (requestContext as { identity?: { sourceIp?: string } }).identity?.sourceIp ?? 'unknown',
      });
      return { type: 'accepted', ...accepted, nonce: claims.nonce };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return refuse(error.status, error.title, error.message);
    }
  };
