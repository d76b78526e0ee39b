import { setTimeout as wait } from 'node:timers/promises';
import { PlainError } from '../commandLine.ts';

interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly type?: string;
  readonly body?: string;
  /** Given, a repetition does nothing twice. */
  readonly idempotencyKey?: string;
}

export type RegistryApi = ReturnType<typeof openRegistryApi>;

const attempts = 8;
const longestWait = 60_000;

/** The HTTP API as a program asks it that has time: what may pass is asked again. */
export function openRegistryApi(url: string, token: string) {
  /** @throws PlainError for what asking again would not change */
  return async ({ method, path, type, body, idempotencyKey }: ApiRequest): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(type !== undefined && { 'content-type': type }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) }).catch(
        (error: Error) => error,
      );
      if (response instanceof Response && response.ok) return response;
      const said = response instanceof Response ? await problemOf(response) : String(response.cause ?? response);
      if (tries === attempts || (response instanceof Response && !mayPass(response.status, idempotencyKey)))
        throw new PlainError(`${method} ${path.split('?')[0]} failed: ${said}`);
      await wait(waitingTime(response, tries));
    }
  };
}

/** Under the same Idempotency-Key a conflict says that the first try is still under way. */
const mayPass = (status: number, idempotencyKey: string | undefined) =>
  status === 429 || status >= 500 || (status === 409 && idempotencyKey !== undefined);

async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return `${response.status} ${JSON.parse(text).detail ?? text}`;
  } catch {
    return `${response.status} ${text.slice(0, 200)}`;
  }
}

/** Milliseconds: what Retry-After says, else a second, two, four and so on with jitter. */
function waitingTime(response: Response | Error, tries: number): number {
  const seconds = response instanceof Response ? Number(response.headers.get('retry-after') ?? Number.NaN) : Number.NaN;
  const told = Number.isFinite(seconds) ? seconds * 1000 : 1000 * 2 ** (tries - 1);
  return Math.min(longestWait, told) + Math.random() * 250;
}
