import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

/** What the API answers and takes, by name. */
export type Schemas = components['schemas'];

/** The tokens of who signed in; keep them where the person's session is kept. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface ClientOptions {
  /** Where the HTTP API is, without `/api`. */
  readonly baseUrl: string;
  /** Undefined while nobody is signed in. */
  readonly tokens?: () => Tokens | undefined;
  /** New tokens after a refresh; undefined when the session has ended. */
  readonly onTokens?: (tokens: Tokens | undefined) => void;
  readonly fetch?: (request: Request) => Promise<Response>;
}

export type FieldlineClient = Client<paths>;

/**
 * A client of the HTTP API, typed by its OpenAPI document: `client.GET('/api/devices', …)` answers `{ data }` or `{ error }`.
 * An access token that ran out is renewed once, and the request sent again.
 */
export function createClient({ baseUrl, tokens = () => undefined, onTokens, ...rest }: ClientOptions): FieldlineClient {
  const send = rest.fetch ?? ((request: Request) => fetch(request));
  const client = createFetchClient<paths>({ baseUrl, fetch: send });
  let renewal: Promise<Tokens | undefined> | undefined;
  /** As they were sent: a body can be read once. */
  const sent = new Map<string, Request>();

  const renew = async (): Promise<Tokens | undefined> => {
    const known = tokens();
    if (known === undefined) return undefined;
    const { data } = await createFetchClient<paths>({ baseUrl, fetch: send }).POST('/api/auth/refresh', {
      body: { refreshToken: known.refreshToken },
    });
    const renewed = data && { ...known, ...data };
    onTokens?.(renewed);
    return renewed;
  };

  const session: Middleware = {
    onRequest({ request, id }) {
      const known = tokens();
      if (known === undefined) return undefined;
      request.headers.set('authorization', `Bearer ${known.accessToken}`);
      sent.set(id, request.clone());
      return request;
    },
    async onResponse({ response, id }) {
      const request = sent.get(id);
      sent.delete(id);
      if (response.status !== 401 || request === undefined) return undefined;
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      const renewed = await renewal;
      if (renewed === undefined) return undefined;
      request.headers.set('authorization', `Bearer ${renewed.accessToken}`);
      return send(request);
    },
    onError({ id }) {
      sent.delete(id);
    },
  };
  client.use(session);
  return client;
}
