import * as z from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { permissions } from '../../functions/platform/access/permissions.ts';
import { type Operation, type Operations, type Tag, tagDescriptions } from '../../functions/platform/http/operation.ts';
import { problemSchema } from '../../functions/platform/http/problem.ts';

/** What API Gateway itself answers, before a function is asked. */
const gatewayError = z
  .object({ message: z.string() })
  .loose()
  .meta({ id: 'GatewayError', description: 'An error of API Gateway itself' });

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});
const problemOrGateway = (description: string) => ({
  description,
  content: {
    'application/problem+json': { schema: problemSchema },
    'application/json': { schema: gatewayError },
  },
});

const retryAfter = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' as const } } };
const etag = { ETag: { description: 'Strong validator', schema: { type: 'string' as const } } };

/**
 * The OpenAPI 3.1 document of the HTTP API, from what its operations declare.
 * @param operations by operationId
 */
export function openApiDocument(operations: Operations): oas31.OpenAPIObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [id, declared] of Object.entries(operations)) {
    paths[declared.path] ??= {};
    (paths[declared.path] as Record<string, unknown>)[declared.method.toLowerCase()] = describe(id, declared);
  }
  const used = new Set(Object.values(operations).map(({ tag }) => tag));
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Fieldline',
      version: '1.0.0',
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Wherever the document is served from.
    servers: [{ url: '/', description: 'The API that serves this document' }],
    tags: Object.entries(tagDescriptions)
      .filter(([name]) => used.has(name as Tag))
      .map(([name, description]) => ({ name, description })),
    paths: paths as never,
    components: {
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The access token that `POST /api/auth/login` answers',
        },
        ...(Object.values(operations).some(({ access }) => access === 'apiKey') && { deviceKey }),
      },
    },
  }) as oas31.OpenAPIObject;
}

const deviceKey = {
  type: 'apiKey',
  in: 'header',
  name: 'X-Fieldline-Signature',
  description: 'HMAC-SHA256 by an API key over timestamp, nonce and body, with the other X-Fieldline headers',
} as const;

const introduction = `Devices, rooms, people and what they say, over HTTP.

Lists answer \`items\` and, while there is more, \`next\`: give it back as the query parameter \`next\`. What has a version
answers it as its \`ETag\`; \`If-Match\` on a change refuses to change what others changed since (412). \`Idempotency-Key\` on a
POST makes its repetition harmless for a day. Errors are \`application/problem+json\` (RFC 9457) and name each wrong field.`;

function describe(id: string, declared: Operation): ZodOpenApiOperationObject {
  const { method, summary, tag, access, params, query, body, bodyTypes = ['application/json'] } = declared;
  return {
    operationId: id,
    summary,
    tags: [tag],
    description: [declared.description, accessText(access)].filter(Boolean).join('\n\n'),
    security: securityOf(access),
    requestParams: {
      ...(params !== undefined && { path: params }),
      ...(query !== undefined && { query }),
      header: z.object(headersOf(declared)),
    },
    ...(body !== undefined && {
      requestBody: {
        // GET has none, and every other that declares one needs it.
        required: method !== 'GET',
        content: Object.fromEntries(
          bodyTypes.map((type) => [type, { schema: type === 'application/json' ? body : z.string() }]),
        ),
      },
    }),
    responses: responsesOf(declared),
  };
}

function headersOf({ method, versioned }: Operation): Record<string, z.ZodType> {
  return {
    ...(method === 'GET' && { 'If-None-Match': z.string().optional().meta({ description: 'ETags that are known' }) }),
    ...(versioned && {
      'If-Match': z.string().optional().meta({ description: 'ETag of the version to change; any version without it' }),
    }),
    ...(method === 'POST' && {
      'Idempotency-Key': z
        .string()
        .regex(/^[\x21-\x7e]{1,128}$/)
        .optional()
        .meta({ description: 'The same key and body again answer what the first answered, for a day' }),
    }),
  };
}

function responsesOf(declared: Operation): ZodOpenApiResponsesObject {
  const { method, access, params, query, body, versioned, answer, otherAnswers = {}, problems = {} } = declared;
  const isSignedIn = access !== 'public' && access !== 'apiKey';
  const responses: Record<string, ZodOpenApiResponsesObject[`${1 | 2 | 3 | 4 | 5}${string}`]> = {
    [answer.status]: {
      description: answer.description,
      ...(method === 'GET' || versioned ? { headers: etag } : {}),
      ...contentOf(answer.content),
    },
    ...(method === 'GET' && { 304: { description: 'Not modified', headers: etag } }),
    ...((params ?? query ?? body) !== undefined || isSignedIn || method === 'POST'
      ? { 400: problem('Something in the request is wrong; `errors` names it') }
      : {}),
    ...(isSignedIn && { 401: problemOrGateway('Not signed in, or the session has ended') }),
    ...(access === 'apiKey' && { 401: problem('The signature, the nonce, the clock or the key is wrong') }),
    ...((access === 'platformAdmin' || typeof access === 'object') && { 403: problem('The permission is missing') }),
    ...((typeof access === 'object' || params !== undefined) && {
      // API Gateway's own, for a path parameter with a slash in it: it decodes before it looks for the route.
      404: problemOrGateway('There is no such thing, or the caller may not know of it'),
    }),
    ...(method === 'POST' && {
      409: problem('A request with this Idempotency-Key is under way'),
      422: problem('The Idempotency-Key was used with another body'),
    }),
    ...(versioned && {
      409: problem('Others are changing the same things'),
      412: problem('The version is another by now'),
    }),
    ...(body !== undefined && { 413: problem('The body is too large'), 415: problem('The media type is not taken') }),
    429: { ...problemOrGateway('Too many requests'), headers: retryAfter },
    500: problemOrGateway('The request failed; the log says why'),
    503: problemOrGateway('No function could take the request; ask again'),
  };
  for (const [status, description] of Object.entries(problems)) responses[status] = problem(description);
  for (const [status, { description, content }] of Object.entries(otherAnswers))
    responses[status] = { description, ...contentOf(content) };
  return responses as ZodOpenApiResponsesObject;
}

const contentOf = (content: Operation['answer']['content']) =>
  content === undefined
    ? {}
    : { content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])) };

function securityOf(access: Operation['access']): Record<string, string[]>[] {
  if (access === 'public') return [];
  return access === 'apiKey' ? [{ deviceKey: [] }] : [{ accessToken: [] }];
}

function accessText(access: Operation['access']): string {
  if (typeof access === 'object')
    return `Takes the permission \`${access.permission}\` in the ${access.of === 'application' ? 'application' : `${access.of}’s application`}: ${permissions[access.permission].join(', ')}.`;
  switch (access) {
    case 'public':
      return 'Open to anybody.';
    case 'apiKey':
      return 'For devices and gateways, signed by an API key.';
    case 'platformAdmin':
      return 'For admins of the platform.';
    default:
      return 'For anybody who signed in.';
  }
}
