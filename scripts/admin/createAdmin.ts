import { randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createAccount, findAccount } from '../../functions/applications/accounts.ts';
import { firstVersion, newApplicationWrite, newMemberWrite } from '../../functions/applications/applicationRecords.ts';
import { platformAdminGroup } from '../../functions/platform/access/caller.ts';
import { changesBetween } from '../../functions/platform/records/audit.ts';
import { changeTogether } from '../../functions/platform/records/change.ts';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { PlainError } from '../commandLine.ts';
import type { Target } from '../target.ts';

type Place = Pick<Target, 'client' | 'output'>;

/** Devices that nobody has put anywhere are in it. */
const firstApplication = 'default';

/**
 * Makes a person an admin of the platform, with an account where they have none, and the first application where there is none.
 * @param password for a new account: one to hand over, or a mail to its owner from Cognito
 * @returns whether there was an account
 */
export async function createAdmin(
  { client, output }: Place,
  email: string,
  password: { readonly temporary: string } | 'by mail',
): Promise<{ readonly existed: boolean; readonly madeApplication: boolean }> {
  const cognito = new CognitoIdentityProviderClient(client);
  const pool = { cognito, userPoolId: output('Identity', 'UserPoolId') };
  const found = await findAccount(pool)(email);
  const userId = found ?? (await createAccount(pool)(email, password === 'by mail' ? undefined : password.temporary));
  if (userId === undefined) throw new PlainError(`Somebody else is making an account for ${email}. Ask again.`);
  await cognito.send(
    new AdminAddUserToGroupCommand({ UserPoolId: pool.userPoolId, Username: email, GroupName: platformAdminGroup }),
  );
  return {
    existed: found !== undefined,
    madeApplication: await makeFirstApplication({ client, output }, { email, userId }),
  };
}

/** A password that the pool's policy takes, whatever chance gives. */
export const newPassword = (): string => `${randomBytes(18).toString('base64url')}-aA1`;

/** For the local cloud, where the account is nobody's but the developer's. */
export async function setPassword({ client, output }: Place, email: string, password: string): Promise<void> {
  await new CognitoIdentityProviderClient(client).send(
    new AdminSetUserPasswordCommand({
      UserPoolId: output('Identity', 'UserPoolId'),
      Username: email,
      Password: password,
      Permanent: true,
    }),
  );
}

/** With its first member. */
async function makeFirstApplication(
  { client, output }: Place,
  person: { readonly email: string; readonly userId: string },
): Promise<boolean> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const directory = output('Data', 'DirectoryTableName');
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: directory,
      KeyConditionExpression: 'pk = :applications',
      ExpressionAttributeValues: { ':applications': directoryKeys.application('').pk },
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  if (Items.length > 0) return false;
  const made = firstVersion({ applicationId: firstApplication, name: 'Default', settings: {} });
  const member = firstVersion({ ...person, applicationId: firstApplication, role: 'admin' as const });
  const entry = { applicationId: firstApplication, actor: 'system', operation: 'createAdmin' };
  await changeTogether({ db, auditTable: output('Data', 'AuditTableName') })(
    [newApplicationWrite(directory, made, 1), newMemberWrite(directory, member)],
    [
      { ...entry, entity: `application:${made.applicationId}`, changes: changesBetween(undefined, made) },
      { ...entry, entity: `member:${member.userId}`, changes: changesBetween(undefined, member) },
    ],
  );
  return true;
}
