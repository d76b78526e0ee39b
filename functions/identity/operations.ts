import * as z from 'zod';
import { membership } from '../model/application.ts';
import { emailAddress, timestamp } from '../model/identifiers.ts';
import { settingsPatch, userSettings } from '../model/settings.ts';
import { json, operation } from '../platform/http/operation.ts';
import { sessionHours } from './sessions.ts';

const password = z.string().min(1).max(256);
const token = z.string().min(1).max(8192);

const accessTokens = z
  .object({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    /** Seconds until the access token ends. */
    expiresIn: z.int(),
    /** When the person must sign in again. */
    sessionEndsAt: timestamp,
  })
  .meta({ id: 'AccessTokens' });

const signedIn = accessTokens.extend({ refreshToken: z.string() }).meta({ id: 'SignedIn' });

const challenge = z
  .object({
    challenge: z.literal('NEW_PASSWORD_REQUIRED'),
    /** For `POST /api/auth/password`, within three minutes. */
    session: z.string(),
  })
  .meta({ id: 'Challenge', description: 'The password was a temporary one: choose another.' });

const tooMany = 'Too many attempts for this account or from this address';

export const identityOperations = {
  login: operation({
    method: 'POST',
    path: '/api/auth/login',
    tag: 'Auth',
    summary: 'Sign in with email and password',
    description: `A session lasts ${sessionHours} hours. At most 10 attempts a minute are taken for an account, and 100 from an address.`,
    access: 'public',
    body: z.object({ email: emailAddress, password }).strict(),
    answer: {
      status: 200,
      description: 'Tokens, or a challenge where the password was a temporary one',
      content: json(z.union([signedIn, challenge])),
    },
    problems: { 401: 'Email and password do not sign anybody in', 429: tooMany },
    answersSecret: true,
  }),
  choosePassword: operation({
    method: 'POST',
    path: '/api/auth/password',
    tag: 'Auth',
    summary: 'Choose a password in place of a temporary one, and be signed in',
    access: 'public',
    body: z.object({ email: emailAddress, session: token, newPassword: password }).strict(),
    answer: { status: 200, description: 'Tokens', content: json(signedIn) },
    problems: { 401: 'The session is over, or is another account’s: sign in again', 429: tooMany },
    answersSecret: true,
  }),
  refresh: operation({
    method: 'POST',
    path: '/api/auth/refresh',
    tag: 'Auth',
    summary: 'A new access token',
    description: 'The refresh token stays as it is, and the session ends when it would have ended.',
    access: 'public',
    body: z.object({ refreshToken: token }).strict(),
    answer: { status: 200, description: 'A new access token', content: json(accessTokens) },
    problems: { 401: 'The session is over or was signed out: sign in again', 429: tooMany },
    answersSecret: true,
  }),
  logout: operation({
    method: 'POST',
    path: '/api/auth/logout',
    tag: 'Auth',
    summary: 'Sign out of this session',
    description: 'The refresh token is revoked at once; the access token is refused everywhere within 20 seconds.',
    access: 'signedIn',
    body: z.object({ refreshToken: token }).strict(),
    answer: { status: 204, description: 'The session is over' },
  }),
  getMe: operation({
    method: 'GET',
    path: '/api/me',
    tag: 'Auth',
    summary: 'Who is signed in, and a member of what',
    access: 'signedIn',
    answer: {
      status: 200,
      description: 'The person',
      content: json(
        z
          .object({
            userId: z.string(),
            email: z.email(),
            isPlatformAdmin: z.boolean(),
            memberships: z.array(membership),
          })
          .meta({ id: 'Me' }),
      ),
    },
  }),
  getMySettings: operation({
    method: 'GET',
    path: '/api/me/settings',
    tag: 'Auth',
    summary: 'What front ends keep for the person',
    access: 'signedIn',
    answer: { status: 200, description: 'The settings', content: json(userSettings) },
  }),
  patchMySettings: operation({
    method: 'PATCH',
    path: '/api/me/settings',
    tag: 'Auth',
    summary: 'Change settings: what is named is replaced, and removed by null',
    access: 'signedIn',
    body: settingsPatch,
    answer: { status: 200, description: 'The settings as they are now', content: json(userSettings) },
    versioned: true,
  }),
};
