import { signedHeaders } from '../signing.ts';
import { type Answer, problem } from './answer.ts';

export type SigningKey = Parameters<typeof signedHeaders>[0]['credentials'];

interface SignedApi {
  readonly url: string;
  readonly region: string;
  readonly credentials: () => Promise<SigningKey>;
}

/** The HTTP API's answer to a signed GET, whatever its status; 502 when there is none. */
export const askSignedApi =
  (api: SignedApi) =>
  async (pathAndQuery: string): Promise<Answer> => {
    const url = `${api.url}${pathAndQuery}`;
    try {
      const headers = signedHeaders({ url, region: api.region, credentials: await api.credentials() });
      const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(15_000) });
      return {
        status: response.status,
        type: response.headers.get('content-type') ?? 'application/octet-stream',
        body: new Uint8Array(await response.arrayBuffer()),
      };
    } catch (error) {
      return problem(502, `The HTTP API at ${api.url} does not answer: ${reasonOf(error)}`);
    }
  };

/** fetch says only 'fetch failed' and keeps the reason as its cause; refused connections come as several errors in one. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause === undefined ? message : cause.message || String(cause.code);
}
