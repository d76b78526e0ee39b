import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { logger } from '../observe.ts';
import { Problem } from './problem.ts';

/** Smaller ones don't gain. Bytes. */
const worthCompressing = 1024;

export interface Reply {
  readonly status: number;
  /** JSON, or with `type` text or bytes of that media type. Undefined: no content. */
  readonly body?: unknown;
  readonly type?: string;
  /** Strong validator; a hash of the body unless given. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Result = APIGatewayProxyStructuredResultV2;

/** An answer as API Gateway takes it: ETag with If-None-Match, Cache-Control, gzip for who accepts it. */
export function respond(event: APIGatewayProxyEventV2, reply: Reply): Result {
  const { status, body, type = 'application/json', headers = {} } = reply;
  const isRead = event.requestContext?.http?.method === 'GET';
  // What people may see changes with who asks: never in a shared cache, and asked for again each time.
  const caching = {
    'cache-control': isRead ? 'private, no-cache' : 'no-store',
    vary: 'authorization, accept-encoding',
  };
  if (body === undefined) return { statusCode: status, headers: { ...caching, ...etagHeader(reply.etag), ...headers } };
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(type === 'application/json' ? JSON.stringify(body) : String(body));
  const etag = reply.etag ?? (isRead && status === 200 ? hashOf(bytes) : undefined);
  const common = { ...caching, ...etagHeader(etag), ...headers };
  if (etag !== undefined && isRead && status === 200 && matches(event.headers['if-none-match'], etag))
    return { statusCode: 304, headers: common };
  return { statusCode: status, ...encode(event, bytes, { 'content-type': type, ...common }) };
}

/** What was thrown, as problem+json; what nobody foresaw says nothing of itself outside the log. */
export function respondProblem(error: unknown): Result {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(500, 'Internal Server Error', 'The request failed; the log says why.');
  if (problem !== error) logger.error('request failed', error as Error);
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
    body: JSON.stringify({
      type: 'about:blank',
      title: problem.title,
      status: problem.status,
      detail: problem.message,
      ...(problem.errors !== undefined && { errors: problem.errors }),
    }),
  };
}

const hashOf = (bytes: Buffer) => `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
const etagHeader = (etag: string | undefined) => (etag === undefined ? {} : { etag });

function encode(event: APIGatewayProxyEventV2, bytes: Buffer, headers: Record<string, string>): Partial<Result> {
  const compressed = bytes.length >= worthCompressing && accepts(event.headers['accept-encoding'], 'gzip');
  if (compressed)
    return {
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(bytes).toString('base64'),
      isBase64Encoded: true,
    };
  const isText = /^text\/|json|yaml|xml/.test(headers['content-type'] ?? '');
  return isText
    ? { headers, body: bytes.toString() }
    : { headers, body: bytes.toString('base64'), isBase64Encoded: true };
}

/** RFC 9110, "Accept-Encoding": named, and not with a weight of zero. */
function accepts(header: string | undefined, coding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0+)?$/.test(parameter));
  });
}

/** RFC 9110, "If-None-Match": compared weakly, for whoever compresses an answer on its way makes its tag a weak one. */
function matches(candidates: string | undefined, etag: string): boolean {
  return (candidates ?? '').split(',').some((candidate) => {
    const tag = candidate.trim().replace(/^W\//, '');
    return tag === etag || tag === '*';
  });
}

/** The ETag of what has a version. */
export const versionTag = (version: number): string => `"${version}"`;

/** The ETag of what has a version and shows more than that: whoever changes it by `If-Match` means the version alone. */
export const versionedTag = (version: number, body: unknown): string =>
  `"${version}.${hashOf(Buffer.from(JSON.stringify(body))).slice(1)}`;

/**
 * The version that `If-Match` demands; undefined when any will do.
 * @throws Problem 400
 */
export function readIfMatch(event: APIGatewayProxyEventV2): number | undefined {
  const header = event.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})(?:\.[\w-]+)?"$/.exec(header)?.[1];
  if (version === undefined)
    throw new Problem(400, 'Bad Request', `If-Match: ${header.slice(0, 40)} is not an ETag of this API, as in "3".`);
  return Number(version);
}
