import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { operations } from '../../functions/operations.ts';
import { openApiDocument } from '../../lib/openapi/document.ts';
import { arbitraryOf, type Schema } from '../openapi/arbitraryOf.ts';
import { responseCheck } from '../openapi/responseCheck.ts';
import { callApi } from './callApi.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { signIn } from './signIn.ts';

/** What takes nothing but headers has little that can be asked wrongly. */
const runsOf = ({ parameters = [], requestBody }: Schema) =>
  requestBody !== undefined || parameters.some((one: Schema) => one.in !== 'header') ? 20 : 5;
const document: Schema = openApiDocument(operations);
const check = responseCheck(document);
const components: Record<string, Schema> = document.components.schemas;

let system: SystemUnderTest;
/** Ids of what is there, by parameter; the fuzz tries them beside made-up ones. */
const known: Record<string, string[]> = {
  applicationId: ['default'],
  deviceId: ['fuzz-device', 'fuzz-gateway'],
  gatewayId: ['fuzz-gateway'],
  roomId: ['fuzz-room'],
  typeName: ['fuzz-type'],
};

interface FuzzRequest {
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** As it stands in a path or a query; not every object has a text of its own. */
const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function requests(declared: Schema): fc.Arbitrary<FuzzRequest> {
  const parameters: Schema[] = declared.parameters ?? [];
  const named = (where: string) => parameters.filter((one) => one.in === where);
  const oneOf = ({ name, schema }: Schema) =>
    fc.oneof(
      ...(known[name] ? [{ weight: 4, arbitrary: fc.constantFrom(...known[name]) }] : []),
      { weight: 3, arbitrary: arbitraryOf(schema, components).map(asText) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
    );
  const recordOf = (where: string, required: boolean): fc.Arbitrary<Record<string, string>> =>
    fc.record(
      Object.fromEntries(named(where).map((one) => [one.name, oneOf(one)])),
      required ? {} : { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string>>;
  const schema = declared.requestBody?.content?.['application/json']?.schema;
  const types = Object.keys(declared.requestBody?.content ?? {});
  return fc.record({
    params: recordOf('path', true).map((params) =>
      // What fetch, or API Gateway, would make of them: nothing, or another path.
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, /^\.{0,2}$|\//.test(value) ? 'dots' : value]),
      ),
    ),
    query: recordOf('query', false),
    headers: fc
      .record(
        {
          ...Object.fromEntries(
            named('header').map(({ name }) => [name, fc.constantFrom('"1"', '"2"', 'W/"x"', '*', 'fuzz')]),
          ),
          'content-type': fc.constantFrom(...types, 'application/json', 'text/plain'),
          'accept-encoding': fc.constantFrom('gzip', 'identity'),
        },
        { requiredKeys: [] },
      )
      .map((headers) => headers as Record<string, string>),
    body:
      declared.requestBody === undefined
        ? fc.constant(undefined)
        : fc.oneof(
            {
              weight: 5,
              arbitrary: schema ? arbitraryOf(schema, components).map((value) => JSON.stringify(value)) : fc.string(),
            },
            { weight: 1, arbitrary: fc.json() },
            { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
          ),
  });
}

const all = Object.entries(document.paths as Record<string, Record<string, Schema>>).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, declared]) => ({ id: declared.operationId as string, path, method, declared })),
);

beforeAll(async () => {
  system = await openSystem();
  const admin = await signIn(system, { platformAdmin: true });
  for (const [path, body] of [
    ['/api/applications', { applicationId: 'default', name: 'Default' }],
    ['/api/rooms', { applicationId: 'default', roomId: 'fuzz-room', name: 'Room' }],
    ['/api/devices', { applicationId: 'default', deviceId: 'fuzz-gateway', kind: 'gateway' }],
    ['/api/devices', { applicationId: 'default', deviceId: 'fuzz-device' }],
  ] as const) {
    const { status, text } = await callApi(system, { method: 'POST', path, body, as: admin });
    if (![201, 409].includes(status)) throw new Error(`POST ${path}: ${status} ${text}`);
  }
});

describe('whatever is asked, the answer is in the document, and no 500:', () => {
  test.each(all)(
    '$id',
    async ({ path, method, declared }) => {
      // Of its own: the count of requests is by person.
      const admin = await signIn(system, { platformAdmin: true });
      await fc.assert(
        fc.asyncProperty(requests(declared), async ({ params, query, headers, body }) => {
          const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
          const answer = await callApi(system, {
            method: method.toUpperCase() as 'GET',
            path: `${place}${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`,
            headers,
            body,
            as: admin,
          });
          expect([500, 503]).not.toContain(answer.status);
          expect(check({ path, method }, answer)).toBeUndefined();
        }),
        { numRuns: runsOf(declared) },
      );
    },
    120_000,
  );
});
