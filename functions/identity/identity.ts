import { AdminGetUserCommand, type AdminGetUserCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type UserSettings, userSettings } from '../model/settings.ts';
import type { readMemberships } from '../platform/access/memberships.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { unauthenticated } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween, platformWide } from '../platform/records/audit.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { changeSettings } from '../platform/records/changeSettings.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { changedMeanwhile, checkVersion } from '../platform/records/versions.ts';
import type { countAttempt } from './attempts.ts';
import type { cognitoSignIn, Tokens } from './cognito.ts';
import type { identityOperations } from './operations.ts';
import { forgottenAt, type Session, sessionHours, sessionItem, sessionOf } from './sessions.ts';

interface IdentityDependencies {
  readonly db: Sends;
  readonly directoryTable: string;
  readonly cognito: Sends;
  readonly userPoolId: string;
  readonly signIn: ReturnType<typeof cognitoSignIn>;
  readonly countAttempt: ReturnType<typeof countAttempt>;
  readonly readMemberships: ReturnType<typeof readMemberships>;
  readonly change: ReturnType<typeof changeTogether>;
}

export const identityHandlers = (dependencies: IdentityDependencies): Handlers<typeof identityOperations> => {
  const { db, directoryTable, cognito, userPoolId, signIn, countAttempt, readMemberships, change } = dependencies;

  const begin = async ({ refreshToken, ...tokens }: Tokens, operation: string) => {
    if (refreshToken === undefined) throw new Error('Cognito answered no refresh token.');
    const session = sessionOf(tokens.accessToken);
    await change(
      [{ item: { Put: { TableName: directoryTable, Item: sessionItem(session) } }, refusal: neverRefused }],
      [subject(session.userId, operation)],
    );
    return { ...accessTokens(tokens, session), refreshToken };
  };

  const readSettings = async (userId: string): Promise<UserSettings> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: directoryTable, Key: directoryKeys.settings(userId), ConsistentRead: true }),
    );
    return Item === undefined ? { settings: {}, version: 0 } : userSettings.parse(Item);
  };

  return {
    login: async ({ body, event, operationId }) => {
      await countAttempt(body.email, event.requestContext.http.sourceIp);
      const answer = await signIn.signIn(body.email, body.password);
      if ('session' in answer) return { body: { challenge: 'NEW_PASSWORD_REQUIRED', session: answer.session } };
      return { body: await begin(answer, operationId) };
    },

    choosePassword: async ({ body, event, operationId }) => {
      await countAttempt(body.email, event.requestContext.http.sourceIp);
      return { body: await begin(await signIn.choosePassword(body.session, body.newPassword), operationId) };
    },

    refresh: async ({ body }) => {
      const tokens = await signIn.refresh(body.refreshToken);
      return { body: accessTokens(tokens, sessionOf(tokens.accessToken)) };
    },

    logout: async ({ access: { caller }, body, operationId }) => {
      if (caller.sessionId !== undefined)
        await change(
          [
            {
              item: {
                Update: {
                  TableName: directoryTable,
                  Key: directoryKeys.session(caller.userId, caller.sessionId),
                  UpdateExpression: 'SET signedOutAt = if_not_exists(signedOutAt, :now), expiresAt = :forgotten',
                  ExpressionAttributeValues: {
                    ':now': new Date().toISOString(),
                    // Counted from now: no token of a session is issued later than its hours allow.
                    ':forgotten': forgottenAt(Date.now() + sessionHours * 3600_000),
                  },
                },
              },
              refusal: neverRefused,
            },
          ],
          [subject(caller.userId, operationId)],
        );
      await signIn.revoke(body.refreshToken);
      return {};
    },

    getMe: async ({ access: { caller } }) => {
      const [user, memberships] = await Promise.all([
        cognito
          .send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: caller.userId }))
          .catch((error: Error) => {
            // Deleted since the access token was issued.
            if (error.name === 'UserNotFoundException') throw unauthenticated('This account is gone.');
            throw error;
          }),
        readMemberships(caller.userId),
      ]);
      const { UserAttributes = [] } = user as AdminGetUserCommandOutput;
      const email = UserAttributes.find(({ Name }) => Name === 'email')?.Value ?? '';
      return { body: { userId: caller.userId, email, isPlatformAdmin: caller.isPlatformAdmin, memberships } };
    },

    getMySettings: async ({ access: { caller } }) => {
      const body = await readSettings(caller.userId);
      return { body, etag: versionTag(body.version) };
    },

    patchMySettings: async ({ access: { caller }, body, ifMatch, operationId }) => {
      const before = await readSettings(caller.userId);
      checkVersion(before.version, ifMatch);
      const after: UserSettings = {
        settings: changeSettings(before.settings, body, ''),
        version: before.version + 1,
      };
      await change(
        [
          {
            item: {
              Put: {
                TableName: directoryTable,
                Item: { ...directoryKeys.settings(caller.userId), ...after },
                ConditionExpression: 'attribute_not_exists(pk) OR version = :seen',
                ExpressionAttributeValues: { ':seen': before.version },
              },
            },
            refusal: changedMeanwhile(ifMatch),
          },
        ],
        [{ ...subject(caller.userId, operationId), changes: changesBetween(before.settings, after.settings) }],
      );
      return { body: after, etag: versionTag(after.version) };
    },
  };
};

const subject = (userId: string, operation: string) => ({
  applicationId: platformWide,
  actor: `user:${userId}`,
  operation,
  entity: `user:${userId}`,
});

const accessTokens = ({ accessToken, expiresIn }: Pick<Tokens, 'accessToken' | 'expiresIn'>, { endsAt }: Session) => ({
  accessToken,
  tokenType: 'Bearer' as const,
  expiresIn,
  sessionEndsAt: new Date(endsAt).toISOString(),
});

const neverRefused = (): never => {
  throw new Error('A write without a condition was refused.');
};
