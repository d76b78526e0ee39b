import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { PlainError } from '../commandLine.ts';
import type { Target } from '../target.ts';

/**
 * Signs a person in.
 * @returns an access token, which holds for an hour
 * @throws PlainError when the password is not right
 */
export async function accessToken(target: Target, email: string, password: string): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(target.client);
  const { AuthenticationResult, ChallengeName } = await cognito
    .send(
      new InitiateAuthCommand({
        ClientId: target.output('Identity', 'UserPoolClientId'),
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD: password },
      }),
    )
    .catch((error: Error) => {
      if (error.name !== 'NotAuthorizedException' && error.name !== 'UserNotFoundException') throw error;
      throw new PlainError(`${email} was not signed in: ${error.message}`);
    });
  if (AuthenticationResult?.AccessToken === undefined)
    throw new PlainError(`${email} was not signed in: ${ChallengeName ?? 'no token'} is asked for first.`);
  return AuthenticationResult.AccessToken;
}

/** FIELDLINE_PASSWORD, or what is typed at the terminal without being shown. @throws PlainError when there is neither */
export async function readPassword(email: string): Promise<string> {
  const given = process.env['FIELDLINE_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY) throw new PlainError('There is no terminal to ask at: set FIELDLINE_PASSWORD.');
  process.stderr.write(`Password of ${email}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
