import { randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { platformAdminGroup } from '../../functions/platform/access/caller.ts';
import type { SystemUnderTest } from './openSystem.ts';

export interface Person {
  readonly email: string;
  readonly password: string;
  /** `sub` of the user pool. */
  readonly userId: string;
  readonly accessToken: string;
}

/** A new person, signed in; a member of nothing unless an admin of the platform. */
export async function signIn(system: SystemUnderTest, { platformAdmin = false } = {}): Promise<Person> {
  const cognito = new CognitoIdentityProviderClient(system.client);
  const UserPoolId = system.output('Identity', 'UserPoolId');
  const email = `person-${randomBytes(6).toString('hex')}@example.com`;
  const password = `Aa1!${randomBytes(12).toString('base64url')}`;
  const { User } = await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: email,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: password, Permanent: true }),
  );
  if (platformAdmin)
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: email, GroupName: platformAdminGroup }));
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      ClientId: system.output('Identity', 'UserPoolClientId'),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD: password },
    }),
  );
  const accessToken = AuthenticationResult?.AccessToken;
  const userId = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (accessToken === undefined || userId === undefined) throw new Error(`${email} was not signed in.`);
  return { email, password, userId, accessToken };
}
