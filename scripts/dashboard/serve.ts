import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlainError } from '../commandLine.ts';
import { type Answer, problem } from './answer.ts';
import { buildPage } from './buildPage.ts';
import { refuseForeign } from './foreignRequest.ts';
import { forwardToApi } from './forwardToApi.ts';

interface ServeOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly http: { readonly url: string };
  readonly websocket: { readonly url: string };
  /** Of a local system: the page signs in with it by itself. */
  readonly signIn?: { readonly email: string; readonly password: string } | undefined;
}

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws PlainError when the port is taken. */
export async function serveDashboard(options: ServeOptions): Promise<Dashboard> {
  const { host, http, websocket, signIn } = options;
  const page = await buildPage();
  const askApi = forwardToApi({ url: http.url.replace(/\/$/, '') });
  const alwaysSent = securityHeaders(new URL(websocket.url).origin);

  let own: readonly string[] = [];
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const refusal = refuseForeign(request, own);
    if (refusal !== undefined) return refusal;
    const base = `http://${own[0]}`;
    if (!URL.canParse(request.url ?? '', base)) return problem(400, 'The address can’t be read.');
    // Only path and query are taken over, so no request names another host.
    const { pathname, search } = new URL(request.url ?? '', base);
    if (pathname.startsWith('/api/')) return await askApi(request, `${pathname}${search}`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return problem(405, 'The page can only be read.', { allow: 'GET, HEAD' });
    }
    if (pathname === '/sign-in.json' && signIn !== undefined)
      return { status: 200, type: 'application/json', body: JSON.stringify(signIn) };
    return page.get(pathname) ?? problem(404, `There is no ${pathname} here.`);
  };

  const server = createServer(async (request, response) => send(response, await respond(request), alwaysSent));
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  own = [...new Set([`${host}:${port}`, `localhost:${port}`])];
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, type, body, headers }: Answer, alwaysSent: Record<string, string>) {
  response
    .writeHead(status, { ...alwaysSent, ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) })
    .end(body);
}

const securityHeaders = (webSocketOrigin: string) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${webSocketOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // No text of a device can become markup: the browser refuses innerHTML.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

function listen(server: Server, { host, port }: Pick<ServeOptions, 'host' | 'port'>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') reject(new PlainError(`Port ${port} can't be used: ${error.message}`));
      else {
        reject(
          new PlainError(
            `The dashboard's port ${port} is taken by another program. Stop it, or use another port: npm run dashboard -- --port ${port + 1}`,
          ),
        );
      }
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
}
