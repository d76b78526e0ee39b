import type { SystemUnderTest } from './openSystem.ts';
import type { Person } from './signIn.ts';

interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless a string, which is sent as it is. */
  readonly body?: unknown;
  /** Who asks; nobody unless given. */
  readonly as?: Pick<Person, 'accessToken'>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON that an assertion looks into
  readonly json: any;
}

/** A request to the HTTP API, as a front end makes it. */
export async function callApi({ http }: Pick<SystemUnderTest, 'http'>, call: ApiCall): Promise<ApiAnswer> {
  const { method = 'GET', path, headers = {}, body, as } = call;
  const response = await fetch(`${http.url}${path}`, {
    method,
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${as.accessToken}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}
