import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createApiGateway, executeApiPrefix } from '../../../../local/apigateway/apigateway.ts';
import type { AwsRequest } from '../../../../local/service.ts';
import { provision, temporaryFolder } from '../edge/localEdge.ts';
import { type Pools, startPools } from './pools.ts';

let pools: Pools;
let pool: string;
let client: string;

const temporary = 'Temp-0rary';
const password = 'Correct-horse1';
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];

beforeAll(async () => {
  pools = await startPools();
  pool = (await pools.make('UserPool', {})).ref;
  client = (await pools.make('UserPoolClient', { UserPoolId: pool, ExplicitAuthFlows: flows })).ref;
  await pools.make('UserPoolGroup', { UserPoolId: pool, GroupName: 'readers' }, 'Readers');
  await pools.make('UserPoolGroup', { UserPoolId: pool, GroupName: 'admins', Precedence: 1 }, 'Admins');
});
afterAll(() => pools.edge.close());

let count = 0;
const newName = () => {
  count += 1;
  return `user${count}`;
};
/** A user with a password of its own, unless `temporarily`. */
const makeUser = async ({ attributes = {}, temporarily = false, UserPoolId = pool, name = newName() } = {}) => {
  await pools.admin('AdminCreateUser', {
    UserPoolId,
    Username: name,
    TemporaryPassword: temporary,
    MessageAction: 'SUPPRESS',
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  if (!temporarily)
    await pools.admin('AdminSetUserPassword', { UserPoolId, Username: name, Password: password, Permanent: true });
  return name;
};
const signIn = (USERNAME: string, PASSWORD = password, ClientId = client, more = {}) =>
  pools.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD, ...more },
  });
const tokensOf = async (name: string) => (await signIn(name)).AuthenticationResult ?? {};
const refresh = (REFRESH_TOKEN: string | undefined, ClientId = client) =>
  pools.call('InitiateAuth', { ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN } });
const refused = (name: string, message: string | RegExp) => ({
  name,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});

