import type { IncomingMessage } from 'node:http';
import { type Answer, problem } from './answer.ts';

/** What the page says of itself and of what it sends; nothing else goes on, cookies least of all. */
const forwarded = ['authorization', 'content-type', 'if-match', 'if-none-match', 'idempotency-key'];
const returned = ['etag', 'retry-after', 'www-authenticate'];
/** As much as the HTTP API takes of most operations. */
const bodyLimit = 256 * 1024;

/** The HTTP API's answer to what the page asks, as it asks it; 502 when there is none. */
export const forwardToApi =
  (api: { readonly url: string }) =>
  async (request: IncomingMessage, pathAndQuery: string): Promise<Answer> => {
    const body = await readBody(request);
    if (body === undefined) return problem(413, `At most ${bodyLimit} bytes are taken.`);
    try {
      const response = await fetch(`${api.url}${pathAndQuery}`, {
        method: request.method ?? 'GET',
        headers: Object.fromEntries(
          forwarded.flatMap((name) => {
            const value = request.headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        ...(body.length > 0 && { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(15_000),
      });
      return {
        status: response.status,
        type: response.headers.get('content-type') ?? 'application/octet-stream',
        body: new Uint8Array(await response.arrayBuffer()),
        headers: Object.fromEntries(
          returned.flatMap((name) => {
            const value = response.headers.get(name);
            return value === null ? [] : [[name, value]];
          }),
        ),
      };
    } catch (error) {
      return problem(502, `The HTTP API at ${api.url} does not answer: ${reasonOf(error)}`);
    }
  };

/** Undefined when there is more than is taken. */
async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size > bodyLimit ? undefined : Buffer.concat(chunks);
}

/** fetch says only 'fetch failed' and keeps the reason as its cause; refused connections come as several errors in one. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause === undefined ? message : cause.message || String(cause.code);
}
