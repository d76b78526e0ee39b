import {
  AdminCreateUserCommand,
  type AdminCreateUserCommandOutput,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  type AttributeType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Sends } from '../platform/clients.ts';

interface UserPool {
  readonly cognito: Sends;
  readonly userPoolId: string;
}

/** `sub` of the account with an email; undefined when there is none. */
export const findAccount =
  ({ cognito, userPoolId }: UserPool) =>
  async (email: string): Promise<string | undefined> => {
    try {
      const user: AdminGetUserCommandOutput = await cognito.send(
        new AdminGetUserCommand({ UserPoolId: userPoolId, Username: email }),
      );
      return subOf(user.UserAttributes);
    } catch (error) {
      if ((error as Error).name === 'UserNotFoundException') return undefined;
      throw error;
    }
  };

/**
 * Makes an account. Its owner has the temporary password by mail from Cognito, unless it is given here: then it is for whoever calls
 * to hand it over.
 * @returns `sub`; undefined when somebody else made it first
 */
export const createAccount =
  ({ cognito, userPoolId }: UserPool) =>
  async (email: string, temporaryPassword?: string): Promise<string | undefined> => {
    try {
      const { User }: AdminCreateUserCommandOutput = await cognito.send(
        new AdminCreateUserCommand({
          UserPoolId: userPoolId,
          Username: email,
          ...(temporaryPassword === undefined
            ? { DesiredDeliveryMediums: ['EMAIL'] }
            : { TemporaryPassword: temporaryPassword, MessageAction: 'SUPPRESS' }),
          UserAttributes: [
            { Name: 'email', Value: email },
            // Vouched for by whoever invites: sign-in by email asks for no more.
            { Name: 'email_verified', Value: 'true' },
          ],
        }),
      );
      return subOf(User?.Attributes);
    } catch (error) {
      if ((error as Error).name === 'UsernameExistsException') return undefined;
      throw error;
    }
  };

/** `sub` of the account with an email, which is invited when it has none. */
export const findOrInvite = (pool: UserPool) => {
  const find = findAccount(pool);
  const invite = createAccount(pool);
  return async (email: string): Promise<string> => {
    const userId = (await find(email)) ?? (await invite(email)) ?? (await find(email));
    if (userId === undefined) throw new Error('Cognito has the account, and has it not.');
    return userId;
  };
};

function subOf(attributes: readonly AttributeType[] | undefined): string {
  const sub = attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (sub === undefined) throw new Error('Cognito told of a user without a sub.');
  return sub;
}
