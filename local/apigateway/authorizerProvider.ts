import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { readIdentitySource } from './identitySource.ts';
import { type ApiModel, type AuthorizerModel, functionArn } from './model.ts';

/** AWS: "AWS::ApiGatewayV2::Authorizer". */
export function authorizerProvider(context: CloudContext, apiOf: (id: unknown) => ApiModel): ResourceProvider {
  return {
    type: 'AWS::ApiGatewayV2::Authorizer',
    honoured: [
      'ApiId',
      'AuthorizerType',
      'AuthorizerUri',
      'AuthorizerPayloadFormatVersion',
      'AuthorizerResultTtlInSeconds',
      'EnableSimpleResponses',
      'IdentitySource',
      'JwtConfiguration.Issuer',
      'JwtConfiguration.Audience',
    ],
    noEffect: { Name: 'text for people', IdentityValidationExpression: 'AWS does not use it either' },
    provision({ properties, generatedName }) {
      const api = apiOf(properties['ApiId']);
      const type = String(properties['AuthorizerType']);
      const read = type === 'JWT' ? readJwt : type === 'REQUEST' ? readRequest : undefined;
      if (!read) throw new NotHonoured('AuthorizerType', `${type} is neither REQUEST nor JWT`);
      api.authorizers.set(generatedName, read(api, generatedName, properties, context));
      return { ref: generatedName, attributes: { AuthorizerId: generatedName } };
    },
  };
}

type Properties = Readonly<Record<string, unknown>>;

function readJwt(api: ApiModel, id: string, properties: Properties, context: CloudContext): AuthorizerModel {
  if (api.protocol !== 'HTTP') throw new NotHonoured('AuthorizerType', 'JWT is for HTTP APIs only');
  const { Issuer: issuer, Audience: audience } = (properties['JwtConfiguration'] ?? {}) as Properties;
  if (typeof issuer !== 'string' || !isIssuer(issuer))
    throw new NotHonoured('JwtConfiguration.Issuer', `${String(issuer)} is no https address`);
  if (!Array.isArray(audience) || audience.length === 0)
    throw new NotHonoured('JwtConfiguration.Audience', 'AWS wants at least one');
  const sources = (properties['IdentitySource'] ?? []) as string[];
  const [source] = sources;
  if (source === undefined || sources.length > 1 || !/^\$request\.(header|querystring)\./.test(source))
    throw new NotHonoured('IdentitySource', 'a JWT is in one header or one query parameter');
  // CDK names a user pool's issuer by AWS's host; this cloud's pools are at its own endpoint.
  const aws = `https://cognito-idp.${context.region}.amazonaws.com/`;
  return {
    kind: 'jwt',
    id,
    identitySource: readIdentitySource(api.protocol, source),
    issuer: issuer.startsWith(aws) ? `${context.endpointUrl}/${issuer.slice(aws.length)}` : issuer,
    audience: audience.map(String),
  };
}

/** AWS takes https only; an issuer on this machine, such as the local cloud itself, may do without. */
function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  return url?.protocol === 'https:' || (local && url?.protocol === 'http:');
}

function readRequest(api: ApiModel, id: string, properties: Properties): AuthorizerModel {
  const sources = (properties['IdentitySource'] ?? []) as string[];
  const refuse = (property: string, reason: string) => {
    throw new NotHonoured(property, reason);
  };
  if (properties['AuthorizerUri'] === undefined) refuse('AuthorizerUri', 'a REQUEST authorizer has one');
  if (properties['JwtConfiguration'] !== undefined) refuse('JwtConfiguration', 'a REQUEST authorizer has none');
  if (api.protocol === 'WEBSOCKET') {
    for (const name of ['AuthorizerPayloadFormatVersion', 'AuthorizerResultTtlInSeconds', 'EnableSimpleResponses'])
      if (properties[name] !== undefined) refuse(name, 'it is for HTTP APIs only');
  } else if (properties['AuthorizerPayloadFormatVersion'] !== '2.0') {
    refuse('AuthorizerPayloadFormatVersion', 'only 2.0 is honoured (in CDK: HttpLambdaResponseType.SIMPLE)');
  }
  const ttlSeconds = api.protocol === 'HTTP' ? Number(properties['AuthorizerResultTtlInSeconds'] ?? 300) : 0;
  if (!(ttlSeconds >= 0 && ttlSeconds <= 3600)) refuse('AuthorizerResultTtlInSeconds', 'AWS takes 0 to 3600');
  if (ttlSeconds > 0 && sources.length === 0) refuse('IdentitySource', 'AWS caches nothing without one');
  return {
    kind: 'lambda',
    id,
    functionArn: functionArn(String(properties['AuthorizerUri'])),
    identitySources: sources.map((source) => readIdentitySource(api.protocol, source)),
    simpleResponses: String(properties['EnableSimpleResponses'] ?? false) === 'true',
    ttlMilliseconds: ttlSeconds * 1000,
  };
}
