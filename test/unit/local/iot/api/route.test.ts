import { describe, expect, test } from '@jest/globals';
import { page, restService, route } from '../../../../../local/iot/api/route.ts';
import type { AwsRequest } from '../../../../../local/service.ts';

const query = (given: Record<string, string> = {}) => new URLSearchParams(given);
const key = (item: string) => item;

describe('a list', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const all = (size: string, between: (seen: string[]) => string[] = () => items) => {
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const { items: shown, nextToken } = page(
        query({ maxResults: size, ...(token !== undefined && { nextToken: token }) }),
        between(seen),
        key,
      );
      seen.push(...shown);
      token = nextToken;
    } while (token !== undefined);
    return seen;
  };

  test.each(['1', '2', '5', '250'])('is whole in pages of %s', (size) => {
    expect(all(size)).toEqual(items);
  });

  test('goes on behind an item that has gone', () => {
    expect(all('2', (seen) => items.filter((item) => !seen.includes(item)))).toEqual(items);
  });

  test.each([
    [{ maxResults: '0' }],
    [{ maxResults: '251' }],
    [{ maxResults: 'many' }],
    [{ nextToken: 'made up' }],
    [{ nextToken: Buffer.from('{}').toString('base64url') }],
  ])('refuses %j', (given) => {
    expect(() => page(query(given as Record<string, string>), items, key)).toThrow(
      expect.objectContaining({ code: 'InvalidRequestException' }),
    );
  });
});

describe('a REST service', () => {
  const service = restService(
    ['iot'],
    [
      route(
        'GET /things/{thingName}',
        'DescribeThing',
        ({ parameters }) => ({ parameters }),
        ({ parameters: [name = ''] }) => `arn:${name}`,
      ),
      route('POST /topics/{topic+}', 'Publish', ({ parameters }) => ({ parameters })),
    ],
  );
  const request = (method: string, path: string, body = '') =>
    ({ method, path, query: query(), headers: {}, body: Buffer.from(body) }) as unknown as AwsRequest;

  test('finds the operation and decodes its parameters', async () => {
    expect(service.permissions(request('GET', '/things/a%3Ab'))).toEqual([
      { action: 'iot:DescribeThing', resource: 'arn:a:b' },
    ]);
    expect((await service.handle(request('POST', '/topics/a/b%2Fc'))).body).toBe('{"parameters":["a/b/c"]}');
  });

  test('refuses by name what it does not honour', () => {
    expect(() => service.permissions(request('PUT', '/things/a'))).toThrow(
      'iot: PUT /things/a is not honoured by the local cloud.',
    );
  });

  test('refuses a body that is no JSON object', async () => {
    await expect(async () => service.handle(request('GET', '/things/a', '['))).rejects.toMatchObject({
      code: 'InvalidRequestException',
    });
  });
});
