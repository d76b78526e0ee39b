import type { CloudContext } from '../context.ts';
import { AwsError, type AwsService, restJsonError } from '../service.ts';
import type { Connection } from './webSocketEvents.ts';

const path = /^(?:\/_aws\/execute-api)?\/([^/]+)\/([^/]+)\/@connections\/([^/]+)$/;

/** POST, GET and DELETE of …/@connections/{connectionId} (AWS: "Use @connections commands in your backend service"). */
export function managementApi(
  context: CloudContext,
  connections: ReadonlyMap<string, Connection>,
  messageBytes: number,
): AwsService {
  const target = (request: { readonly method: string; readonly path: string }) => {
    const [, apiId = '', stage = '', id = ''] = path.exec(request.path) ?? [];
    if (!id || !['POST', 'GET', 'DELETE'].includes(request.method)) {
      throw new AwsError(
        'UnknownOperationException',
        `execute-api: ${request.method} ${request.path} is not honoured by the local cloud.`,
        404,
      );
    }
    return { apiId, stage, id: decodeURIComponent(id) };
  };
  const gone = () => new AwsError('GoneException', 'Gone', 410);

  return {
    signingNames: ['execute-api'],
    permissions(request) {
      const { apiId, stage, id } = target(request);
      const resource = `arn:aws:execute-api:${context.region}:${context.accountId}:${apiId}/${stage}/${request.method}/@connections/${id}`;
      return [{ action: 'execute-api:ManageConnections', resource }];
    },
    async handle(request) {
      const { apiId, stage, id } = target(request);
      const connection = connections.get(id);
      if (!connection || connection.api.apiId !== apiId || connection.stage !== stage) throw gone();
      if (request.method === 'GET')
        return {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(shown(connection)),
        };
      if (request.method === 'DELETE') {
        connection.socket.close(1000, 'Connection closed by the API');
        return { status: 204 };
      }
      if (request.body.length > messageBytes)
        throw new AwsError('PayloadTooLargeException', `The message is above ${messageBytes} bytes.`, 413);
      // Clients are outside the process: what they are told must survive a kill.
      await context.store.committed();
      await new Promise<void>((resolve, reject) => {
        connection.socket.send(request.body.toString(), (error) => (error ? reject(gone()) : resolve()));
      });
      connection.lastActiveAt = Date.now();
      return { status: 200 };
    },
    error: restJsonError,
  };
}

const shown = ({ connectedAt, lastActiveAt, sourceIp, userAgent }: Connection) => ({
  connectedAt: new Date(connectedAt).toISOString(),
  lastActiveAt: new Date(lastActiveAt).toISOString(),
  identity: { sourceIp, userAgent },
});
