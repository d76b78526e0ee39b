import type { IncomingMessage } from 'node:http';
import type { SignedRequest } from '../../edge.ts';
import { readBody, signedRequest } from '../../edge.ts';

/** Presigned WebSocket addresses that don't say how long they hold, hold this long. Seconds. */
const presignedSeconds = 300;

/** A query that answers X-Amz-Expires where the signer left it out, without having signed it. */
class PresignedQuery extends URLSearchParams {
  override get(name: string): string | null {
    return (
      super.get(name) ?? (name === 'X-Amz-Expires' && super.has('X-Amz-Signature') ? String(presignedSeconds) : null)
    );
  }
}

/** The upgrade request of a WebSocket, as its signature is checked (AWS: "MQTT over WSS"). */
export function signedUpgrade(request: IncomingMessage): SignedRequest {
  const signed = signedRequest(request, Buffer.alloc(0));
  return { ...signed, query: new PresignedQuery(signed.query) };
}

/** An HTTPS request with its body. */
export const signedHttps = async (request: IncomingMessage): Promise<SignedRequest> =>
  signedRequest(request, await readBody(request));
