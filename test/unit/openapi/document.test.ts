import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { operations } from '../../../functions/operations.ts';
import { json, type Operations, operation } from '../../../functions/platform/http/operation.ts';
import { openApiDocument } from '../../../lib/openapi/document.ts';
import { runRedocly } from '../../../lib/openapi/redocly.ts';
import { clientTypes } from '../../../scripts/openapi/clientTypes.ts';

const stale = 'Run `npm run openapi` and commit what it writes.';

describe('the OpenAPI document', () => {
  const document = openApiDocument(operations);

  test('is the one in docs/openapi.json', async () => {
    expect({ stale, document }).toEqual({ stale, document: JSON.parse(await readFile('docs/openapi.json', 'utf8')) });
  });

  test('is what the types of the client are made of', async () => {
    expect({ stale, types: await clientTypes(document) }).toEqual({
      stale,
      types: await readFile('client/schema.ts', 'utf8'),
    });
  });

  test('passes the linter, which finds what is wrong', () => {
    expect(runRedocly(document, ['lint', 'document.json'], (_folder, words) => words)).toContain('is valid');
    const broken = structuredClone(document);
    for (const path of Object.values(broken.paths ?? {})) if (path?.get) delete path.get.operationId;
    expect(() => runRedocly(broken, ['lint', 'document.json'], () => undefined)).toThrow('operationId');
  });

  test('has every operation once, under its method and path', () => {
    const described = Object.values(document.paths ?? {}).flatMap((path) =>
      Object.values(path ?? {}).flatMap((one) => (one as { operationId?: string }).operationId ?? []),
    );
    expect(described.sort()).toEqual(Object.keys(operations).sort());
  });
});

describe('an operation', () => {
  const describeOne = (declared: Operations[string]) => {
    // biome-ignore lint/suspicious/noExplicitAny: JSON that assertions look into
    const paths = openApiDocument({ doIt: declared }).paths as any;
    return paths[declared.path][declared.method.toLowerCase()];
  };
  const answer = { status: 200, description: 'Done', content: json(z.object({ done: z.boolean() })) } as const;

  test('says which permission it takes, and who has it', () => {
    const described = describeOne(
      operation({
        method: 'PATCH',
        path: '/api/devices/{deviceId}',
        tag: 'Devices',
        summary: 'Do it',
        access: { permission: 'devices:manage', of: 'device' },
        params: z.object({ deviceId: z.string() }),
        body: z.object({ name: z.string() }),
        versioned: true,
        answer,
      }),
    );
    expect(described.description).toContain('`devices:manage`');
    expect(described.security).toEqual([{ accessToken: [] }]);
    expect(Object.keys(described.responses)).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '404', '409', '412', '413', '415', '429', '500']),
    );
    expect(described.parameters.map(({ name }: { name: string }) => name)).toEqual(['deviceId', 'If-Match']);
  });

  test('that is public takes no token', () => {
    const described = describeOne(
      operation({ method: 'POST', path: '/api/x', tag: 'Auth', summary: 'Do it', access: 'public', answer }),
    );
    expect(described.security).toEqual([]);
    expect(described.responses).not.toHaveProperty('401');
    expect(described.parameters.map(({ name }: { name: string }) => name)).toEqual(['Idempotency-Key']);
  });
});
