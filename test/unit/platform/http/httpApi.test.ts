import '../silent.ts';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import type { Granted } from '../../../../functions/platform/access/authorize.ts';
import { type HttpApiDependencies, httpApi } from '../../../../functions/platform/http/httpApi.ts';
import { json, operation } from '../../../../functions/platform/http/operation.ts';
import { Problem } from '../../../../functions/platform/http/problem.ts';

const thing = z.object({ name: z.string(), size: z.number().optional() });
const operations = {
  readThing: operation({
    method: 'GET',
    path: '/api/things/{thingId}',
    tag: 'Devices',
    summary: 'Read',
    access: { permission: 'devices:read', of: 'application' },
    params: z.object({ thingId: z.string().max(10) }),
    query: z.object({ deep: z.coerce.number().int().optional() }),
    answer: { status: 200, description: 'It', content: json(thing) },
  }),
  makeThing: operation({
    method: 'POST',
    path: '/api/things',
    tag: 'Devices',
    summary: 'Make',
    access: 'signedIn',
    body: thing.strict(),
    bodyLimit: 100,
    answer: { status: 201, description: 'Made', content: json(thing) },
  }),
  changeThing: operation({
    method: 'PATCH',
    path: '/api/things/{thingId}',
    tag: 'Devices',
    summary: 'Change',
    access: 'public',
    versioned: true,
    answer: { status: 204, description: 'Changed' },
  }),
};

type Behaviour = (request: never) => Promise<object>;

function apiOf(handle: Behaviour, dependencies: Partial<HttpApiDependencies> = {}) {
  const seen: { caller?: string; named?: unknown; keys: unknown[] } = { keys: [] };
  const handler = httpApi(operations, { readThing: handle, makeThing: handle, changeThing: handle } as never, {
    authorize: async (_rule, caller, named) => {
      seen.named = named;
      return { caller, applicationId: 'one', role: 'viewer', grants: undefined } satisfies Granted;
    },
    requireSession: async () => ({ memberships: new Map(), signedIn: true }),
    limitRate: async (caller) => {
      seen.caller = caller;
    },
    onceByKey: async (request, _context, once) => {
      seen.keys.push(request);
      return once();
    },
    reserveId: async (key) => ({ id: `reserved for ${key}`, isRepeated: true }),
    ...dependencies,
  });
  const call = async (routeKey: string, event: object = {}) => {
    const result = (await handler(
      {
        routeKey,
        headers: {},
        requestContext: {
          http: { method: routeKey.split(' ')[0], path: '/api/things/x', sourceIp: '192.0.2.7' },
          authorizer: { jwt: { claims: { sub: 'ada', token_use: 'access' } } },
        },
        ...event,
      } as unknown as APIGatewayProxyEventV2,
      {} as Context,
    )) as APIGatewayProxyStructuredResultV2 & { headers: Record<string, string> };
    return { ...result, json: result.body && !result.isBase64Encoded ? JSON.parse(result.body) : undefined };
  };
  return { call, seen };
}

const read = 'GET /api/things/{thingId}';
const make = 'POST /api/things';
const nobody = { requestContext: { http: { method: 'POST', path: '/api/things', sourceIp: '192.0.2.7' } } };

