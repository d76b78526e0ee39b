import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CloudLog } from '../context.ts';
import { AwsError } from '../service.ts';
import { checkPassword, hashPassword, randomPassword } from './password.ts';
import type { PoolCatalog, PoolSettings, User } from './poolCatalog.ts';

/** AWS: "Working with user attributes". */
const standardAttributes = [
  ...['address', 'birthdate', 'email', 'email_verified', 'family_name', 'gender', 'given_name', 'locale'],
  ...['middle_name', 'name', 'nickname', 'phone_number', 'phone_number_verified', 'picture', 'preferred_username'],
  ...['profile', 'updated_at', 'website', 'zoneinfo'],
];

const pool = { UserPoolId: z.string() };
const named = { ...pool, Username: z.string().min(1) };
const member = z.strictObject({ ...named, GroupName: z.string() });

/** What the operations on users take. A field that is none of these is refused by name. */
export const userInputs = {
  AdminCreateUser: z.strictObject({
    ...named,
    UserAttributes: z.array(z.strictObject({ Name: z.string(), Value: z.string().default('') })).default([]),
    TemporaryPassword: z.string().optional(),
    MessageAction: z.literal('SUPPRESS').optional(),
    DesiredDeliveryMediums: z.array(z.enum(['EMAIL', 'SMS'])).optional(),
  }),
  AdminSetUserPassword: z.strictObject({ ...named, Password: z.string(), Permanent: z.boolean().default(false) }),
  AdminGetUser: z.strictObject(named),
  AdminDeleteUser: z.strictObject(named),
  AdminDisableUser: z.strictObject(named),
  AdminEnableUser: z.strictObject(named),
  AdminUserGlobalSignOut: z.strictObject(named),
  AdminAddUserToGroup: member,
  AdminRemoveUserFromGroup: member,
  AdminListGroupsForUser: z.strictObject({
    ...named,
    Limit: z.int().min(0).max(60).default(60),
    NextToken: z.string().optional(),
  }),
  ListUsers: z.strictObject({
    ...pool,
    AttributesToGet: z.array(z.string()).optional(),
    Filter: z.string().optional(),
    Limit: z.int().min(0).max(60).default(60),
    PaginationToken: z.string().optional(),
  }),
};

type Input<Name extends keyof typeof userInputs> = z.output<(typeof userInputs)[Name]>;

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
export const userNotFound = () => new AwsError('UserNotFoundException', 'User does not exist.');

/** Operations that administrators call, signed (AWS: "Amazon Cognito User Pools API Reference"). */
export function createUserOperations(catalog: PoolCatalog, log: CloudLog) {
  const find = (input: { UserPoolId: string; Username: string }): User => {
    const user = catalog.findUser(input.UserPoolId, input.Username);
    if (!user) throw userNotFound();
    return user;
  };

  return {
    async AdminCreateUser(input: Input<'AdminCreateUser'>) {
      const { UserPoolId: id } = input;
      const settings = catalog.pool(id);
      const user = nameUser(settings, input);
      const { passwordPolicy } = settings;
      const password = input.TemporaryPassword ?? randomPassword(passwordPolicy);
      checkPassword(password, passwordPolicy, 'Password did not conform with password policy');
      const hashed = await hashPassword(password);
      // The ones that it could be mistaken for when it signs in.
      const logins = [user.username, ...settings.usernameAttributes.map((name) => user.attributes[name] ?? '')];
      const taken = logins.filter(Boolean).some((login) => catalog.findUser(id, login));
      if (taken)
        throw new AwsError(
          'UsernameExistsException',
          settings.usernameAttributes.length > 0
            ? 'An account with the given email already exists.'
            : 'User account already exists',
        );
      const created: User = {
        ...user,
        status: 'FORCE_CHANGE_PASSWORD',
        password: hashed,
        temporaryUntil: Date.now() + passwordPolicy.temporaryDays * 24 * 3600_000,
        created: Date.now(),
        modified: Date.now(),
      };
      catalog.createUser(id, created);
      // In place of the mail that AWS sends.
      if (input.TemporaryPassword === undefined && input.MessageAction === undefined)
        log.info(`cognito: the temporary password of ${input.Username} is ${password}`);
      const { UserAttributes, ...rest } = describe(created);
      return { User: { ...rest, Attributes: UserAttributes } };
    },
    async AdminSetUserPassword(input: Input<'AdminSetUserPassword'>) {
      const { passwordPolicy } = catalog.pool(input.UserPoolId);
      const user = find(input);
      checkPassword(input.Password, passwordPolicy, 'Password does not conform to policy');
      const changed = await withPassword(user, input.Password);
      catalog.updateUser(
        input.UserPoolId,
        input.Permanent
          ? changed
          : {
              ...changed,
              status: 'FORCE_CHANGE_PASSWORD',
              temporaryUntil: Date.now() + passwordPolicy.temporaryDays * 24 * 3600_000,
            },
      );
      catalog.dropSessions(input.UserPoolId, user.username);
      return {};
    },
    AdminGetUser: (input: Input<'AdminGetUser'>) => describe(find(input)),
    AdminDeleteUser(input: Input<'AdminDeleteUser'>) {
      catalog.deleteUser(input.UserPoolId, find(input).username);
      return {};
    },
    AdminDisableUser(input: Input<'AdminDisableUser'>) {
      const user = find(input);
      catalog.updateUser(input.UserPoolId, { ...user, disabled: true, modified: Date.now() });
      // AWS: "AdminDisableUser" revokes the tokens that the user holds.
      catalog.revokeAll(input.UserPoolId, user.username);
      return {};
    },
    AdminEnableUser(input: Input<'AdminEnableUser'>) {
      catalog.updateUser(input.UserPoolId, { ...find(input), disabled: false, modified: Date.now() });
      return {};
    },
    AdminUserGlobalSignOut(input: Input<'AdminUserGlobalSignOut'>) {
      catalog.revokeAll(input.UserPoolId, find(input).username);
      return {};
    },
    AdminAddUserToGroup(input: Input<'AdminAddUserToGroup'>) {
      catalog.setMember(input.UserPoolId, find(input).username, input.GroupName, true);
      return {};
    },
    AdminRemoveUserFromGroup(input: Input<'AdminRemoveUserFromGroup'>) {
      catalog.setMember(input.UserPoolId, find(input).username, input.GroupName, false);
      return {};
    },
    AdminListGroupsForUser(input: Input<'AdminListGroupsForUser'>) {
      const { UserPoolId } = input;
      const { items, next } = page(catalog.groupsOf(UserPoolId, find(input).username), input.Limit, input.NextToken);
      const groups = items.map(({ name, precedence, created }) => ({
        GroupName: name,
        UserPoolId,
        ...(precedence !== undefined && { Precedence: precedence }),
        CreationDate: created / 1000,
        LastModifiedDate: created / 1000,
      }));
      return { Groups: groups, ...(next !== undefined && { NextToken: next }) };
    },
    ListUsers(input: Input<'ListUsers'>) {
      catalog.pool(input.UserPoolId);
      const matches = readFilter(input.Filter);
      const { items, next } = page(catalog.users(input.UserPoolId).filter(matches), input.Limit, input.PaginationToken);
      const users = items.map((user) => {
        const { UserAttributes, ...rest } = describe(user);
        const wanted = input.AttributesToGet;
        return { ...rest, Attributes: UserAttributes.filter(({ Name }) => wanted?.includes(Name) ?? true) };
      });
      return { Users: users, ...(next !== undefined && { PaginationToken: next }) };
    },
  };
}