describe('a user that an administrator creates', () => {
  test('is described as AWS does', async () => {
    const name = await makeUser({ attributes: { email: 'a@example.com', email_verified: 'true' }, temporarily: true });
    expect(await pools.admin('AdminGetUser', { UserPoolId: pool, Username: name })).toEqual({
      Username: name,
      UserAttributes: [
        { Name: 'sub', Value: expect.stringMatching(/^[\da-f-]{36}$/) },
        { Name: 'email', Value: 'a@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
      UserCreateDate: expect.any(Number),
      UserLastModifiedDate: expect.any(Number),
      Enabled: true,
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
  });

  test('must be new, and goes when it is deleted', async () => {
    const name = await makeUser();
    await expect(makeUser({ name })).rejects.toMatchObject(
      refused('UsernameExistsException', 'User account already exists'),
    );
    await pools.admin('AdminDeleteUser', { UserPoolId: pool, Username: name });
    await expect(pools.admin('AdminGetUser', { UserPoolId: pool, Username: name })).rejects.toMatchObject(
      refused('UserNotFoundException', 'User does not exist.'),
    );
  });

  test('is created once when two ask at once', async () => {
    const name = newName();
    const made = await Promise.allSettled([makeUser({ name }), makeUser({ name })]);
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['an attribute of its own', { UserAttributes: [{ Name: 'custom:site', Value: '1' }] }, 'InvalidParameterException'],
    ['its own sub', { UserAttributes: [{ Name: 'sub', Value: '1' }] }, 'InvalidParameterException'],
    ['a weak password', { TemporaryPassword: 'short' }, 'InvalidPasswordException'],
    ['a message to resend', { MessageAction: 'RESEND' }, 'InvalidParameterException'],
    ['a field that is not honoured', { ForceAliasCreation: true }, 'InvalidParameterException'],
    ['no pool', { UserPoolId: 'us-east-1_nobody' }, 'ResourceNotFoundException'],
  ])('is refused with %s', async (_, input, name) => {
    await expect(pools.admin('AdminCreateUser', { UserPoolId: pool, Username: 'new', ...input })).rejects.toMatchObject(
      { name },
    );
  });

  test('gets a temporary password in the log when none is given', async () => {
    await pools.admin('AdminCreateUser', { UserPoolId: pool, Username: 'invited' });
    const line = pools.edge.context.logged.find((text) => text.includes('temporary password of invited'));
    const given = /is (\S+) /.exec(line ?? '')?.[1];
    expect(await signIn('invited', given)).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  });
});

/** AWS: "Adding user pool password requirements". */
test.each([
  ['Sh0rt!', 'Password not long enough'],
  ['lowercase-1', 'Password must have uppercase characters'],
  ['UPPERCASE-1', 'Password must have lowercase characters'],
  ['Numbers-none', 'Password must have numeric characters'],
  ['Symbols1none', 'Password must have symbol characters'],
])('the password %s does not conform', async (Password, reason) => {
  const name = await makeUser();
  await expect(
    pools.admin('AdminSetUserPassword', { UserPoolId: pool, Username: name, Password }),
  ).rejects.toMatchObject(refused('InvalidPasswordException', `Password does not conform to policy: ${reason}`));
});

describe('sign-in', () => {
  test('answers tokens that the keys of the pool verify', async () => {
    const name = await makeUser({ attributes: { email: 'b@example.com', email_verified: 'true' } });
    await pools.admin('AdminAddUserToGroup', { UserPoolId: pool, Username: name, GroupName: 'readers' });
    await pools.admin('AdminAddUserToGroup', { UserPoolId: pool, Username: name, GroupName: 'admins' });
    const { AccessToken = '', IdToken = '', ...rest } = await tokensOf(name);
    expect(rest).toEqual({ ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: expect.any(String) });
    const issuer = `${pools.edge.context.endpointUrl}/${pool}`;
    const configuration = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(configuration).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const access = await jwtVerify(AccessToken, keys, { issuer });
    const id = await jwtVerify(IdToken, keys, { issuer, audience: client });
    const both = {
      iss: issuer,
      sub: expect.any(String),
      'cognito:groups': ['admins', 'readers'],
      origin_jti: expect.any(String),
      event_id: expect.any(String),
      jti: expect.any(String),
      auth_time: expect.any(Number),
      iat: expect.any(Number),
    };
    expect(access.payload).toEqual({
      ...both,
      client_id: client,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      username: name,
      exp: Number(access.payload.iat) + 3600,
    });
    expect(id.payload).toEqual({
      ...both,
      aud: client,
      token_use: 'id',
      'cognito:username': name,
      email: 'b@example.com',
      email_verified: true,
      exp: Number(id.payload.iat) + 3600,
    });
    expect(decodeProtectedHeader(AccessToken).kid).not.toBe(decodeProtectedHeader(IdToken).kid);
  });

  test('never shows a private key', async () => {
    const response = await fetch(`${pools.edge.context.endpointUrl}/${pool}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual(Array(2).fill(['alg', 'e', 'kid', 'kty', 'n', 'use']));
    expect((await fetch(`${pools.edge.context.endpointUrl}/us-east-1_nobody/.well-known/jwks.json`)).status).toBe(400);
  });

  test('refuses a wrong password, and tells of a missing user only when the client may hear it', async () => {
    const name = await makeUser();
    const wrong = refused('NotAuthorizedException', 'Incorrect username or password.');
    await expect(signIn(name, 'wrong')).rejects.toMatchObject({ ...wrong, status: 400 });
    await expect(signIn('nobody')).rejects.toMatchObject(refused('UserNotFoundException', 'User does not exist.'));
    const { ref: discreet } = await pools.make(
      'UserPoolClient',
      { UserPoolId: pool, ExplicitAuthFlows: flows, PreventUserExistenceErrors: 'ENABLED' },
      'Discreet',
    );
    await expect(signIn('nobody', password, discreet)).rejects.toMatchObject(wrong);
  });

  test('refuses what the client does not allow, and flows that are not honoured', async () => {
    const { ref: bare } = await pools.make('UserPoolClient', { UserPoolId: pool }, 'Bare');
    await expect(signIn('a', password, bare)).rejects.toMatchObject(
      refused('InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled for this client'),
    );
    await expect(signIn('a', password, 'nobody')).rejects.toMatchObject(
      refused('ResourceNotFoundException', 'User pool client nobody does not exist.'),
    );
    await expect(pools.call('InitiateAuth', { ClientId: client, AuthFlow: 'USER_SRP_AUTH' })).rejects.toMatchObject(
      refused('InvalidParameterException', /USER_SRP_AUTH is not honoured/),
    );
    await expect(
      pools.call('InitiateAuth', {
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'a' },
      }),
    ).rejects.toMatchObject(refused('InvalidParameterException', 'Missing required parameter PASSWORD'));
  });

  test('works for administrators too', async () => {
    const name = await makeUser();
    const AuthParameters = { USERNAME: name, PASSWORD: password };
    const input = { UserPoolId: pool, ClientId: client, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters };
    expect(await pools.admin('AdminInitiateAuth', input)).toMatchObject({ AuthenticationResult: expect.any(Object) });
  });

  /** AWS: "Computing secret hash values". */
  test('asks for the hash of the secret where the client has one', async () => {
    const made = await pools.make(
      'UserPoolClient',
      { UserPoolId: pool, ExplicitAuthFlows: flows, GenerateSecret: true },
      'Secretive',
    );
    const name = await makeUser();
    const SECRET_HASH = createHmac('sha256', String(made.attributes['ClientSecret']))
      .update(name + made.ref)
      .digest('base64');
    await expect(signIn(name, password, made.ref)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(signIn(name, password, made.ref, { SECRET_HASH: 'x' })).rejects.toMatchObject(
      refused('NotAuthorizedException', `Unable to verify secret hash for client ${made.ref}`),
    );
    expect((await signIn(name, password, made.ref, { SECRET_HASH })).AuthenticationResult).toBeDefined();
    await expect(signIn(name, password, client, { SECRET_HASH })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });

  test('goes by email where the pool says so, whatever its case', async () => {
    const { ref: UserPoolId } = await pools.make(
      'UserPool',
      { UsernameAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } },
      'ByEmail',
    );
    const { ref } = await pools.make('UserPoolClient', { UserPoolId, ExplicitAuthFlows: flows }, 'ByEmailClient');
    await makeUser({ UserPoolId, name: 'me@example.com' });
    const { AuthenticationResult } = await signIn('Me@Example.com', password, ref);
    const { username, sub } = decodeJwt(AuthenticationResult?.['AccessToken'] ?? '');
    expect(username).toBe(sub);
    await expect(makeUser({ UserPoolId, name: 'ME@example.com' })).rejects.toMatchObject({
      name: 'UsernameExistsException',
    });
    await expect(makeUser({ UserPoolId, name: 'me' })).rejects.toMatchObject(
      refused('InvalidParameterException', 'Username should be an email.'),
    );
  });
});

describe('a temporary password', () => {
  const challenge = async () => {
    const name = await makeUser({ temporarily: true, attributes: { email: 'c@example.com' } });
    const asked = await signIn(name, temporary);
    const respond = (NEW_PASSWORD: string, more: object = {}) =>
      pools.call('RespondToAuthChallenge', {
        ClientId: client,
        ChallengeName: asked['ChallengeName'],
        Session: asked['Session'],
        ChallengeResponses: { USERNAME: name, NEW_PASSWORD, ...more },
      });
    return { name, asked, respond };
  };

  test('must be replaced, once', async () => {
    const { name, asked, respond } = await challenge();
    expect(asked).toEqual({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: expect.any(String),
      ChallengeParameters: {
        USER_ID_FOR_SRP: name,
        requiredAttributes: '[]',
        userAttributes: '{"email":"c@example.com"}',
      },
    });
    await expect(respond('weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    expect((await respond(password)).AuthenticationResult).toMatchObject({ TokenType: 'Bearer' });
    expect(await pools.admin('AdminGetUser', { UserPoolId: pool, Username: name })).toMatchObject({
      UserStatus: 'CONFIRMED',
    });
    await expect(respond('Another-0ne')).rejects.toMatchObject(
      refused('NotAuthorizedException', 'Invalid session for the user.'),
    );
    await expect(signIn(name, temporary)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  test("is not replaced with somebody else's session, or one that is over", async () => {
    const { respond } = await challenge();
    const other = await makeUser();
    await expect(respond(password, { USERNAME: other })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 181_000);
    try {
      await expect(respond(password)).rejects.toMatchObject(refused('NotAuthorizedException', /session is expired/));
    } finally {
      now.mockRestore();
    }
  });

  test('ends after the days of the policy', async () => {
    const name = await makeUser({ temporarily: true });
    const later = Date.now() + 7 * 24 * 3600_000 + 1000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      await expect(signIn(name, temporary)).rejects.toMatchObject(
        refused('NotAuthorizedException', /Temporary password has expired/),
      );
    } finally {
      now.mockRestore();
    }
  });
});

describe('a refresh token', () => {
  test('gives new tokens of the same sign-in, and no other refresh token', async () => {
    const { RefreshToken, AccessToken = '' } = await tokensOf(await makeUser());
    const { AuthenticationResult = {} } = await refresh(RefreshToken);
    expect(Object.keys(AuthenticationResult).sort()).toEqual(['AccessToken', 'ExpiresIn', 'IdToken', 'TokenType']);
    const [before, after] = [AccessToken, AuthenticationResult['AccessToken'] ?? ''].map((token) => decodeJwt(token));
    expect(after?.['origin_jti']).toBe(before?.['origin_jti']);
    expect(after?.jti).not.toBe(before?.jti);
  });

  test('is refused when it is unknown, of another client, or revoked', async () => {
    const { RefreshToken, AccessToken } = await tokensOf(await makeUser());
    await expect(refresh('nothing')).rejects.toMatchObject(refused('NotAuthorizedException', 'Invalid Refresh Token'));
    const { ref: other } = await pools.make('UserPoolClient', { UserPoolId: pool }, 'Other');
    await expect(refresh(RefreshToken, other)).rejects.toMatchObject({ message: 'Invalid Refresh Token' });
    await expect(pools.call('RevokeToken', { Token: AccessToken, ClientId: client })).rejects.toMatchObject({
      name: 'UnsupportedTokenTypeException',
    });
    expect(await pools.call('RevokeToken', { Token: RefreshToken, ClientId: client })).toEqual({});
    await expect(refresh(RefreshToken)).rejects.toMatchObject(
      refused('NotAuthorizedException', 'Refresh Token has been revoked'),
    );
    await expect(pools.call('GetUser', { AccessToken })).rejects.toMatchObject(
      refused('NotAuthorizedException', 'Access Token has been revoked'),
    );
  });

  test('lives as long as the client says, as the others do', async () => {
    const { ref } = await pools.make(
      'UserPoolClient',
      {
        UserPoolId: pool,
        ExplicitAuthFlows: flows,
        AccessTokenValidity: 5,
        IdTokenValidity: 2,
        RefreshTokenValidity: 1,
        TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'hours' },
      },
      'Brief',
    );
    const { AuthenticationResult = {} } = await signIn(await makeUser(), password, ref);
    const lasts = (name: string) => {
      const { exp = 0, iat = 0 } = decodeJwt(AuthenticationResult[name] ?? '');
      return exp - iat;
    };
    expect([lasts('AccessToken'), lasts('IdToken'), AuthenticationResult['ExpiresIn']]).toEqual([300, 7200, 300]);
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3600_001);
    try {
      await expect(refresh(AuthenticationResult['RefreshToken'], ref)).rejects.toMatchObject({
        message: 'Refresh Token has expired',
      });
    } finally {
      now.mockRestore();
    }
  });
});

describe('an access token', () => {
  test('tells who the user is, changes the password and signs out everywhere', async () => {
    const name = await makeUser();
    const [first, second] = [await tokensOf(name), await tokensOf(name)];
    const { AccessToken } = first;
    expect(await pools.call('GetUser', { AccessToken })).toMatchObject({ Username: name });
    await expect(
      pools.call('ChangePassword', { AccessToken, PreviousPassword: 'x', ProposedPassword: 'Another-0ne' }),
    ).rejects.toMatchObject(refused('NotAuthorizedException', 'Incorrect username or password.'));
    await pools.call('ChangePassword', { AccessToken, PreviousPassword: password, ProposedPassword: 'Another-0ne' });
    expect(await signIn(name, 'Another-0ne')).toHaveProperty('AuthenticationResult');
    expect(await pools.call('GlobalSignOut', { AccessToken })).toEqual({});
    for (const { RefreshToken } of [first, second])
      await expect(refresh(RefreshToken)).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
  });

  test('is no ID token, and none that is forged', async () => {
    const { IdToken = '', AccessToken = '' } = await tokensOf(await makeUser());
    const forged = `${AccessToken.slice(0, -8)}AAAAAAAA`;
    for (const token of [IdToken, forged, 'token'])
      await expect(pools.call('GetUser', { AccessToken: token })).rejects.toMatchObject(
        refused('NotAuthorizedException', 'Invalid Access Token'),
      );
  });
});

describe('what administrators do to a user', () => {
  const of = (name: string) => ({ UserPoolId: pool, Username: name });

  test('a disabled user neither signs in nor refreshes, and is listed as such, until enabled again', async () => {
    const name = await makeUser();
    const { RefreshToken, AccessToken } = await tokensOf(name);
    expect(await pools.admin('AdminDisableUser', of(name))).toEqual({});
    await expect(signIn(name)).rejects.toMatchObject(refused('NotAuthorizedException', 'User is disabled.'));
    await expect(signIn(name, 'wrong')).rejects.toMatchObject({ message: 'Incorrect username or password.' });
    await expect(refresh(RefreshToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(pools.call('GetUser', { AccessToken })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect(await pools.admin('AdminGetUser', of(name))).toMatchObject({ Enabled: false });
    const { Users } = await pools.admin('ListUsers', { UserPoolId: pool, Filter: 'status = "Disabled"' });
    expect(Users).toMatchObject([{ Username: name, Enabled: false }]);
    await pools.admin('AdminEnableUser', of(name));
    expect(await signIn(name)).toHaveProperty('AuthenticationResult');
  });

  test('a user that is disabled meanwhile does not answer a challenge', async () => {
    const name = await makeUser({ temporarily: true });
    const { Session } = await signIn(name, temporary);
    await pools.admin('AdminDisableUser', of(name));
    await expect(
      pools.call('RespondToAuthChallenge', {
        ClientId: client,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: name, NEW_PASSWORD: password },
      }),
    ).rejects.toMatchObject(refused('NotAuthorizedException', 'User is disabled.'));
  });

  test('who is signed out everywhere signs in anew', async () => {
    const name = await makeUser();
    const [one, other] = [await tokensOf(name), await tokensOf(name)];
    expect(await pools.admin('AdminUserGlobalSignOut', of(name))).toEqual({});
    for (const { RefreshToken } of [one, other])
      await expect(refresh(RefreshToken)).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
    expect(await signIn(name)).toHaveProperty('AuthenticationResult');
  });

  test.each(['AdminDisableUser', 'AdminEnableUser', 'AdminUserGlobalSignOut'])(
    '%s knows no other user',
    async (name) => {
      await expect(pools.admin(name, of('nobody-at-all'))).rejects.toMatchObject({ name: 'UserNotFoundException' });
    },
  );
});

describe('groups and lists', () => {
  test('a user joins and leaves groups', async () => {
    const name = await makeUser();
    const input = { UserPoolId: pool, Username: name };
    await pools.admin('AdminAddUserToGroup', { ...input, GroupName: 'admins' });
    expect(await pools.admin('AdminListGroupsForUser', input)).toMatchObject({
      Groups: [{ GroupName: 'admins', UserPoolId: pool, Precedence: 1 }],
    });
    await pools.admin('AdminRemoveUserFromGroup', { ...input, GroupName: 'admins' });
    expect(await pools.admin('AdminListGroupsForUser', input)).toEqual({ Groups: [] });
    await expect(pools.admin('AdminAddUserToGroup', { ...input, GroupName: 'none' })).rejects.toMatchObject(
      refused('ResourceNotFoundException', 'Group not found.'),
    );
  });

  test('users are listed by page and by filter', async () => {
    const { ref: UserPoolId } = await pools.make('UserPool', {}, 'Listed');
    for (const name of ['anna', 'anton', 'berta'])
      await makeUser({ UserPoolId, name, attributes: { email: `${name}@example.com` }, temporarily: name === 'berta' });
    const names = async (input: object) => {
      const { Users, ...rest } = await pools.admin('ListUsers', { UserPoolId, ...input });
      return { names: (Users as Array<{ Username: string }>).map(({ Username }) => Username), ...rest };
    };
    const { PaginationToken, ...first } = (await names({ Limit: 2 })) as Record<string, unknown>;
    expect(first).toEqual({ names: ['anna', 'anton'] });
    expect(await names({ Limit: 2, PaginationToken })).toEqual({ names: ['berta'] });
    expect(await names({ Filter: 'username ^= "an"' })).toEqual({ names: ['anna', 'anton'] });
    expect(await names({ Filter: 'email = "berta@example.com"' })).toEqual({ names: ['berta'] });
    expect(await names({ Filter: 'cognito:user_status = "CONFIRMED"' })).toEqual({ names: ['anna', 'anton'] });
    await expect(names({ Filter: 'custom:a = "b"' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('the service', () => {
  test('asks IAM for signed operations only, on the pool', () => {
    const permissions = (operation: string, input: object) =>
      pools.cognito.service.permissions({ operation, body: Buffer.from(JSON.stringify(input)) } as AwsRequest);
    expect(permissions('AdminGetUser', { UserPoolId: pool, Username: 'a' })).toEqual([
      { action: 'cognito-idp:AdminGetUser', resource: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool}` },
    ]);
    expect(permissions('InitiateAuth', {})).toEqual([]);
    expect(() => permissions('SignUp', {})).toThrow('cognito-idp: SignUp is not honoured by the local cloud.');
    expect(() => permissions('constructor', {})).toThrow('not honoured');
  });

  test('wants a signature for what administrators do', async () => {
    await expect(pools.call('AdminGetUser', { UserPoolId: pool, Username: 'a' })).rejects.toMatchObject({
      name: 'MissingAuthenticationTokenException',
    });
  });

  test('refuses by name what users may do on AWS only', async () => {
    await expect(pools.call('SignUp', { ClientId: client, Username: 'a', Password: 'b' })).rejects.toMatchObject(
      refused('UnknownOperationException', 'cognito-idp: SignUp is not honoured by the local cloud.'),
    );
  });

  test('may be called by a browser', async () => {
    const response = await fetch(pools.edge.context.endpointUrl, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost', 'access-control-request-headers': 'content-type,x-amz-target' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  test("lets an HTTP API's JWT authorizer trust it, by the name that the issuer has on AWS", async () => {
    const gateway = createApiGateway(pools.edge.context, {
      functions: { isInvocableBy: () => true, invoke: async () => ({ payload: { statusCode: 204 } }) },
      access: { isAllowed: () => false },
      identify: pools.edge.edge.identify,
    });
    pools.edge.edge.mount(executeApiPrefix, gateway.mount);
    const make = (type: string, properties: object) =>
      provision(gateway.providers, `AWS::ApiGatewayV2::${type}`, { ...properties }, { logicalId: type });
    const { ref: ApiId } = await make('Api', { Name: 'a', ProtocolType: 'HTTP' });
    const { ref: AuthorizerId } = await make('Authorizer', {
      ApiId,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: `https://cognito-idp.us-east-1.amazonaws.com/${pool}`, Audience: [client] },
    });
    const integration = await make('Integration', {
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      PayloadFormatVersion: '2.0',
    });
    await make('Route', {
      ApiId,
      RouteKey: '$default',
      AuthorizationType: 'JWT',
      AuthorizerId,
      Target: `integrations/${integration.ref}`,
    });
    await make('Stage', { ApiId, StageName: '$default', AutoDeploy: true });
    const url = `${pools.edge.context.endpointUrl}${executeApiPrefix}${ApiId}/`;
    const { AccessToken } = await tokensOf(await makeUser());
    expect((await fetch(url, { headers: { authorization: `Bearer ${AccessToken}` } })).status).toBe(204);
    expect((await fetch(url)).status).toBe(401);
    gateway.close();
  });
});

test('users, keys, secrets and tokens survive a restart', async () => {
  const folder = temporaryFolder();
  const stateFile = join(folder.path, 'state.db');
  const start = async () => {
    const started = await startPools(stateFile);
    const { ref: UserPoolId } = await started.make('UserPool', {});
    const made = await started.make('UserPoolClient', { UserPoolId, ExplicitAuthFlows: flows, GenerateSecret: true });
    const keys = await (await fetch(`${started.edge.context.endpointUrl}/${UserPoolId}/.well-known/jwks.json`)).json();
    return { started, UserPoolId, client: made.ref, secret: made.attributes['ClientSecret'], keys };
  };
  const before = await start();
  await before.started.admin('AdminCreateUser', { UserPoolId: before.UserPoolId, Username: 'stays' });
  await before.started.edge.close();
  const after = await start();
  const { started: _, ...facts } = after;
  expect(before).toMatchObject(facts);
  expect(await after.started.admin('AdminGetUser', { UserPoolId: after.UserPoolId, Username: 'stays' })).toBeDefined();
  await after.started.edge.close();
  folder.remove();
});

describe('the template', () => {
  test.each([
    ['UserPool', { MfaConfiguration: 'ON' }, 'MfaConfiguration'],
    ['UserPool', { UsernameAttributes: ['email'], AliasAttributes: ['email'] }, 'AliasAttributes'],
    ['UserPool', { Policies: { PasswordPolicy: { MinimumLength: 5 } } }, 'Policies.PasswordPolicy.MinimumLength'],
    ['UserPoolClient', { UserPoolId: 'nobody' }, 'UserPoolId'],
    ['UserPoolClient', { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }, 'ExplicitAuthFlows'],
    ['UserPoolClient', { SupportedIdentityProviders: ['Google'] }, 'SupportedIdentityProviders'],
    ['UserPoolClient', { EnableTokenRevocation: false }, 'EnableTokenRevocation'],
    ['UserPoolClient', { PreventUserExistenceErrors: 'YES' }, 'PreventUserExistenceErrors'],
    ['UserPoolClient', { AccessTokenValidity: 25 }, 'AccessTokenValidity'],
    ['UserPoolClient', { AuthSessionValidity: 1 }, 'AuthSessionValidity'],
    ['UserPoolGroup', { UserPoolId: 'nobody', GroupName: 'a' }, 'UserPoolId'],
  ])('is refused for a %s with %j', async (type, properties, property) => {
    const made = async () => pools.make(type, { UserPoolId: pool, ...properties }, 'Refused');
    await expect(made()).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});
