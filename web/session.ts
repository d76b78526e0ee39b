import { createClient, type Tokens } from '../client/index.ts';

/** Of this tab, and gone with it. */
const storage = sessionStorage;
const key = 'fieldline-session';

function read(): Tokens | undefined {
  const text = storage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as Tokens);
}

const keep = ({ accessToken, refreshToken }: Tokens) =>
  storage.setItem(key, JSON.stringify({ accessToken, refreshToken }));

export const hasSession = (): boolean => read() !== undefined;

/** The HTTP API, asked where the page came from, as the person who signed in. */
export const api = createClient({
  baseUrl: location.origin,
  tokens: read,
  onTokens(tokens) {
    if (tokens !== undefined) return keep(tokens);
    // The session is over: the page begins anew, which asks to sign in.
    storage.removeItem(key);
    location.reload();
  },
  fetch: (request) =>
    fetch(request, { signal: AbortSignal.timeout(20_000) }).catch(() => {
      throw new Error('The dashboard’s server does not answer. Is the system still running?');
    }),
});

/**
 * What was answered.
 * @throws Error in words for the person: the problem's own, where there is one
 */
export function dataOf<Data>({ data, error, response }: { data?: Data; error?: unknown; response: Response }): Data {
  if (data !== undefined) return data;
  const { detail, message } = (error ?? {}) as { detail?: string; message?: string };
  throw new Error(detail ?? message ?? `The API answered ${response.status}.`);
}

/** @returns a session to choose a new password with, where the one given was temporary. @throws Error in words for the person */
export async function signIn(email: string, password: string): Promise<string | undefined> {
  const answer = dataOf(await api.POST('/api/auth/login', { body: { email, password } }));
  if ('challenge' in answer) return answer.session;
  keep(answer);
  return undefined;
}

/** @throws Error in words for the person */
export async function choosePassword(email: string, session: string, newPassword: string): Promise<void> {
  keep(dataOf(await api.POST('/api/auth/password', { body: { email, session, newPassword } })));
}

export async function signOut(): Promise<void> {
  const tokens = read();
  if (tokens !== undefined) await api.POST('/api/auth/logout', { body: { refreshToken: tokens.refreshToken } });
  storage.removeItem(key);
  // Not as whoever the local system would sign in.
  storage.setItem(signedOutKey, 'yes');
  location.reload();
}

const signedOutKey = 'fieldline-signed-out';
export const wasSignedOut = (): boolean => storage.getItem(signedOutKey) !== null;
