import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { until } from '../../../until.ts';
import { type Gateway, makeApi, startGateway } from './gateway.ts';

/** AWS: "Control access to HTTP APIs with JWT authorizers in API Gateway". */

let gateway: Gateway;
let issuerServer: Server;
let issuer: string;
let url: string;
const keys: Record<string, CryptoKey> = {};
let keyRequests = 0;

beforeAll(async () => {
  gateway = await startGateway();
  const publicKeys: object[] = [];
  for (const kid of ['one', 'stranger']) {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    keys[kid] = privateKey;
    if (kid !== 'stranger') publicKeys.push({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' });
  }
  issuerServer = createServer((request, response) => {
    if (request.url === '/realm/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
    else if (request.url === '/keyless/.well-known/openid-configuration')
      response.end(JSON.stringify({ jwks_uri: `${issuer}/nowhere` }));
    else if (request.url === '/realm/keys') {
      keyRequests += 1;
      response.end(JSON.stringify({ keys: publicKeys }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(issuerServer.address() as { port: number }).port}/realm`;
  url = await makeUrl({});
});
afterAll(async () => {
  await gateway.close();
  issuerServer.close();
  issuerServer.closeAllConnections();
});
afterEach(() => {
  gateway.events.length = 0;
});

const authorizer = () => ({
  AuthorizerType: 'JWT',
  IdentitySource: ['$request.header.Authorization'],
  JwtConfiguration: { Issuer: issuer, Audience: ['app', 'other'] },
});
const makeUrl = async (overrides: Record<string, unknown>) => {
  const { path } = await makeApi(
    gateway,
    { ProtocolType: 'HTTP' },
    {
      stage: '$default',
      routes: [
        { RouteKey: 'GET /', AuthorizationType: 'JWT' },
        { RouteKey: 'GET /scoped', AuthorizationType: 'JWT', AuthorizationScopes: ['read', 'write'] },
      ],
      authorizer: { ...authorizer(), ...overrides },
    },
  );
  return `http://127.0.0.1:${gateway.port}${path}`;
};

const sign = (claims: JWTPayload = {}, { kid = 'one', key = kid }: { kid?: string; key?: string } = {}) =>
  new SignJWT({
    iss: issuer,
    ...('client_id' in claims ? {} : { aud: 'app' }),
    exp: Math.floor(Date.now() / 1000) + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(keys[key] as CryptoKey);

const shown = async (to: string, authorization?: string) => {
  const response = await fetch(to, authorization === undefined ? {} : { headers: { authorization } });
  return [response.status, response.headers.get('www-authenticate'), await response.text()];
};
const unauthorized = '{"message":"Unauthorized"}';

describe('a JWT authorizer', () => {
  test('hands the claims on as texts, and no scopes where none are asked for', async () => {
    const iat = Math.floor(Date.now() / 1000);
    const token = await sign({ sub: 'me', iat, exp: iat + 60, 'cognito:groups': ['a', 'b'], verified: true });
    expect(await shown(`${url}/`, `Bearer ${token}`)).toEqual([200, null, '']);
    expect(gateway.events[0]?.requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          iss: issuer,
          aud: 'app',
          sub: 'me',
          iat: String(iat),
          exp: String(iat + 60),
          'cognito:groups': '[a b]',
          verified: 'true',
        },
        scopes: null,
      },
    });
  });

  test('takes a token without Bearer, and from the query', async () => {
    expect((await shown(`${url}/`, await sign()))[0]).toBe(200);
    const byQuery = await makeUrl({ IdentitySource: ['$request.querystring.token'] });
    expect((await shown(`${byQuery}/?token=${await sign()}`))[0]).toBe(200);
  });

  test('fetches the keys once', async () => {
    await shown(`${url}/`, await sign());
    const before = keyRequests;
    await shown(`${url}/`, await sign());
    expect(keyRequests).toBe(before);
  });

  test('refuses a token that was good before its time was over', async () => {
    const token = await sign({ exp: Math.floor(Date.now() / 1000) + 2 });
    const status = async () => (await shown(`${url}/`, `Bearer ${token}`))[0];
    expect(await status()).toBe(200);
    await until('the refusal', async () => (await status()) === 401, 20_000);
  });

  test('asks for a token where there is none', async () => {
    expect(await shown(`${url}/`)).toEqual([401, 'Bearer', unauthorized]);
    expect(gateway.events).toEqual([]);
  });

  /** AWS: "Troubleshooting issues with HTTP API JWT authorizers" shows the header. */
  test.each<[string, JWTPayload, string]>([
    ['another audience', { aud: 'they' }, 'the token does not have a valid audience'],
    [
      'another audience, though the client is right',
      { aud: 'they', client_id: 'app' },
      'the token does not have a valid audience',
    ],
    ['another issuer', { iss: 'https://example.com' }, 'invalid issuer'],
    ['a time that is over', { exp: 1 }, 'the token has expired'],
    ['a time that has not come', { nbf: 9_999_999_999 }, 'the claim nbf is not valid'],
    ['an issue in the future', { iat: 9_999_999_999 }, 'the token is issued in the future'],
  ])('refuses a token with %s', async (_, claims, description) => {
    expect(await shown(`${url}/`, `Bearer ${await sign(claims)}`)).toEqual([
      401,
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
      unauthorized,
    ]);
  });

  test.each([
    ['with an unknown key id', () => sign({}, { kid: 'stranger' })],
    ["signed with another's key", () => sign({}, { kid: 'one', key: 'stranger' })],
    [
      'without a key id',
      () =>
        new SignJWT({ iss: issuer, aud: 'app', exp: 9_999_999_999 })
          .setProtectedHeader({ alg: 'RS256' })
          .sign(keys['one'] as CryptoKey),
    ],
    [
      'signed symmetrically',
      () =>
        new SignJWT({ iss: issuer, aud: 'app', exp: 9_999_999_999 })
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .sign(Buffer.alloc(32)),
    ],
    ['that is none', async () => 'token'],
  ])('refuses a token %s', async (_, token) => {
    expect(await shown(`${url}/`, `Bearer ${await token()}`)).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
      unauthorized,
    ]);
    expect(gateway.events).toEqual([]);
  });

  test('takes the client in place of an audience, when there is none', async () => {
    expect((await shown(`${url}/`, await sign({ client_id: 'other' })))[0]).toBe(200);
  });

  test.each<[JWTPayload, number]>([
    [{ scope: 'openid read' }, 200],
    [{ scp: ['write'] }, 200],
    [{ scope: 'reader' }, 403],
    [{}, 403],
  ])('wants one of the scopes of the route: %j is %d', async (claims, status) => {
    const [given, challenge, body] = await shown(`${url}/scoped`, await sign(claims));
    expect(given).toBe(status);
    if (status === 200) return;
    expect(challenge).toContain('Bearer scope="read write" error="insufficient_scope"');
    expect(body).toBe('{"message":"Forbidden"}');
  });

  test('tells the function the scopes of the token', async () => {
    await shown(`${url}/scoped`, await sign({ scope: 'openid read' }));
    expect(gateway.events[0]?.requestContext.authorizer).toMatchObject({ jwt: { scopes: ['openid', 'read'] } });
  });

  test('refuses everyone while the keys cannot be had', async () => {
    const Issuer = issuer.replace('realm', 'keyless');
    const keyless = await makeUrl({ JwtConfiguration: { Issuer, Audience: ['app'] } });
    expect(await shown(`${keyless}/`, await sign({ iss: Issuer }))).toEqual([
      401,
      expect.stringContaining('JWKS communication error'),
      unauthorized,
    ]);
  });

  test('refuses everyone while the issuer is away', async () => {
    const away = await makeUrl({ JwtConfiguration: { Issuer: 'http://127.0.0.1:1', Audience: ['app'] } });
    expect(await shown(`${away}/`, await sign())).toEqual([
      401,
      expect.stringContaining('OIDC discovery endpoint communication error'),
      unauthorized,
    ]);
  });

  test.each([
    ['JwtConfiguration.Issuer', { JwtConfiguration: { Issuer: 'http://example.com', Audience: ['a'] } }],
    ['JwtConfiguration.Issuer', { JwtConfiguration: undefined }],
    ['JwtConfiguration.Audience', { JwtConfiguration: { Issuer: 'https://example.com', Audience: [] } }],
    ['IdentitySource', { IdentitySource: ['$context.path'] }],
    ['IdentitySource', { IdentitySource: ['$request.header.a', '$request.header.b'] }],
  ])('is refused for %s with %j', async (property, overrides) => {
    await expect(makeUrl(overrides)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});
