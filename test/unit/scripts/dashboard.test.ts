import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startDashboard } from '../../../scripts/dashboard.ts';

const host = '127.0.0.1';

let upstream: Server;
let asked: IncomingMessage[] = [];
let bodies: string[] = [];
let dashboard: Awaited<ReturnType<typeof startDashboard>>;
let options: Parameters<typeof startDashboard>[0];

beforeAll(async () => {
  upstream = createServer(async (incoming, response) => {
    asked.push(incoming);
    bodies.push(Buffer.concat(await incoming.toArray()).toString());
    const status = incoming.url === '/api/devices/none' ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"devices":[]}');
  });
  await new Promise<void>((resolve) => upstream.listen(0, host, resolve));
  const { port } = upstream.address() as AddressInfo;
  options = {
    host,
    port: 0,
    http: { url: `http://${host}:${port}` },
    websocket: { url: `ws://${host}:4566/live` },
  };
  dashboard = await startDashboard(options);
});
beforeEach(() => {
  asked = [];
  bodies = [];
});
afterAll(async () => {
  await dashboard.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

/** fetch does not let a Host or an Origin be set. */
const call = (path: string, headers: Record<string, string> = {}, method = 'GET', content = '') =>
  new Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    request(`${dashboard.url}${path}`, { headers, method }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, body });
    })
      .once('error', reject)
      .end(content);
  });
const get = (path: string, headers?: Record<string, string>) => call(path, headers);

describe('the page', () => {
  test('may run its own scripts alone and connect to the WebSocket API alone', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Fieldline</title>');
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://${host}:4566;`);
    expect(policy).not.toContain('unsafe');
  });

  test.each([
    ['/main.js', 'text/javascript; charset=utf-8'],
    ['/style.css', 'text/css; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml'],
  ])('is built: %s', async (path, type) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(body.length).toBeGreaterThan(100);
    expect(body).not.toContain('sourceMappingURL');
  });

  test.each(['/package.json', '/main.ts', '/../package.json', '/%2e%2e/package.json'])(
    'is all that is served, not %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('a request that is not the page’s own', () => {
  test.each(['attacker.example', 'attacker.example:8080', `${host}:1`, host])(
    'for the host "%s" is refused',
    async (name) => {
      for (const path of ['/', '/api/devices']) {
        const { status } = await get(path, { host: name });
        expect(status).toBe(421);
      }
      expect(asked).toEqual([]);
    },
  );

  test.each(['https://attacker.example', 'http://localhost:1', 'null'])(
    'from the origin %s is refused',
    async (origin) => {
      const { status, body } = await get('/api/devices', { origin });
      expect(status).toBe(403);
      expect(JSON.parse(body).detail).toContain(origin);
    },
  );

  test.each(['cross-site', 'same-site'])('from a %s page is refused, a link to the page is not', async (site) => {
    expect((await get('/api/devices', { 'sec-fetch-site': site })).status).toBe(403);
    expect((await get('/', { 'sec-fetch-site': site })).status).toBe(200);
    expect(asked).toEqual([]);
  });

  test('is taken under the name localhost', async () => {
    const name = `localhost:${new URL(dashboard.url).port}`;
    expect((await get('/api/devices', { host: name, origin: `http://${name}` })).status).toBe(200);
  });
});

describe('the API', () => {
  test.each(['/api/devices?limit=50', '/api/devices/a%3Ab/messages?cursor=a%2Fb%3D%3D&limit=2'])(
    'is asked as whoever signed in on the page: %s',
    async (path) => {
      const { status, headers, body } = await call(path, { authorization: 'Bearer mine', cookie: 'mine' });
      expect({ status, body }).toEqual({ status: 200, body: '{"devices":[]}' });
      expect(headers['set-cookie']).toBeUndefined();
      const [incoming] = asked;
      expect(incoming?.url).toBe(path);
      expect(incoming?.headers.authorization).toBe('Bearer mine');
      expect(incoming?.headers.cookie).toBeUndefined();
    },
  );

  test('is sent what the page sends, as it is', async () => {
    const headers = { 'content-type': 'application/json' };
    await call('/api/auth/login', headers, 'POST', '{"email":"é"}');
    expect(asked[0]?.method).toBe('POST');
    expect(bodies[0]).toBe('{"email":"é"}');
    expect(asked[0]?.headers['content-type']).toBe('application/json');
  });

  test('is not sent more than it takes', async () => {
    expect((await call('/api/devices', {}, 'POST', 'x'.repeat(300_000))).status).toBe(413);
    expect(asked).toEqual([]);
  });

  test('keeps the status that the API gives', async () => {
    expect((await get('/api/devices/none')).status).toBe(404);
  });

  test('is not asked for another path, and the page can only be read', async () => {
    expect((await get('/api/../private')).status).toBe(404);
    expect((await call('/', {}, 'POST')).status).toBe(405);
    expect(asked).toEqual([]);
  });

  test('that does not answer is a 502 that says so', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, host, resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const lonely = await startDashboard({ ...options, http: { url: `http://${host}:${port}` } });
    const response = await fetch(`${lonely.url}/api/devices`);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 502, detail: expect.stringContaining('ECONNREFUSED') });
    await lonely.close();
  });
});

test('a taken port is told in words', async () => {
  const port = Number(new URL(dashboard.url).port);
  await expect(startDashboard({ ...options, port })).rejects.toThrow(`port ${port} is taken by another program`);
});