/** A user with a password of its own. */
export const withPassword = async (user: User, password: string): Promise<User> => ({
  ...user,
  password: await hashPassword(password),
  status: 'CONFIRMED',
  temporaryUntil: undefined,
  modified: Date.now(),
});

/** Name and attributes: Cognito names users itself where they sign in with an attribute. */
function nameUser(
  { usernameAttributes, aliasAttributes, caseSensitive }: PoolSettings,
  input: Input<'AdminCreateUser'>,
): Pick<User, 'username' | 'attributes'> {
  const sub = randomUUID();
  const attributes: Record<string, string> = { sub };
  for (const { Name, Value } of input.UserAttributes) {
    if (Name === 'sub') throw invalid('Cannot modify the non-mutable attribute sub');
    if (!standardAttributes.includes(Name)) throw invalid(`Type for attribute {${Name}} could not be determined`);
    attributes[Name] = Value;
  }
  const login = input.Username;
  const kind = /^[^@\s]+@[^@\s]+$/.test(login) ? 'email' : /^\+\d{3,15}$/.test(login) ? 'phone_number' : undefined;
  if (usernameAttributes.length > 0) {
    if (!kind || !usernameAttributes.includes(kind))
      throw invalid(
        `Username should be ${usernameAttributes.map((name) => (name === 'email' ? 'an email' : 'a phone number')).join(' or ')}.`,
      );
    return { username: sub, attributes: { ...attributes, [kind]: login } };
  }
  if (kind && aliasAttributes.includes(kind))
    throw invalid(`Username cannot be of ${kind} format, since user pool is configured for ${kind} alias.`);
  return { username: caseSensitive ? login : login.toLowerCase(), attributes };
}

const describe = ({ username, attributes, status, disabled, created, modified }: User) => ({
  Username: username,
  UserAttributes: attributeList(attributes),
  UserCreateDate: created / 1000,
  UserLastModifiedDate: modified / 1000,
  Enabled: disabled !== true,
  UserStatus: status,
});

export const attributeList = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** Attributes that a filter may name (AWS: "ListUsers"). */
const filtered = [
  ...['username', 'email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'],
  ...['cognito:user_status', 'status', 'sub'],
];

function readFilter(filter: string | undefined): (user: User) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const [, name = '', operator, text = ''] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  if (!filtered.includes(name)) throw invalid(`Error while parsing filter.: ${filter}`);
  const wanted = text.replace(/\\(.)/g, '$1');
  return ({ username, attributes, status, disabled }) => {
    const value =
      name === 'username'
        ? username
        : name === 'status'
          ? disabled
            ? 'Disabled'
            : 'Enabled'
          : name === 'cognito:user_status'
            ? status
            : attributes[name];
    return operator === '=' ? value === wanted : (value?.startsWith(wanted) ?? false);
  };
}

function page<T>(all: readonly T[], limit: number, token: string | undefined): { items: T[]; next?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid pagination token');
  const end = start + (limit || 60);
  const items = all.slice(start, end);
  return end < all.length ? { items, next: Buffer.from(String(end)).toString('base64url') } : { items };
}
