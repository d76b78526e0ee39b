import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod';
import type { Operation } from './operation.ts';
import { badRequest, type FieldError, fieldErrors, Problem } from './problem.ts';

/** More than people send by hand, less than a function should parse unasked. Bytes. */
const usualBodyLimit = 256 * 1024;

export interface Parts {
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly body: unknown;
}

/**
 * Checks each part of a request against what its operation declares.
 * @throws Problem 400 naming every field that is wrong, 413, 415
 */
export function readParts(operation: Operation, event: APIGatewayProxyEventV2): Parts {
  const errors: FieldError[] = [];
  const check = (where: FieldError['in'], schema: z.ZodType | undefined, value: unknown) => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(value);
    if (!result.success) errors.push(...fieldErrors(where, result.error));
    return result.data;
  };
  const params = check('path', operation.params, decodedParams(event.pathParameters));
  const query = check('query', operation.query?.strict(), event.queryStringParameters ?? {});
  const body = operation.body === undefined ? undefined : check('body', operation.body, readBody(operation, event));
  if (errors.length > 0) throw badRequest(errors);
  return {
    params: (params ?? {}) as Parts['params'],
    query: (query ?? {}) as Parts['query'],
    body,
  };
}

/** API Gateway hands path parameters on as they were written. */
function decodedParams(raw: APIGatewayProxyEventV2['pathParameters']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw ?? {}).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value ?? '')];
      } catch {
        throw badRequest([{ in: 'path', field: name, detail: 'is not percent-encoded UTF-8' }]);
      }
    }),
  );
}

function readBody(
  { bodyTypes, exactBody, bodyLimit = usualBodyLimit }: Operation,
  event: APIGatewayProxyEventV2,
): unknown {
  const bytes = rawBody(event);
  if (bytes.length > bodyLimit)
    throw new Problem(413, 'Content Too Large', `The body has ${bytes.length} bytes; at most ${bodyLimit} are taken.`);
  const type = (event.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  const accepted = bodyTypes ?? ['application/json'];
  if (!accepted.includes(type))
    throw new Problem(415, 'Unsupported Media Type', `The body is ${type}; ${accepted.join(' or ')} is expected.`);
  if (exactBody) return bytes;
  const text = bytes.toString();
  if (type !== 'application/json') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest([{ in: 'body', field: '', detail: `The body is not JSON: ${(error as Error).message}` }]);
  }
}

/** The exact bytes that were sent. */
export const rawBody = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
