import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { checkPassword, isPassword } from './password.ts';
import type { Client, PoolCatalog, User } from './poolCatalog.ts';
import type { Tokens } from './tokens.ts';
import { attributeList, userNotFound, withPassword } from './users.ts';

const texts = z.record(z.string(), z.string());
/** Read by Lambda triggers and by threat protection on AWS; a pool here has neither. */
const unread = {
  ClientMetadata: z.unknown().optional(),
  AnalyticsMetadata: z.unknown().optional(),
  UserContextData: z.unknown().optional(),
};
const initiate = { ClientId: z.string(), AuthFlow: z.string(), AuthParameters: texts.default({}), ...unread };
const respond = {
  ClientId: z.string(),
  ChallengeName: z.string(),
  ChallengeResponses: texts.default({}),
  Session: z.string().default(''),
  ...unread,
};
const asAdministrator = { UserPoolId: z.string(), ContextData: z.unknown().optional() };
const bearer = { AccessToken: z.string() };

/** Operations that nobody signs: the caller shows a password or a token. */
export const publicInputs = {
  InitiateAuth: z.strictObject(initiate),
  RespondToAuthChallenge: z.strictObject(respond),
  GetUser: z.strictObject(bearer),
  GlobalSignOut: z.strictObject(bearer),
  ChangePassword: z.strictObject({ ...bearer, PreviousPassword: z.string(), ProposedPassword: z.string() }),
  RevokeToken: z.strictObject({ Token: z.string(), ClientId: z.string(), ClientSecret: z.string().optional() }),
};

export const signInInputs = {
  AdminInitiateAuth: z.strictObject({ ...initiate, ...asAdministrator }),
  AdminRespondToAuthChallenge: z.strictObject({ ...respond, ...asAdministrator }),
};

type Initiate = z.output<typeof publicInputs.InitiateAuth>;
type Respond = z.output<typeof publicInputs.RespondToAuthChallenge>;

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const notAuthorized = (message: string) => new AwsError('NotAuthorizedException', message);
const wrongPassword = () => notAuthorized('Incorrect username or password.');
const policyIntro = 'Password does not conform to policy';

