import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CloudContext } from '../context.ts';
import type { Mount } from '../edge.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { AwsService } from '../service.ts';
import { apiProviders } from './apiProviders.ts';
import { type ApiDependencies, createHttpApi } from './httpApi.ts';
import { createLambdaAuthorizers } from './lambdaAuthorizer.ts';
import type { ApiModel } from './model.ts';
import { createWebSocketApi, webSocketLimits } from './webSocketApi.ts';

export const executeApiPrefix = '/_aws/execute-api/';

export interface ApiGateway {
  readonly services: readonly AwsService[];
  readonly providers: readonly ResourceProvider[];
  readonly mount: Mount;
  close(): void;
}

/** API Gateway v2: HTTP and WebSocket APIs at `/_aws/execute-api/<apiId>/…`, where LocalStack has them too. */
export function createApiGateway(
  context: CloudContext,
  dependencies: ApiDependencies,
  limits = webSocketLimits,
): ApiGateway {
  const apis = new Map<string, ApiModel>();
  const askFunction = createLambdaAuthorizers(context, dependencies.functions);
  const webSockets = createWebSocketApi(context, dependencies, askFunction, limits);
  const http = createHttpApi(context, dependencies, askFunction);
  const find = (url: string | undefined) => {
    const [apiId = '', stage = ''] = (url ?? '').slice(executeApiPrefix.length).split('?')[0]?.split('/') ?? [];
    return { api: apis.get(apiId), stage };
  };
  const notFound = (response: ServerResponse, status: number, message: string) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message }));
  };
  return {
    services: [webSockets.managementService],
    providers: apiProviders(context, apis),
    mount: {
      // The management API is an AWS service call at a path of the API.
      owns: (request: IncomingMessage) => !request.url?.includes('/@connections/'),
      request(request, response) {
        const { api } = find(request.url);
        if (!api || (api.protocol === 'HTTP' && !api.stages.has('$default')))
          return notFound(response, 404, 'Not Found');
        if (api.protocol === 'WEBSOCKET') return notFound(response, 426, 'Upgrade Required');
        http(api, request, response, `${executeApiPrefix}${api.apiId}`).catch((error: unknown) => {
          context.log.error(`http api ${api.name}`, { error: error instanceof Error ? error.stack : String(error) });
          if (!response.headersSent) notFound(response, 500, 'Internal Server Error');
        });
      },
      upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
        const { api, stage } = find(request.url);
        if (api?.protocol !== 'WEBSOCKET' || !api.stages.has(stage)) {
          socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
          return;
        }
        void webSockets.upgrade(api, stage, request, socket, head);
      },
    },
    close: webSockets.close,
  };
}
