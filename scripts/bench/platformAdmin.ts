import { randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { platformAdminGroup } from '../../functions/platform/access/caller.ts';
import type { Target } from '../target.ts';

/** A person who may do all in a system that is measured. */
export async function makePlatformAdmin({ client, output }: Target): Promise<{ email: string; password: string }> {
  const cognito = new CognitoIdentityProviderClient(client);
  const email = 'bench@example.com';
  const password = `Aa1!${randomBytes(12).toString('base64url')}`;
  const user = { UserPoolId: output('Identity', 'UserPoolId'), Username: email };
  await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName: platformAdminGroup }));
  return { email, password };
}
