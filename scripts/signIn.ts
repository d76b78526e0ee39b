import * as z from 'zod';
import { PlainError } from './commandLine.ts';

interface Api {
  readonly url: string;
}

const tokens = z.object({ accessToken: z.string() });
const ticket = z.object({ url: z.string() });
const problem = z.object({ detail: z.string() });

/** Signs in as a front end does. @returns the access token. @throws PlainError with the API's words */
export async function signIn(
  http: Api,
  person: { readonly email: string; readonly password: string },
): Promise<string> {
  const { email, password } = person;
  return (await post(http, '/api/auth/login', tokens, { body: { email, password } })).accessToken;
}

/** An address for one WebSocket connection, opened within a minute. @throws PlainError with the API's words */
export async function liveUrl(http: Api, accessToken: string): Promise<string> {
  return (await post(http, '/api/live/tickets', ticket, { accessToken })).url;
}

async function post<Schema extends z.ZodType>(
  { url }: Api,
  path: string,
  schema: Schema,
  { body, accessToken }: { readonly body?: object; readonly accessToken?: string },
): Promise<z.output<Schema>> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const { data } = problem.safeParse(answer);
    throw new PlainError(`${path} answered ${response.status}${data === undefined ? '' : `: ${data.detail}`}`);
  }
  return schema.parse(answer);
}
