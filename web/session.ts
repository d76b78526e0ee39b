import * as z from 'zod';
import { answerOf, Refused } from './answerOf.ts';

/** Of this tab, and gone with it. */
const storage = sessionStorage;
const key = 'fieldline-session';

const kept = z.object({ accessToken: z.string(), refreshToken: z.string() });
const refreshed = z.object({ accessToken: z.string() });
const answer = z.union([kept, z.object({ challenge: z.literal('NEW_PASSWORD_REQUIRED'), session: z.string() })]);

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function read(): z.infer<typeof kept> | undefined {
  const text = storage.getItem(key);
  return text === null ? undefined : kept.safeParse(JSON.parse(text)).data;
}

export const hasSession = (): boolean => read() !== undefined;

/** @returns a session to choose a new password with, where the one given was temporary. @throws Refused */
export async function signIn(email: string, password: string): Promise<string | undefined> {
  const signedIn = await answerOf('api/auth/login', answer, post({ email, password }));
  if ('challenge' in signedIn) return signedIn.session;
  storage.setItem(key, JSON.stringify(signedIn));
  return undefined;
}

/** @throws Refused */
export async function choosePassword(email: string, session: string, newPassword: string): Promise<void> {
  const signedIn = await answerOf('api/auth/password', kept, post({ email, session, newPassword }));
  storage.setItem(key, JSON.stringify(signedIn));
}

/**
 * Asks the HTTP API as the person who signed in, with a new access token when the old one is over. When the session is over too, the
 * page begins anew, which asks to sign in.
 * @throws Refused
 */
export async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  request: RequestInit = {},
): Promise<z.output<Schema>> {
  const withToken = () =>
    answerOf(path, schema, {
      ...request,
      headers: { ...request.headers, authorization: `Bearer ${read()?.accessToken ?? ''}` },
    });
  try {
    return await withToken();
  } catch (error) {
    if (!isOver(error)) throw error;
  }
  try {
    await refresh();
    return await withToken();
  } catch (error) {
    if (!isOver(error)) throw error;
    storage.removeItem(key);
    location.reload();
    throw error;
  }
}

const isOver = (error: unknown) => error instanceof Refused && error.status === 401;

async function refresh(): Promise<void> {
  const session = read();
  if (session === undefined) throw new Refused(401, 'Nobody is signed in.');
  const { accessToken } = await answerOf('api/auth/refresh', refreshed, post({ refreshToken: session.refreshToken }));
  storage.setItem(key, JSON.stringify({ ...session, accessToken }));
}