/** Sign-in with passwords and refresh tokens (AWS: "Authentication flows"). */
export function createSignIn(catalog: PoolCatalog, tokens: Tokens) {
  async function start(client: Client, { AuthFlow: flow, AuthParameters: parameters }: Initiate, passwordFlow: string) {
    if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') {
      if (!client.authFlows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
        throw invalid('Auth flow not enabled for this client');
      const { user, issue } = await tokens.refresh(client, required(parameters, 'REFRESH_TOKEN'));
      checkSecretHash(client, [user.username], parameters['SECRET_HASH'], 'SecretHash does not match for the client:');
      return { AuthenticationResult: await issue(), ChallengeParameters: {} };
    }
    if (flow !== passwordFlow) throw invalid(`AuthFlow ${flow} is not honoured by the local cloud in this operation.`);
    if (!client.authFlows.includes(`ALLOW_${flow}`))
      throw invalid(
        flow === 'USER_PASSWORD_AUTH'
          ? `${flow} flow not enabled for this client`
          : 'Auth flow not enabled for this client',
      );
    const username = required(parameters, 'USERNAME');
    const password = required(parameters, 'PASSWORD');
    checkSecretHash(client, [username], parameters['SECRET_HASH']);
    const user = catalog.findUser(client.pool, username);
    if (!user) throw client.hidesUsers ? wrongPassword() : userNotFound();
    if (!(await isPassword(password, user.password))) throw wrongPassword();
    if (user.disabled) throw notAuthorized('User is disabled.');
    if (user.temporaryUntil !== undefined && user.temporaryUntil <= Date.now())
      throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
    if (user.status === 'FORCE_CHANGE_PASSWORD') return challenge(client, user);
    return { AuthenticationResult: await tokens.signIn(client, user), ChallengeParameters: {} };
  }

  function challenge(client: Client, user: User) {
    const session = randomBytes(64).toString('base64url');
    catalog.putGrant(session, {
      kind: 'session',
      pool: client.pool,
      client: client.id,
      username: user.username,
      originJti: '',
      authTime: 0,
      expires: Date.now() + client.sessionSeconds * 1000,
    });
    const { sub: _, ...attributes } = user.attributes;
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: session,
      ChallengeParameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: '[]',
        userAttributes: JSON.stringify(attributes),
      },
    };
  }

  async function answer(client: Client, { ChallengeName: name, ChallengeResponses: given, Session }: Respond) {
    if (name !== 'NEW_PASSWORD_REQUIRED') throw invalid(`ChallengeName ${name} is not honoured by the local cloud.`);
    const unknown = Object.keys(given).find((key) => !['USERNAME', 'NEW_PASSWORD', 'SECRET_HASH'].includes(key));
    if (unknown !== undefined) throw invalid(`ChallengeResponses ${unknown} is not honoured by the local cloud.`);
    const username = required(given, 'USERNAME');
    const password = required(given, 'NEW_PASSWORD');
    const session = catalog.grant('session', Session);
    const user = session && catalog.findUser(session.pool, username);
    if (!user || session.client !== client.id || session.username !== user.username)
      throw notAuthorized('Invalid session for the user.');
    if (session.expires <= Date.now()) throw notAuthorized('Invalid session for the user, session is expired.');
    if (user.disabled) throw notAuthorized('User is disabled.');
    checkSecretHash(client, [username, user.username], given['SECRET_HASH']);
    checkPassword(password, catalog.pool(client.pool).passwordPolicy, policyIntro);
    const changed = await withPassword(user, password);
    // Somebody may have answered with the same session meanwhile.
    if (!catalog.grant('session', Session)) throw notAuthorized('Invalid session for the user.');
    catalog.dropGrant(Session);
    catalog.updateUser(client.pool, changed);
    return { AuthenticationResult: await tokens.signIn(client, changed), ChallengeParameters: {} };
  }

  return {
    InitiateAuth: (input: Initiate) => start(catalog.client(input.ClientId), input, 'USER_PASSWORD_AUTH'),
    RespondToAuthChallenge: (input: Respond) => answer(catalog.client(input.ClientId), input),
    AdminInitiateAuth(input: z.output<typeof signInInputs.AdminInitiateAuth>) {
      catalog.pool(input.UserPoolId);
      return start(catalog.client(input.ClientId, input.UserPoolId), input, 'ADMIN_USER_PASSWORD_AUTH');
    },
    AdminRespondToAuthChallenge(input: z.output<typeof signInInputs.AdminRespondToAuthChallenge>) {
      catalog.pool(input.UserPoolId);
      return answer(catalog.client(input.ClientId, input.UserPoolId), input);
    },
    async GetUser({ AccessToken }: z.output<typeof publicInputs.GetUser>) {
      const { user } = await tokens.bearer(AccessToken);
      return { Username: user.username, UserAttributes: attributeList(user.attributes) };
    },
    async GlobalSignOut({ AccessToken }: z.output<typeof publicInputs.GlobalSignOut>) {
      const { pool, user } = await tokens.bearer(AccessToken);
      catalog.revokeAll(pool, user.username);
      return {};
    },
    async ChangePassword(input: z.output<typeof publicInputs.ChangePassword>) {
      const { pool, user } = await tokens.bearer(input.AccessToken);
      if (!(await isPassword(input.PreviousPassword, user.password))) throw wrongPassword();
      checkPassword(input.ProposedPassword, catalog.pool(pool).passwordPolicy, policyIntro);
      catalog.updateUser(pool, await withPassword(user, input.ProposedPassword));
      return {};
    },
    /** A token that is unknown is as good as revoked (RFC 7009, section 2.2). */
    RevokeToken({ Token, ClientId, ClientSecret }: z.output<typeof publicInputs.RevokeToken>) {
      const client = catalog.client(ClientId);
      if (!sameText(ClientSecret ?? '', client.secret ?? ''))
        throw new AwsError('UnauthorizedException', 'The client secret is not right.');
      if (Token.split('.').length === 3) throw new AwsError('UnsupportedTokenTypeException', 'Unsupported token type');
      const grant = catalog.grant('refresh', Token);
      if (grant?.client === ClientId) catalog.revoke(grant.originJti);
      return {};
    },
  };
}

function required(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw invalid(`Missing required parameter ${name}`);
  return value;
}

/** AWS: "Computing secret hash values". @throws AwsError NotAuthorizedException */
function checkSecretHash(
  { id, secret }: Client,
  usernames: readonly string[],
  given: string | undefined,
  refusal = 'Unable to verify secret hash for client',
): void {
  if (secret === undefined) {
    if (given !== undefined) throw notAuthorized(`Client ${id} is not configured for secret but secret was received`);
    return;
  }
  if (given === undefined) throw notAuthorized(`Client ${id} is configured for secret but secret was not received`);
  const right = usernames.some((username) =>
    sameText(given, createHmac('sha256', secret).update(`${username}${id}`).digest('base64')),
  );
  if (!right) throw notAuthorized(`${refusal} ${id}`);
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
