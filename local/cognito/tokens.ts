import { randomBytes, randomUUID } from 'node:crypto';
import { createLocalJWKSet, errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { AwsError } from '../service.ts';
import type { Client, PoolCatalog, User } from './poolCatalog.ts';

/** Access and ID tokens are signed with a key each (AWS: "Understanding the access token"). */
interface PoolKeys {
  readonly access: JWK;
  readonly id: JWK;
}

export async function makeKeys(): Promise<string> {
  const make = async (): Promise<JWK> => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return { ...(await exportJWK(privateKey)), kid: randomBytes(32).toString('base64'), alg: 'RS256', use: 'sig' };
  };
  return JSON.stringify({ access: await make(), id: await make() } satisfies PoolKeys);
}

const notAuthorized = (message: string) => new AwsError('NotAuthorizedException', message);

/** Tokens of user pools (AWS: "Understanding user pool JSON web tokens (JWTs)"). */
export function createTokens(catalog: PoolCatalog) {
  const keysOf = (pool: string): PoolKeys | undefined => {
    const keys = catalog.keys(pool);
    return keys === undefined ? undefined : (JSON.parse(keys) as PoolKeys);
  };
  /** Undefined when there is no such pool. */
  const publicKeys = (pool: string): { keys: JWK[] } | undefined => {
    const keys = keysOf(pool);
    return (
      keys && {
        keys: [keys.id, keys.access].map(({ kty, n = '', e = '', kid = '', alg = '', use = '' }) => ({
          ...{ alg, e, kid, n, use },
          ...(kty !== undefined && { kty }),
        })),
      }
    );
  };

  const sign = async (key: JWK, claims: Record<string, unknown>) =>
    new SignJWT(claims)
      .setProtectedHeader({ kid: key.kid ?? '', alg: 'RS256' })
      .sign(await importJWK({ ...key, alg: 'RS256' }, 'RS256'));

  /** Access and ID token of a sign-in. */
  async function issue(client: Client, user: User, originJti: string, authTime: number) {
    const keys = keysOf(client.pool);
    if (!keys) throw new AwsError('ResourceNotFoundException', `User pool ${client.pool} does not exist.`);
    const iat = Math.floor(Date.now() / 1000);
    const groups = catalog.groupsOf(client.pool, user.username).map(({ name }) => name);
    const { sub, ...attributes } = user.attributes;
    const both = {
      sub,
      ...(groups.length > 0 && { 'cognito:groups': groups }),
      iss: catalog.issuer(client.pool),
      origin_jti: originJti,
      event_id: randomUUID(),
      auth_time: authTime,
      iat,
    };
    const shown = Object.entries(attributes).map(([name, value]) => [
      name,
      name.endsWith('_verified') ? value === 'true' : value,
    ]);
    return {
      AccessToken: await sign(keys.access, {
        ...both,
        client_id: client.id,
        token_use: 'access',
        scope: 'aws.cognito.signin.user.admin',
        exp: iat + client.accessSeconds,
        jti: randomUUID(),
        username: user.username,
      }),
      ExpiresIn: client.accessSeconds,
      TokenType: 'Bearer',
      IdToken: await sign(keys.id, {
        ...Object.fromEntries(shown),
        ...both,
        'cognito:username': user.username,
        aud: client.id,
        token_use: 'id',
        exp: iat + client.idSeconds,
        jti: randomUUID(),
      }),
    };
  }

  return {
    publicKeys,
    /** Signs a user in: the result of an authentication with a refresh token of its own. */
    async signIn(client: Client, user: User) {
      const originJti = randomUUID();
      const authTime = Math.floor(Date.now() / 1000);
      const token = randomBytes(64).toString('base64url');
      const { pool, id, refreshSeconds } = client;
      const expires = Date.now() + refreshSeconds * 1000;
      catalog.putGrant(token, {
        kind: 'refresh',
        pool,
        client: id,
        username: user.username,
        originJti,
        authTime,
        expires,
      });
      return { ...(await issue(client, user, originJti, authTime)), RefreshToken: token };
    },
    /** @throws AwsError NotAuthorizedException */
    async refresh(client: Client, token: string) {
      const grant = catalog.grant('refresh', token);
      if (!grant || grant.client !== client.id) throw notAuthorized('Invalid Refresh Token');
      if (grant.revoked) throw notAuthorized('Refresh Token has been revoked');
      if (grant.expires <= Date.now()) throw notAuthorized('Refresh Token has expired');
      const user = catalog.findUser(grant.pool, grant.username);
      if (!user) throw notAuthorized('Invalid Refresh Token');
      return { user, issue: () => issue(client, user, grant.originJti, grant.authTime) };
    },
    /** Whose access token it is. @throws AwsError NotAuthorizedException */
    async bearer(accessToken: string): Promise<{ pool: string; user: User }> {
      const pool = poolOf(accessToken);
      const keys = publicKeys(pool);
      if (!keys) throw notAuthorized('Invalid Access Token');
      const { payload } = await jwtVerify(accessToken, createLocalJWKSet(keys), {
        issuer: catalog.issuer(pool),
        algorithms: ['RS256'],
      }).catch((error: unknown) => {
        throw notAuthorized(error instanceof errors.JWTExpired ? 'Access Token has expired' : 'Invalid Access Token');
      });
      if (payload['token_use'] !== 'access') throw notAuthorized('Invalid Access Token');
      const user = catalog.findUser(pool, String(payload['username']));
      if (!user) throw new AwsError('UserNotFoundException', 'User does not exist.');
      if (catalog.isRevoked(String(payload['origin_jti']))) throw notAuthorized('Access Token has been revoked');
      return { pool, user };
    },
  };
}

/** The pool that a token says it is of; nothing is believed yet. */
function poolOf(token: string): string {
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iss: string };
    return iss.slice(iss.lastIndexOf('/') + 1);
  } catch {
    return '';
  }
}

export type Tokens = ReturnType<typeof createTokens>;
