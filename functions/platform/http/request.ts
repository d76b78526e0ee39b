import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
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
  const params = check('path', operation.params, event.pathParameters ?? {});
  const query = check('query', operation.query?.strict(), foldRecords(operation, event.queryStringParameters ?? {}));
  const body = operation.body === undefined ? undefined : check('body', operation.body, readBody(operation, event));
  if (errors.length > 0) throw badRequest(errors);
  return {
    params: (params ?? {}) as Parts['params'],
    query: (query ?? {}) as Parts['query'],
    body,
  };
}

/** `metadata[floor]=2` (OpenAPI: style deepObject) and `metadata.floor=2` are an entry of `metadata`, where the query declares a record. */
function foldRecords({ query }: Operation, given: Record<string, unknown>): Record<string, unknown> {
  const folded = new Map<string, unknown>();
  const records = new Map<string, [string, unknown][]>();
  for (const [name, value] of Object.entries(given)) {
    const [, record = '', dotted, bracketed] = /^(\w+)(?:\.(.+)|\[(.+)\])$/.exec(name) ?? [];
    const entry = dotted ?? bracketed;
    if (entry === undefined || !isRecord(query?.shape[record])) folded.set(name, value);
    else records.set(record, [...(records.get(record) ?? []), [entry, value]]);
  }
  return Object.fromEntries([...folded, ...[...records].map(([name, entries]) => [name, Object.fromEntries(entries)])]);
}

const isRecord = (schema: z.core.$ZodType | undefined): boolean =>
  schema instanceof z.ZodRecord || (schema instanceof z.ZodOptional && isRecord(schema.unwrap()));

function readBody({ bodyTypes, bodyLimit = usualBodyLimit }: Operation, event: APIGatewayProxyEventV2): unknown {
  const bytes = rawBody(event);
  if (bytes.length > bodyLimit)
    throw new Problem(413, 'Content Too Large', `The body has ${bytes.length} bytes; at most ${bodyLimit} are taken.`);
  const type = (event.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  const accepted = bodyTypes ?? ['application/json'];
  if (!accepted.includes(type))
    throw new Problem(415, 'Unsupported Media Type', `The body is ${type}; ${accepted.join(' or ')} is expected.`);
  const text = bytes.toString();
  if (type !== 'application/json' && !type.endsWith('+json')) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest([{ in: 'body', field: '', detail: `The body is not JSON: ${(error as Error).message}` }]);
  }
}

/** The exact bytes that were sent. */
export const rawBody = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
