import * as z from 'zod';
import { directoryKeys } from '../platform/records/directory.ts';

/** From the sign-in to the end of its refresh token, however often that is used. Hours. */
export const sessionHours = 72;
/** Of an access token, from its issue. Minutes. */
export const accessTokenMinutes = 60;

/** Claims of an access token as Cognito answers it, which nobody else has touched. */
const claims = z.object({
  sub: z.string(),
  /** The sign-in that the token descends from. */
  origin_jti: z.string(),
  /** Epoch seconds. */
  auth_time: z.number(),
});

export interface Session {
  readonly userId: string;
  readonly sessionId: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/** The session that an access token is of. It is not verified here: it comes from Cognito. */
export function sessionOf(accessToken: string): Session {
  const payload = accessToken.split('.')[1] ?? '';
  const { sub, origin_jti, auth_time } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return { userId: sub, sessionId: origin_jti, endsAt: auth_time * 1000 + sessionHours * 3600_000 };
}

/** The item of a session that begins; the index of members must not find it, so it has no attribute `userId`. */
export const sessionItem = ({ userId, sessionId, endsAt }: Session) => ({
  ...directoryKeys.session(userId, sessionId),
  startedAt: new Date(endsAt - sessionHours * 3600_000).toISOString(),
  expiresAt: forgottenAt(endsAt),
});

/** Epoch seconds. A session's last access token outlives its refresh token, and the item must say so long that it was ended. */
export const forgottenAt = (endsAt: number): number => Math.ceil(endsAt / 1000) + accessTokenMinutes * 60;
