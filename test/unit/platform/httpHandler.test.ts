import './silent.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type HttpAnswer, httpHandler, Problem } from '../../../functions/platform/httpHandler.ts';

async function answer(handle: () => Promise<HttpAnswer>, headers: Record<string, string> = {}) {
  const event = { headers } as unknown as APIGatewayProxyEventV2;
  const result = await httpHandler(handle)(event, {} as Context);
  return result as APIGatewayProxyStructuredResultV2 & { headers: Record<string, string> };
}
const devices = async () => ({ body: { devices: [] } });

describe('an HTTP answer', () => {
  test('is JSON with an ETag that is the same for the same body', async () => {
    const first = await answer(devices);
    expect(first).toMatchObject({
      statusCode: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
        etag: expect.stringMatching(/^"[\w-]{22}"$/),
      },
      body: '{"devices":[]}',
    });
    expect((await answer(devices)).headers['etag']).toBe(first.headers['etag']);
    expect((await answer(async () => ({ body: 1 }))).headers['etag']).not.toBe(first.headers['etag']);
  });

  test('may have a status and headers of its own', async () => {
    expect(await answer(async () => ({ status: 503, body: {}, headers: { 'retry-after': '3' } }))).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '3' },
    });
  });

  test('is a 304 without a body for whoever has it, alone, among others, weakened on the way, or as *', async () => {
    const { etag = '' } = (await answer(devices)).headers;
    for (const candidates of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const result = await answer(devices, { 'if-none-match': candidates });
      expect(result).toEqual({ statusCode: 304, headers: { etag, 'cache-control': 'private, no-cache' } });
    }
    expect(await answer(devices, { 'if-none-match': '"other"' })).toMatchObject({ statusCode: 200 });
  });

  test('that is no success is never a 304', async () => {
    const unwell = async () => ({ status: 503, body: {} });
    expect(await answer(unwell, { 'if-none-match': '*' })).toMatchObject({ statusCode: 503 });
  });
});

describe('an error', () => {
  const thrown = (error: unknown) =>
    answer(async () => {
      throw error;
    });

  test('that was foreseen is problem+json', async () => {
    const { statusCode, headers, body } = await thrown(new Problem(404, 'Not Found', 'No such device.'));
    expect({ statusCode, headers }).toEqual({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'No such device.',
    });
  });

  test.each([new Error('arn:aws:dynamodb:secret is throttled'), 'secret text', undefined])(
    'that was not is a 500 that says nothing of it: %s',
    async (error) => {
      const { statusCode, body } = await thrown(error);
      expect(statusCode).toBe(500);
      expect(JSON.parse(body ?? '')).toMatchObject({ status: 500, title: 'Internal Server Error' });
      expect(body).not.toContain('secret');
    },
  );
});
