import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { decodeAwsChunked } from './awsChunked.ts';
import type { CloudContext } from './context.ts';
import { callOf } from './faults/callOf.ts';
import { ConnectionCut, type Faults } from './faults/faults.ts';
import type { Iam } from './identity/iam.ts';
import { credentialScope, verifySignature } from './identity/signature.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, jsonError, type Principal } from './service.ts';

/** Larger than any request that a service takes in one piece: S3 parts of 5 GB are not for one machine. */
const bodyLimit = 64 * 1024 * 1024;

/** Someone who answers paths of the edge that aren't AWS service calls. */
export interface Mount {
  /** Whether a request below the prefix is this mount's; all are, unless said otherwise. */
  owns?(request: IncomingMessage): boolean;
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Edge {
  mount(prefix: string, handler: Mount): void;
  add(service: AwsService): void;
  /** Who signed this request. @throws AwsError when the signature is missing or wrong. */
  identify(request: SignedRequest): Principal;
  /** Calls so far: service → operation → count. */
  readonly calls: Readonly<Record<string, Record<string, number>>>;
  listen(host: string, port: number): Promise<void>;
  close(): Promise<void>;
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The AWS endpoint: one port for every service, told apart by the credential scope of the signature, as LocalStack does. */
export function createEdge(
  context: CloudContext,
  iam: Iam,
  services: readonly AwsService[],
  faults?: Pick<Faults, 'any' | 'call'>,
): Edge {
  const byName = new Map(services.flatMap((service) => service.signingNames.map((name) => [name, service] as const)));
  const mounts: Array<[string, Mount]> = [];
  const calls: Record<string, Record<string, number>> = {};

  const identify = (request: SignedRequest): Principal => {
    const scope = credentialScope(request);
    if (!scope) throw unsigned(request);
    const key = iam.identify(scope.accessKeyId);
    if (!key) throw unknownKey();
    if (key.sessionToken !== undefined) {
      const token = request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token');
      if (token !== key.sessionToken) throw unknownKey();
    }
    // A role's key lives only in this process and in its worker: the session token proves its calls at no cost. The account's key is
    // typed by people and tools, and a presigned URL is made to be handed on: there the signature is checked as AWS checks it.
    if (key.sessionToken === undefined || scope.presigned) {
      verifySignature(request, scope, key.secretAccessKey, context.region);
    }
    return key.principal;
  };

  const answer = async (request: SignedRequest): Promise<AwsResponse> => {
    const scope = credentialScope(request);
    const service = scope && byName.get(scope.service);
    if (!scope) return jsonError(unsigned(request));
    if (!service)
      return jsonError(
        new AwsError('UnknownServiceException', `The local cloud has no service '${scope.service}'.`, 501),
      );
    const operation = request.headers['x-amz-target']?.split('.').pop();
    const awsRequest: AwsRequest = {
      ...request,
      service: scope.service,
      region: scope.region,
      operation,
      principal: identifyLater,
    };
    // REST services refuse with 403; those of the JSON protocols, which name the operation in a header, with 400 (e.g. Amazon DynamoDB:
    // "Error handling").
    const refusing = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw error instanceof AwsError && [400, 403].includes(error.status) && operation !== undefined
          ? new AwsError(error.code, error.message, 400)
          : error;
      }
    };
    try {
      const principal = refusing(() => identify(request));
      const identified = { ...awsRequest, ...decodeAwsChunked(request), principal };
      count(calls, scope.service, operation ?? restOperation(request));
      const permissions = service.permissions(identified);
      refusing(() => iam.check(principal, permissions));
      const work = () => service.handle(identified);
      const response = faults?.any ? await faults.call(callOf(identified, permissions), work) : await work();
      // The account's callers, and whoever has a presigned URL, are outside the process: they may only hear of what is safe. A worker
      // dies with the process.
      if (principal.kind === 'account' || scope.presigned) await context.store.committed();
      return response;
    } catch (error) {
      if (error instanceof AwsError) return service.error(error, awsRequest);
      if (error instanceof ConnectionCut) throw error;
      context.log.error(`${scope.service} ${operation ?? request.path}`, {
        error: error instanceof Error ? error.stack : String(error),
      });
      return service.error(
        new AwsError('InternalFailure', `The local cloud failed: ${String(error)}`, 500),
        awsRequest,
      );
    }
  };

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 60_000 }, (request, response) => {
    const mount = mounts.find(([prefix, { owns }]) => request.url?.startsWith(prefix) && (owns?.(request) ?? true));
    if (mount) {
      mount[1].request(request, response);
      return;
    }
    readBody(request)
      .then((body) => answer(signedRequest(request, body)))
      .catch((error: unknown) => {
        if (error instanceof ConnectionCut) return undefined;
        return jsonError(error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500));
      })
      .then((result) => {
        if (!result) return request.socket.destroy();
        const body =
          result.body === undefined
            ? Buffer.alloc(0)
            : typeof result.body === 'string'
              ? Buffer.from(result.body)
              : result.body;
        const length = result.status === 204 || result.status === 304 ? {} : { 'content-length': body.length };
        response.writeHead(result.status, { 'x-amzn-requestid': randomUUID(), ...length, ...result.headers });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
  });
  server.on('upgrade', (request, socket, head) => {
    const mount = mounts.find(([prefix, handler]) => handler.upgrade && request.url?.startsWith(prefix));
    if (mount?.[1].upgrade) mount[1].upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });

  return {
    calls,
    identify,
    add(service) {
      for (const name of service.signingNames) byName.set(name, service);
    },
    mount(prefix, handler) {
      mounts.push([prefix, handler]);
    },
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const unknownKey = () =>
  new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);

const unsigned = ({ headers }: SignedRequest) =>
  headers['authorization'] === undefined
    ? new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403)
    : new AwsError(
        'IncompleteSignatureException',
        "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.",
        400,
      );

const identifyLater: Principal = { kind: 'account', arn: 'unknown' };

export function signedRequest(request: IncomingMessage, body: Buffer): SignedRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: request.headers as Record<string, string>,
    body,
  };
}

/** By events: an iterator over a stream costs as much as the rest of a small request. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // What is above the limit is read all the same: a client that still sends would not read the answer.
      if (size <= bodyLimit) chunks.push(chunk);
    });
    request.once('end', () => {
      if (size <= bodyLimit) return resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      reject(new AwsError('RequestEntityTooLargeException', `The request body is above ${bodyLimit} bytes.`, 413));
    });
    // That it was broken off, too.
    request.once('error', reject);
  });
}

function count(calls: Record<string, Record<string, number>>, service: string, operation: string): void {
  calls[service] ??= {};
  const operations = calls[service];
  operations[operation] = (operations[operation] ?? 0) + 1;
}

/** REST services have no target header: the method says enough for a count. */
function restOperation(request: SignedRequest): string {
  return request.path.includes('/@connections/') ? `${request.method} @connections` : request.method;
}
