import { createHash } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { authorizerProvider } from './authorizerProvider.ts';
import { type ApiModel, type AuthorizerModel, type CorsModel, functionArn, type RouteModel } from './model.ts';

/** What HTTP APIs select routes by, and what WebSocket APIs may (AWS: "Create routes for WebSocket APIs in API Gateway"). */
const httpRouteSelection = '$request.method $request.path';
export const bodyField = /^\$\{?request\.body\.([\w.]+)\}?$/;

const textForPeople = { Description: 'text for people', Tags: 'nothing reads them' } as const;

/** CloudFormation resources of API Gateway v2. */
export function apiProviders(context: CloudContext, apis: Map<string, ApiModel>): ResourceProvider[] {
  const apiOf = (id: unknown): ApiModel => {
    const api = apis.get(String(id));
    if (!api) throw new NotHonoured('ApiId', `there is no API ${String(id)}`);
    return api;
  };
  return [
    {
      type: 'AWS::ApiGatewayV2::Api',
      honoured: [
        'Name',
        'ProtocolType',
        'RouteSelectionExpression',
        'CorsConfiguration.AllowOrigins',
        'CorsConfiguration.AllowMethods',
        'CorsConfiguration.AllowHeaders',
        'CorsConfiguration.ExposeHeaders',
        'CorsConfiguration.AllowCredentials',
        'CorsConfiguration.MaxAge',
      ],
      noEffect: { ...textForPeople, DisableExecuteApiEndpoint: 'there is no other endpoint' },
      provision({ properties, generatedName }) {
        const protocol = String(properties['ProtocolType']);
        if (protocol !== 'HTTP' && protocol !== 'WEBSOCKET')
          throw new NotHonoured('ProtocolType', `${protocol} is neither HTTP nor WEBSOCKET`);
        const routeSelection = String(properties['RouteSelectionExpression'] ?? httpRouteSelection);
        if (protocol === 'WEBSOCKET' ? !bodyField.test(routeSelection) : routeSelection !== httpRouteSelection) {
          throw new NotHonoured('RouteSelectionExpression', `${routeSelection} is not of the form $request.body.field`);
        }
        // Ten letters and digits as API Gateway gives, but the same at every start.
        const apiId = BigInt(`0x${createHash('sha256').update(generatedName).digest('hex').slice(0, 14)}`)
          .toString(36)
          .padStart(10, '0')
          .slice(0, 10);
        apis.set(apiId, {
          apiId,
          name: String(properties['Name']),
          protocol,
          routeSelection,
          cors: readCors(properties['CorsConfiguration']),
          routes: new Map(),
          integrations: new Map(),
          authorizers: new Map(),
          stages: new Set(),
        });
        const base = protocol === 'HTTP' ? context.endpointUrl : context.endpointUrl.replace(/^http/, 'ws');
        return { ref: apiId, attributes: { ApiId: apiId, ApiEndpoint: `${base}/_aws/execute-api/${apiId}` } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Integration',
      honoured: [
        'ApiId',
        'IntegrationType',
        'IntegrationUri',
        'PayloadFormatVersion',
        'TimeoutInMillis',
        'IntegrationMethod',
      ],
      noEffect: textForPeople,
      provision({ properties, generatedName }) {
        const api = apiOf(properties['ApiId']);
        if (properties['IntegrationType'] !== 'AWS_PROXY')
          throw new NotHonoured('IntegrationType', 'only AWS_PROXY (Lambda) is honoured');
        if (api.protocol === 'HTTP' && properties['PayloadFormatVersion'] !== '2.0')
          throw new NotHonoured('PayloadFormatVersion', 'only 2.0 is honoured');
        const longest = api.protocol === 'HTTP' ? 30_000 : 29_000;
        const timeoutMilliseconds = Number(properties['TimeoutInMillis'] ?? longest);
        if (!(timeoutMilliseconds >= 50 && timeoutMilliseconds <= longest))
          throw new NotHonoured('TimeoutInMillis', `AWS takes 50 to ${longest}`);
        api.integrations.set(generatedName, {
          functionArn: functionArn(String(properties['IntegrationUri'])),
          timeoutMilliseconds,
        });
        return { ref: generatedName, attributes: { IntegrationId: generatedName } };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Route',
      honoured: [
        'ApiId',
        'RouteKey',
        'AuthorizationType',
        'AuthorizerId',
        'AuthorizationScopes',
        'Target',
        'RouteResponseSelectionExpression',
      ],
      noEffect: { OperationName: 'text for people' },
      provision({ properties, generatedName }) {
        const api = apiOf(properties['ApiId']);
        const key = String(properties['RouteKey']);
        const authorization = readAuthorization(api, key, properties);
        api.routes.set(key, {
          id: generatedName,
          key,
          ...authorization,
          integrationId: String(properties['Target']).replace(/^integrations\//, ''),
          selectsResponse: properties['RouteResponseSelectionExpression'] !== undefined,
          hasResponse: false,
        });
        return { ref: generatedName, attributes: { RouteId: generatedName } };
      },
    },
    authorizerProvider(context, apiOf),
    {
      type: 'AWS::ApiGatewayV2::RouteResponse',
      honoured: ['ApiId', 'RouteId', 'RouteResponseKey'],
      noEffect: {},
      provision({ properties, generatedName }) {
        const route = [...apiOf(properties['ApiId']).routes.values()].find(({ id }) => id === properties['RouteId']);
        if (!route) throw new NotHonoured('RouteId', `there is no route ${String(properties['RouteId'])}`);
        if (properties['RouteResponseKey'] !== '$default')
          throw new NotHonoured('RouteResponseKey', 'only $default is honoured');
        route.hasResponse = true;
        return { ref: generatedName, attributes: {} };
      },
    },
    {
      type: 'AWS::ApiGatewayV2::Stage',
      honoured: ['ApiId', 'StageName', 'AutoDeploy'],
      noEffect: {
        ...textForPeople,
        AccessLogSettings: 'the log of the local cloud says what was refused; access logs are for an audit in AWS',
        DefaultRouteSettings: 'throttling protects a shared account; a machine of one developer is not shared',
        RouteSettings: 'throttling protects a shared account; a machine of one developer is not shared',
      },
      provision({ properties }) {
        if (properties['AutoDeploy'] !== true)
          throw new NotHonoured('AutoDeploy', 'only stages that deploy by themselves are honoured');
        const name = String(properties['StageName']);
        const api = apiOf(properties['ApiId']);
        if (api.protocol === 'HTTP' && name !== '$default')
          throw new NotHonoured('StageName', 'of an HTTP API only the stage $default is honoured');
        api.stages.add(name);
        return { ref: name, attributes: {} };
      },
    },
  ];
}

/** Who may use a route: anyone, who IAM allows, or who an authorizer lets through (AWS: "AWS::ApiGatewayV2::Route"). */
function readAuthorization(
  api: ApiModel,
  key: string,
  properties: Readonly<Record<string, unknown>>,
): Pick<RouteModel, 'authorization' | 'authorizer' | 'scopes'> {
  const authorization = String(properties['AuthorizationType'] ?? 'NONE') as RouteModel['authorization'];
  const kinds: Record<string, AuthorizerModel['kind'] | undefined> = { CUSTOM: 'lambda', JWT: 'jwt' };
  const kind = kinds[authorization];
  if (!kind && authorization !== 'NONE' && authorization !== 'AWS_IAM')
    throw new NotHonoured('AuthorizationType', `${authorization} is not honoured; NONE, AWS_IAM, CUSTOM and JWT are`);
  if (authorization !== 'NONE' && api.protocol === 'WEBSOCKET' && key !== '$connect')
    throw new NotHonoured('AuthorizationType', 'of a WebSocket API only the route $connect is authorized');
  const scopes = (properties['AuthorizationScopes'] ?? []) as string[];
  if (scopes.length > 0 && kind !== 'jwt') throw new NotHonoured('AuthorizationScopes', 'they go with JWT only');
  const id = properties['AuthorizerId'];
  if (!kind && id !== undefined) throw new NotHonoured('AuthorizerId', `it does not go with ${authorization}`);
  const authorizer = kind && api.authorizers.get(String(id));
  if (authorizer?.kind !== kind)
    throw new NotHonoured('AuthorizerId', `${String(id)} is no ${authorization} authorizer`);
  return { authorization, authorizer, scopes };
}

function readCors(source: unknown): CorsModel | undefined {
  if (source === undefined) return undefined;
  const cors = source as Record<string, unknown>;
  const list = (name: string) => (cors[name] ?? []) as string[];
  if (cors['AllowCredentials'] === true && list('AllowOrigins').includes('*')) {
    throw new NotHonoured('CorsConfiguration.AllowCredentials', 'AWS takes no credentials from any origin (*)');
  }
  return {
    origins: list('AllowOrigins'),
    methods: list('AllowMethods'),
    headers: list('AllowHeaders'),
    exposed: list('ExposeHeaders'),
    credentials: cors['AllowCredentials'] === true,
    maxAge: cors['MaxAge'] as number | undefined,
  };
}
