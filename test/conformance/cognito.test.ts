import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { group } from './conforms.ts';
import { connect, output, uniqueName } from './target.ts';

const cognito = connect(CognitoIdentityProviderClient);
const password = 'Correct-horse-7';

// Pool, client and group are those of the suite's own stack.
group(
  'Cognito user pools',
  () => cognito.send(new AdminGetUserCommand({ UserPoolId: 'us-east-1_ConfNone0', Username: 'nobody' })),
  ({ conforms, resource }) => {
    const pool = () => ({ UserPoolId: output('UserPoolId') });
    const ClientId = () => output('UserPoolClientId');
    const createUser = async () => {
      const Username = uniqueName('user');
      await cognito.send(
        new AdminCreateUserCommand({
          ...pool(),
          Username,
          TemporaryPassword: 'Temporary-7x',
          MessageAction: 'SUPPRESS',
        }),
      );
      return Username;
    };
    const remove = (Username: string) => cognito.send(new AdminDeleteUserCommand({ ...pool(), Username }));
    const invited = resource(createUser, remove);
    const member = resource(async () => {
      const Username = await createUser();
      await cognito.send(new AdminSetUserPasswordCommand({ ...pool(), Username, Password: password, Permanent: true }));
      await cognito.send(new AdminAddUserToGroupCommand({ ...pool(), Username, GroupName: 'operators' }));
      return Username;
    }, remove);
    const signIn = (USERNAME: string, PASSWORD: string) =>
      cognito.send(
        new InitiateAuthCommand({
          ClientId: ClientId(),
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD },
        }),
      );

    conforms('a temporary password asks for a new one, which then signs in', 'Authentication', async () => {
      const Username = await invited();
      const { ChallengeName, Session } = await signIn(Username, 'Temporary-7x');
      expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
      const { AuthenticationResult } = await cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: ClientId(),
          ChallengeName,
          Session,
          ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: password },
        }),
      );
      expect(AuthenticationResult?.AccessToken).toEqual(expect.any(String));
      const { UserStatus } = await cognito.send(new AdminGetUserCommand({ ...pool(), Username }));
      expect(UserStatus).toBe('CONFIRMED');
    });

    conforms(
      'tokens say who, for whom, until when, and in which groups',
      'Understanding user pool JSON web tokens (JWTs)',
      async () => {
        const Username = await member();
        const { AuthenticationResult } = await signIn(Username, password);
        const [access, id] = [AuthenticationResult?.AccessToken ?? '', AuthenticationResult?.IdToken ?? ''];
        expect(decodeProtectedHeader(access)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
        expect(decodeJwt(access)).toMatchObject({
          token_use: 'access',
          username: Username,
          client_id: ClientId(),
          'cognito:groups': ['operators'],
          iss: expect.stringMatching(new RegExp(`/${output('UserPoolId')}$`)),
        });
        expect(decodeJwt(id)).toMatchObject({ token_use: 'id', aud: ClientId(), 'cognito:username': Username });
        expect((decodeJwt(access).exp ?? 0) - (decodeJwt(access).iat ?? 0)).toBe(AuthenticationResult?.ExpiresIn);
      },
    );

    conforms('a refresh token gives new tokens', 'Refresh tokens', async () => {
      const Username = await member();
      const { AuthenticationResult: first } = await signIn(Username, password);
      const { AuthenticationResult: second } = await cognito.send(
        new InitiateAuthCommand({
          ClientId: ClientId(),
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: first?.RefreshToken ?? '' },
        }),
      );
      expect(decodeJwt(second?.AccessToken ?? '')).toMatchObject({ username: Username });
      expect(second?.RefreshToken).toBeUndefined();
    });

    conforms(
      'a wrong password and an unknown user are refused alike',
      'Managing user existence error responses',
      async () => {
        const refusal = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
        await expect(signIn(await member(), 'Wrong-horse-7')).rejects.toMatchObject(refusal);
        await expect(signIn(uniqueName('nobody'), password)).rejects.toMatchObject(refusal);
      },
    );

    conforms('a password against the policy is refused', 'AdminSetUserPassword', async () => {
      const Username = await member();
      const setting = cognito.send(
        new AdminSetUserPasswordCommand({ ...pool(), Username, Password: 'short', Permanent: true }),
      );
      await expect(setting).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    });

    conforms('a user made twice is UsernameExistsException', 'AdminCreateUser', async () => {
      const again = cognito.send(
        new AdminCreateUserCommand({ ...pool(), Username: await member(), MessageAction: 'SUPPRESS' }),
      );
      await expect(again).rejects.toMatchObject({ name: 'UsernameExistsException' });
    });

    conforms('a sign-out everywhere ends the tokens', 'GlobalSignOut', async () => {
      const { AuthenticationResult } = await signIn(await member(), password);
      const AccessToken = AuthenticationResult?.AccessToken ?? '';
      expect(await cognito.send(new GetUserCommand({ AccessToken }))).toMatchObject({ Username: await member() });
      await cognito.send(new GlobalSignOutCommand({ AccessToken }));
      await expect(cognito.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
    });

    conforms('a pool that is not there is ResourceNotFoundException', 'AdminGetUser', async () => {
      const UserPoolId = `${output('UserPoolId').split('_')[0]}_ConfNone0`;
      await expect(cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'nobody' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  },
);
