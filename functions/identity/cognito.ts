import {
  type AuthenticationResultType,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { badRequest, Problem, unauthenticated } from '../platform/http/problem.ts';

export interface Tokens {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Of a sign-in; a refresh answers none. */
  readonly refreshToken: string | undefined;
}

/**
 * Sign-in as Cognito does it (AWS: "Authentication flows"), by the operations that nobody signs. Whatever is wrong with an account
 * or its password is one and the same 401.
 */
export function cognitoSignIn({ cognito, clientId }: { readonly cognito: Sends; readonly clientId: string }) {
  return {
    /** @throws Problem 401, 429 */
    async signIn(email: string, password: string): Promise<Tokens | { readonly session: string }> {
      const answer: InitiateAuthCommandOutput = await told(
        wrongCredentials,
        [],
        cognito.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: email, PASSWORD: password },
          }),
        ),
      );
      if (answer.AuthenticationResult !== undefined) return tokensOf(answer.AuthenticationResult);
      if (answer.ChallengeName !== 'NEW_PASSWORD_REQUIRED')
        throw new Error(`Cognito asks for ${answer.ChallengeName}, which the user pool is not made for.`);
      return {
        session: packSession({
          username: answer.ChallengeParameters?.['USER_ID_FOR_SRP'] ?? email,
          session: answer.Session ?? '',
        }),
      };
    },

    /** @throws Problem 400 when the password does not conform, 401, 429 */
    async choosePassword(packed: string, newPassword: string): Promise<Tokens> {
      const { username, session } = unpackSession(packed);
      const { AuthenticationResult } = await told(
        sessionOver,
        // What is no session of Cognito's at all.
        ['InvalidParameterException'],
        cognito.send(
          new RespondToAuthChallengeCommand({
            ClientId: clientId,
            ChallengeName: 'NEW_PASSWORD_REQUIRED',
            Session: session,
            ChallengeResponses: { USERNAME: username, NEW_PASSWORD: newPassword },
          }),
        ),
      );
      return tokensOf(AuthenticationResult);
    },

    /** @throws Problem 401, 429 */
    async refresh(refreshToken: string): Promise<Tokens> {
      const { AuthenticationResult } = await told(
        () => unauthenticated('The session is over or was signed out. Sign in again.'),
        [],
        cognito.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: refreshToken },
          }),
        ),
      );
      return tokensOf(AuthenticationResult);
    },

    /** A token that is unknown is as good as revoked. @throws Problem 400 */
    async revoke(refreshToken: string): Promise<void> {
      await cognito.send(new RevokeTokenCommand({ ClientId: clientId, Token: refreshToken })).catch((error: Error) => {
        if (!['UnsupportedTokenTypeException', 'InvalidParameterException'].includes(error.name)) throw error;
        throw badRequest([{ in: 'body', field: '/refreshToken', detail: 'is not a refresh token' }]);
      });
    },
  };
}

const wrongCredentials = () =>
  unauthenticated('The email or the password is not right, or the account may not sign in.');
const sessionOver = () => unauthenticated('The session is over, or is not this account’s. Sign in again.');

/** What Cognito says of accounts and their passwords. */
const refusals = [
  ...['NotAuthorizedException', 'UserNotFoundException', 'UserNotConfirmedException', 'PasswordResetRequiredException'],
  ...['CodeMismatchException', 'ExpiredCodeException'],
];

/** @param more names of errors that mean a refusal too */
async function told<Result>(refusal: () => Problem, more: readonly string[], answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    const { name, message } = error as Error;
    if (refusals.includes(name) || more.includes(name)) throw refusal();
    if (name === 'InvalidPasswordException') throw badRequest([{ in: 'body', field: '/newPassword', detail: message }]);
    if (name === 'TooManyRequestsException' || name === 'LimitExceededException')
      throw new Problem(429, 'Too Many Requests', 'Too many people sign in at once. Ask again in 10 s.', {
        headers: { 'retry-after': '10' },
      });
    throw error;
  }
}

function tokensOf(result: AuthenticationResultType | undefined): Tokens {
  const { AccessToken: accessToken, ExpiresIn: expiresIn, RefreshToken: refreshToken } = result ?? {};
  if (accessToken === undefined || expiresIn === undefined) throw new Error('Cognito answered no access token.');
  return { accessToken, expiresIn, refreshToken };
}

/** A challenge is answered by the user's own name, which an email only stands for (AWS: "RespondToAuthChallenge"): it goes along. */
const packedSession = z.object({ username: z.string().min(1), session: z.string().min(1) });

const packSession = (session: z.infer<typeof packedSession>): string =>
  Buffer.from(JSON.stringify(session)).toString('base64url');

function unpackSession(packed: string): z.infer<typeof packedSession> {
  try {
    return packedSession.parse(JSON.parse(Buffer.from(packed, 'base64url').toString()));
  } catch {
    throw sessionOver();
  }
}