describe('a request', () => {
  test('reaches its handler checked and typed, with who asks', async () => {
    const { call, seen } = apiOf(async (request) => ({ body: request }));
    const { statusCode, json: answer } = await call(read, {
      pathParameters: { thingId: 'x' },
      queryStringParameters: { deep: '3' },
    });
    expect(statusCode).toBe(200);
    expect(answer).toMatchObject({
      params: { thingId: 'x' },
      query: { deep: 3 },
      access: { caller: { userId: 'ada' } },
    });
    expect(seen.caller).toBe('ada');
  });

  test('that is wrong in several places hears of each', async () => {
    const { call } = apiOf(async () => ({ body: {} }));
    const {
      statusCode,
      headers,
      json: answer,
    } = await call(read, {
      pathParameters: { thingId: 'far too long an id' },
      queryStringParameters: { deep: 'x', other: '1' },
    });
    expect(statusCode).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(answer.errors.map(({ in: where, field }: { in: string; field: string }) => `${where} ${field}`)).toEqual([
      'path thingId',
      'query deep',
      'query other',
    ]);
  });

  test.each([
    ['is not JSON', { body: '{' }, 400],
    ['has a field that is not known', { body: '{"name":"a","colour":1}' }, 400],
    ['is too large', { body: JSON.stringify({ name: 'a'.repeat(200) }) }, 413],
    ['is of another type', { body: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
  ])('whose body %s is refused', async (_what, event, status) => {
    const { call } = apiOf(async () => {
      throw new Error('reached');
    });
    expect((await call(make, event)).statusCode).toBe(status);
  });

  test('of nobody is a 401, and counts against the address', async () => {
    const { call } = apiOf(async () => ({ body: {} }));
    const { statusCode, headers } = await call(make, { ...nobody, body: '{"name":"a"}' });
    expect({ statusCode, challenge: headers['www-authenticate'] }).toEqual({ statusCode: 401, challenge: 'Bearer' });
  });

  test('for a route that there is not is a 404', async () => {
    const { call } = apiOf(async () => ({ body: {} }));
    expect((await call('GET /api/nothing')).statusCode).toBe(404);
  });

  test('with an Idempotency-Key is done once by caller, place and key', async () => {
    const { call, seen } = apiOf(async () => ({ body: { name: 'a' } }));
    const answer = await call(make, { body: '{"name":"a"}', headers: { 'idempotency-key': 'k-1' } });
    expect(answer.statusCode).toBe(201);
    expect(seen.keys).toEqual([{ key: 'ada /api/things/x k-1', body: { name: 'a' } }]);
    expect((await call(make, { body: '{"name":"a"}', headers: { 'idempotency-key': 'a b' } })).statusCode).toBe(400);
  });

  test('makes something of a new id, and with an Idempotency-Key always of the same', async () => {
    const seen: { id: string; isRepeated: boolean }[] = [];
    const { call } = apiOf(async (request) => {
      seen.push(await (request as { makeId: () => Promise<(typeof seen)[number]> }).makeId());
      return { body: { name: 'a' } };
    });
    for (const headers of [{}, {}, { 'idempotency-key': 'k-1' }]) await call(make, { body: '{"name":"a"}', headers });
    expect(seen[0]).toEqual({ id: expect.stringMatching(/^[0-9A-Z]{26}$/), isRepeated: false });
    expect(seen[1]?.id).not.toBe(seen[0]?.id);
    expect(seen[2]).toEqual({ id: 'reserved for ada /api/things/x k-1', isRepeated: true });
  });

  test.each([
    ['"3"', 3],
    ['W/"3"', 3],
    ['*', undefined],
    [undefined, undefined],
  ])('with If-Match: %s demands version %s', async (header, version) => {
    let seen: unknown = 'nothing';
    const { call } = apiOf(async (request) => {
      seen = (request as { ifMatch: unknown }).ifMatch;
      return {};
    });
    const headers = header === undefined ? {} : { 'if-match': header };
    expect((await call('PATCH /api/things/{thingId}', { headers })).statusCode).toBe(204);
    expect(seen).toBe(version);
  });

  test('with an If-Match that is no tag of this API is refused', async () => {
    const { call } = apiOf(async () => ({}));
    expect((await call('PATCH /api/things/{thingId}', { headers: { 'if-match': '"abc"' } })).statusCode).toBe(400);
  });
});

describe('an answer', () => {
  const things = async () => ({ body: { name: 'a' } });

  test('has an ETag by its content, is never kept by others, and is a 304 for whoever has it', async () => {
    const { call } = apiOf(things);
    const { headers } = await call(read, { pathParameters: { thingId: 'x' } });
    expect(headers).toMatchObject({
      'cache-control': 'private, no-cache',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    const { etag = '' } = headers;
    for (const candidates of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const again = await call(read, { pathParameters: { thingId: 'x' }, headers: { 'if-none-match': candidates } });
      expect(again).toMatchObject({ statusCode: 304, headers: { etag } });
      expect(again.body).toBeUndefined();
    }
    const other = await call(read, { pathParameters: { thingId: 'x' }, headers: { 'if-none-match': '"other"' } });
    expect(other.statusCode).toBe(200);
  });

  test('is compressed for whoever takes gzip, when it is worth it', async () => {
    const long = { name: 'long '.repeat(500) };
    const { call } = apiOf(async () => ({ body: long }));
    const event = { pathParameters: { thingId: 'x' } };
    const { headers, body = '' } = await call(read, { ...event, headers: { 'accept-encoding': 'br, gzip;q=0.5' } });
    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString())).toEqual(long);
    for (const refused of ['identity', 'gzip;q=0', '']) {
      const plain = await call(read, { ...event, headers: { 'accept-encoding': refused } });
      expect(plain.headers).not.toHaveProperty('content-encoding');
    }
    const short = await apiOf(things).call(read, { ...event, headers: { 'accept-encoding': 'gzip' } });
    expect(short.headers).not.toHaveProperty('content-encoding');
  });

  test('that was foreseen as a problem says so, with its headers', async () => {
    const { call } = apiOf(async () => {
      throw new Problem(429, 'Too Many Requests', 'Slow down.', { headers: { 'retry-after': '3' } });
    });
    const { statusCode, headers, json: answer } = await call(read, { pathParameters: { thingId: 'x' } });
    expect({ statusCode, after: headers['retry-after'] }).toEqual({ statusCode: 429, after: '3' });
    expect(answer).toEqual({ type: 'about:blank', title: 'Too Many Requests', status: 429, detail: 'Slow down.' });
  });

  test.each([new Error('arn:aws:dynamodb:secret is throttled'), 'secret text', undefined])(
    'that nobody foresaw is a 500 that says nothing of it: %s',
    async (error) => {
      const { call } = apiOf(async () => {
        throw error;
      });
      const { statusCode, body } = await call(read, { pathParameters: { thingId: 'x' } });
      expect(statusCode).toBe(500);
      expect(body).not.toContain('secret');
    },
  );
});
