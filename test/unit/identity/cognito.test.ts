import { describe, expect, test } from '@jest/globals';
import { cognitoSignIn } from '../../../functions/identity/cognito.ts';
import { type Call, recordingClient } from '../platform/recordingClient.ts';

const signInWith = (answer: (call: Call) => unknown) => {
  const cognito = recordingClient(answer);
  return { cognito, ...cognitoSignIn({ cognito, clientId: 'client' }) };
};
const failing = (name: string, message = 'what Cognito says') =>
  signInWith(() => {
    throw Object.assign(new Error(message), { name });
  });
const tokens = { AccessToken: 'access', ExpiresIn: 3600, RefreshToken: 'refresh' };

describe('signing in', () => {
  test.each([
    'NotAuthorizedException',
    'UserNotFoundException',
    'UserNotConfirmedException',
    'PasswordResetRequiredException',
  ])('says nothing of an account: %s is the same 401', async (name) => {
    await expect(failing(name).signIn('a@example.com', 'x')).rejects.toMatchObject({
      status: 401,
      message: 'The email or the password is not right, or the account may not sign in.',
    });
  });

  test.each(['TooManyRequestsException', 'LimitExceededException'])('%s is a 429 that says when', async (name) => {
    await expect(failing(name).signIn('a@example.com', 'x')).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
    });
  });

  test.each(['ResourceNotFoundException', 'InternalErrorException', 'TimeoutError'])('%s is a fault', async (name) => {
    await expect(failing(name).signIn('a@example.com', 'x')).rejects.toMatchObject({ name });
  });

  test('a challenge that the pool is not made for is a fault', async () => {
    const { signIn } = signInWith(() => ({ ChallengeName: 'SMS_MFA', Session: 's' }));
    await expect(signIn('a@example.com', 'x')).rejects.toThrow('SMS_MFA');
  });
});

describe('choosing a password', () => {
  const challenged = (answer: (call: Call) => unknown) =>
    signInWith((call) =>
      call.name === 'InitiateAuthCommand'
        ? {
            ChallengeName: 'NEW_PASSWORD_REQUIRED',
            Session: 'the session',
            ChallengeParameters: { USER_ID_FOR_SRP: 'sub-1' },
          }
        : answer(call),
    );
  const sessionOf = async ({ signIn }: ReturnType<typeof signInWith>) => {
    const answer = await signIn('a@example.com', 'x');
    if (!('session' in answer)) throw new Error('not challenged');
    return answer.session;
  };

  test("answers by the user's own name, for which an email only stands", async () => {
    const signing = challenged(() => ({ AuthenticationResult: tokens }));
    const answer = await signing.choosePassword(await sessionOf(signing), 'new');
    expect(answer).toEqual({ accessToken: 'access', expiresIn: 3600, refreshToken: 'refresh' });
    expect(signing.cognito.calls[1]?.input).toMatchObject({
      Session: 'the session',
      ChallengeResponses: { USERNAME: 'sub-1', NEW_PASSWORD: 'new' },
    });
  });

  test("a password that does not conform is told in Cognito's words", async () => {
    const message = 'Password does not conform to policy: Password not long enough';
    const signing = challenged(() => {
      throw Object.assign(new Error(message), { name: 'InvalidPasswordException' });
    });
    await expect(signing.choosePassword(await sessionOf(signing), 'x')).rejects.toMatchObject({
      status: 400,
      errors: [{ in: 'body', field: '/newPassword', detail: message }],
    });
  });

  test('a session of a form that Cognito does not take is over too', async () => {
    const signing = challenged(() => {
      throw Object.assign(new Error('1 validation error detected'), { name: 'InvalidParameterException' });
    });
    await expect(signing.choosePassword(await sessionOf(signing), 'new')).rejects.toMatchObject({ status: 401 });
  });

  test.each(['', 'x', Buffer.from('[]').toString('base64url'), Buffer.from('{"username":""}').toString('base64url')])(
    'a made-up session is refused before Cognito is asked: %j',
    async (session) => {
      const { cognito, choosePassword } = signInWith(() => ({}));
      await expect(choosePassword(session, 'new')).rejects.toMatchObject({ status: 401 });
      expect(cognito.calls).toEqual([]);
    },
  );
});
