import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import type { SignedRequest } from '../edge.ts';
import { identityOf } from './identitySource.ts';
import type { JwtAuthorizerModel, RouteModel } from './model.ts';

/** How long AWS may keep an issuer's keys; a key that isn't among them is looked for again. */
const keysMilliseconds = 2 * 3600_000;

export type JwtAnswer =
  | { readonly refused: 401 | 403; readonly wwwAuthenticate: string }
  | { readonly refused?: undefined; readonly claims: Record<string, string>; readonly scopes: string[] | null };

/** A signature that was good is good for this, milliseconds: a key that its issuer withdrew counts no longer. */
const verifiedMilliseconds = 60_000;
const tokensKept = 1000;

/** JWT authorizers of HTTP APIs (AWS: "Control access to HTTP APIs with JWT authorizers in API Gateway"). */
export function createJwtAuthorizers() {
  /** Issuer → its keys. */
  const keys = new Map<string, JWTVerifyGetKey>();

  const keysOf = async (issuer: string): Promise<JWTVerifyGetKey> => {
    const known = keys.get(issuer);
    if (known) return known;
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(1500),
    });
    const { jwks_uri } = (await response.json()) as { jwks_uri: string };
    const found = createRemoteJWKSet(new URL(jwks_uri), { cacheMaxAge: keysMilliseconds, cooldownDuration: 1000 });
    keys.set(issuer, found);
    return found;
  };

  /** Issuer and token → what it says, until when that needs no new proof, epoch milliseconds. */
  const verified = new Map<string, { readonly claims: JWTVerifyResult; readonly until: number }>();

  const verify = async (token: string, issuer: string, issuerKeys: JWTVerifyGetKey): Promise<JWTVerifyResult> => {
    const name = `${issuer} ${token}`;
    const known = verified.get(name);
    if (known !== undefined && known.until > Date.now()) return known.claims;
    const claims = await jwtVerify(token, issuerKeys, {
      issuer,
      algorithms: ['RS256', 'RS384', 'RS512'],
      requiredClaims: ['exp'],
    });
    if (verified.size >= tokensKept) verified.clear();
    const expiresAt = (claims.payload.exp ?? 0) * 1000;
    verified.set(name, { claims, until: Math.min(expiresAt, Date.now() + verifiedMilliseconds) });
    return claims;
  };

  return async (
    { identitySource, issuer, audience }: JwtAuthorizerModel,
    { scopes }: RouteModel,
    request: SignedRequest,
  ): Promise<JwtAnswer> => {
    const challenge = (error: string, description: string) =>
      `Bearer scope="${scopes.join(' ')}" error="${error}" error_description="${description}"`;
    const invalid = (description: string): JwtAnswer => ({
      refused: 401,
      wwwAuthenticate: challenge('invalid_token', description),
    });
    const token = identityOf([identitySource], request, {})?.[0]?.replace(/^Bearer\s+/i, '');
    if (!token) return { refused: 401, wwwAuthenticate: 'Bearer' };
    let issuerKeys: JWTVerifyGetKey;
    try {
      issuerKeys = await keysOf(issuer);
    } catch {
      return invalid('OIDC discovery endpoint communication error');
    }
    try {
      const { payload, protectedHeader } = await verify(token, issuer, issuerKeys);
      if (protectedHeader.kid === undefined) return invalid('the token has no kid');
      // AWS looks at client_id only when there is no aud.
      const names = [payload.aud ?? payload['client_id'] ?? []].flat();
      if (!names.some((name) => audience.includes(String(name))))
        return invalid('the token does not have a valid audience');
      if (payload.iat !== undefined && payload.iat > Date.now() / 1000)
        return invalid('the token is issued in the future');
      const granted = scopesOf(payload);
      if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope)))
        return {
          refused: 403,
          wwwAuthenticate: challenge('insufficient_scope', 'the token does not have the required scopes'),
        };
      return { claims: asTexts(payload), scopes: scopes.length > 0 ? granted : null };
    } catch (error) {
      return invalid(descriptionOf(error));
    }
  };
}

const scopesOf = ({ scope, scp }: JWTPayload): string[] => {
  const value = scope ?? scp;
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(' ') : [];
};

/** Functions see every claim as text, a list as `[a b]`. */
function asTexts(payload: JWTPayload): Record<string, string> {
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(text).join(' ')}]`
      : typeof value === 'object' && value !== null
        ? JSON.stringify(value)
        : String(value);
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, text(value)]));
}

function descriptionOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'iss' ? 'invalid issuer' : `the claim ${error.claim} is not valid`;
  if (error instanceof errors.JWKSNoMatchingKey) return "the token's kid is none of the issuer's keys";
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature is invalid';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signing method is invalid';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'the token is malformed';
  if (error instanceof errors.JOSENotSupported) return 'the token is not supported';
  return 'JWKS communication error';
}
