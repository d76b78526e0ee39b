import { createHash } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { logger, publishMetrics } from './observe.ts';

/** An HTTP error as RFC 9457 wants it. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

export interface HttpAnswer {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The middleware of every function behind the HTTP API: JSON, ETag with If-None-Match, problem+json, log context. */
export function httpHandler(handle: (event: APIGatewayProxyEventV2) => Promise<HttpAnswer>) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .after(() => {
      publishMetrics();
    })
    .onError((request) => {
      request.response = problemResponse(request.error);
      publishMetrics();
    })
    .handler(async (event) => {
      const { status = 200, body, headers = {} } = await handle(event);
      const text = JSON.stringify(body);
      const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
      const caching = { etag, 'cache-control': 'private, no-cache' };
      if (status === 200 && matches(event.headers['if-none-match'], etag))
        return { statusCode: 304, headers: { ...caching, ...headers } };
      return {
        statusCode: status,
        headers: { 'content-type': 'application/json', ...caching, ...headers },
        body: text,
      };
    });
}

/** RFC 9110, "If-None-Match": compared weakly, for whoever compresses an answer on its way makes its tag a weak one. */
function matches(candidates: string | undefined, etag: string): boolean {
  return (candidates ?? '').split(',').some((candidate) => {
    const tag = candidate.trim().replace(/^W\//, '');
    return tag === etag || tag === '*';
  });
}

function problemResponse(error: unknown): APIGatewayProxyStructuredResultV2 {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(500, 'Internal Server Error', 'The request failed; the log says why.');
  if (problem !== error) logger.error('request failed', error as Error);
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: 'about:blank',
      title: problem.title,
      status: problem.status,
      detail: problem.message,
    }),
  };
}
