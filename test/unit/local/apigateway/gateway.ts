import { createServer, type Server } from 'node:http';
import { type ApiGateway, createApiGateway, executeApiPrefix } from '../../../../local/apigateway/apigateway.ts';
import { webSocketLimits } from '../../../../local/apigateway/webSocketApi.ts';
import type { InvokeResult } from '../../../../local/ports.ts';
import { AwsError, type Principal } from '../../../../local/service.ts';
import { provision, testContext } from '../edge/localEdge.ts';

export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:behind';

export const authorizerArn = 'arn:aws:lambda:us-east-1:000000000000:function:authorizer';

/** What of an event the tests look into. */
interface SeenEvent {
  readonly routeKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pathParameters?: unknown;
  readonly body?: string;
  readonly requestContext: Readonly<
    Record<'routeKey' | 'connectionId', string> & Record<'authorizer' | 'identity', unknown>
  >;
}

export interface Gateway {
  readonly gateway: ApiGateway;
  readonly context: ReturnType<typeof testContext>;
  readonly port: number;
  /** Events that the function saw. */
  readonly events: SeenEvent[];
  /** What the function does. */
  answer: (event: SeenEvent) => InvokeResult | Promise<InvokeResult>;
  /** Events that the authorizer's function saw, and what it does. */
  readonly asked: Record<string, unknown>[];
  authorize: (event: Record<string, unknown>) => InvokeResult | Promise<InvokeResult>;
  /** Who signs requests, which roles may do what, and whether API Gateway may call the function. */
  principal: Principal | undefined;
  mayInvokeApi: (resource: string) => boolean;
  mayInvokeFunction: (sourceArn: string) => boolean;
  make(type: string, properties: Record<string, unknown>, logicalId?: string): ReturnType<typeof provision>;
  close(): Promise<void>;
}

/** API Gateway behind an HTTP server, before one function. */
export async function startGateway(limits: Partial<typeof webSocketLimits> = {}): Promise<Gateway> {
  const context = testContext();
  const gateway = createApiGateway(
    context,
    {
      functions: {
        isInvocableBy: (_arn, service, sourceArn) =>
          service === 'apigateway.amazonaws.com' && started.mayInvokeFunction(sourceArn),
        async invoke(arn, event) {
          if (arn === authorizerArn) {
            started.asked.push(event as Record<string, unknown>);
            return started.authorize(event as Record<string, unknown>);
          }
          if (arn !== functionArn) throw new Error(`There is no function ${arn}.`);
          started.events.push(event as SeenEvent);
          return started.answer(event as SeenEvent);
        },
      },
      access: {
        isAllowed: (_role, action, resource) => action === 'execute-api:Invoke' && started.mayInvokeApi(resource),
      },
      identify() {
        if (!started.principal)
          throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
        return started.principal;
      },
    },
    { ...webSocketLimits, ...limits },
  );
  const server: Server = createServer((request, response) => gateway.mount.request(request, response));
  server.on('upgrade', (request, socket, head) => gateway.mount.upgrade?.(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started: Gateway = {
    gateway,
    context,
    port: (server.address() as { port: number }).port,
    events: [],
    answer: () => ({ payload: { statusCode: 200 } }),
    asked: [],
    authorize: () => ({ payload: { isAuthorized: true } }),
    principal: undefined,
    mayInvokeApi: () => true,
    mayInvokeFunction: () => true,
    make: (type, properties, logicalId = type) =>
      provision(gateway.providers, `AWS::ApiGatewayV2::${type}`, properties, { logicalId }),
    close: () =>
      new Promise((resolve) => {
        gateway.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return started;
}

/** An API with one integration, its routes, their authorizer and a stage. Answers its path on the server. */
export async function makeApi(
  { make }: Gateway,
  api: Record<string, unknown>,
  {
    routes,
    stage,
    integration = {},
    authorizer,
  }: {
    routes: readonly Record<string, unknown>[];
    stage: string;
    integration?: Record<string, unknown>;
    authorizer?: Record<string, unknown>;
  },
): Promise<{ apiId: string; path: string; authorizerId: string | undefined }> {
  const name = `Api${JSON.stringify(api).length}${routes.length}${Math.random()}`;
  const { ref: apiId } = await make('Api', { Name: name, ...api }, name);
  const { ref: integrationId } = await make(
    'Integration',
    {
      ApiId: apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      ...(api['ProtocolType'] === 'HTTP' && { PayloadFormatVersion: '2.0' }),
      ...integration,
    },
    `${name}Integration`,
  );
  const authorizerId =
    authorizer && (await make('Authorizer', { ApiId: apiId, Name: 'who', ...authorizer }, `${name}Authorizer`)).ref;
  for (const [index, route] of routes.entries()) {
    const { ref: routeId } = await make(
      'Route',
      {
        ApiId: apiId,
        Target: `integrations/${integrationId}`,
        ...(['CUSTOM', 'JWT'].includes(String(route['AuthorizationType'])) && { AuthorizerId: authorizerId }),
        ...route,
      },
      `${name}Route${index}`,
    );
    if (route['RouteResponseSelectionExpression'])
      await make(
        'RouteResponse',
        { ApiId: apiId, RouteId: routeId, RouteResponseKey: '$default' },
        `${name}Response${index}`,
      );
  }
  await make('Stage', { ApiId: apiId, StageName: stage, AutoDeploy: true }, `${name}Stage`);
  return { apiId, path: `${executeApiPrefix}${apiId}`, authorizerId };
}
