import type { AwsRequest, AwsResponse, AwsService, Permission } from '../../service.ts';
import { AwsError, restJsonError } from '../../service.ts';
import { invalid } from '../registry/registryErrors.ts';

export interface Call {
  readonly request: AwsRequest;
  readonly query: URLSearchParams;
  /** Path parameters in order, decoded. */
  readonly parameters: readonly string[];
  /** The JSON of the body; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly action: string;
  /** What the IAM action is about; `*` where it takes no resource. */
  readonly resource: (call: Pick<Call, 'parameters' | 'request'>) => string;
  readonly handle: (call: Call) => unknown;
}

/**
 * One operation of a REST JSON API.
 * @param path as the API reference writes it: `PUT /things/{thingName}/principals`; `{name+}` takes slashes, too
 */
export function route(
  path: string,
  action: string,
  handle: Route['handle'],
  resource: Route['resource'] = () => '*',
): Route {
  const [method = '', template = ''] = path.split(' ');
  const source = template.replace(/\{\w+\+\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)');
  return { method, pattern: new RegExp(`^${source}$`), action, resource, handle };
}

/** A service made of routes. What no route takes is refused by name. */
export function restService(signingNames: readonly string[], routes: readonly Route[], parseBody = true): AwsService {
  const find = (request: Pick<AwsRequest, 'method' | 'path'>) => {
    for (const candidate of routes) {
      const match = candidate.method === request.method ? candidate.pattern.exec(request.path) : null;
      if (match) return { found: candidate, parameters: match.slice(1).map(decodeURIComponent) };
    }
    throw new AwsError(
      'UnknownOperationException',
      `${signingNames[0]}: ${request.method} ${request.path} is not honoured by the local cloud.`,
      404,
    );
  };
  return {
    signingNames,
    permissions(request): Permission[] {
      const { found, parameters } = find(request);
      return [{ action: `iot:${found.action}`, resource: found.resource({ parameters, request }) }];
    },
    async handle(request): Promise<AwsResponse> {
      const { found, parameters } = find(request);
      const body = parseBody ? jsonBody(request.body) : {};
      const answer = await found.handle({ request, query: request.query, parameters, body });
      const headers = { 'content-type': 'application/json' };
      return { status: 200, headers, body: JSON.stringify(answer ?? {}) };
    },
    error: restJsonError,
  };
}

export function jsonBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const parsed = JSON.parse(body.toString()) as unknown;
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Said below, as for JSON of another kind.
  }
  throw invalid('The body is not a JSON object.');
}

export const flag = (query: URLSearchParams, name: string) => query.get(name) === 'true';
export const seconds = (milliseconds: number) => milliseconds / 1000;

/** An integer of the query, or undefined. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw invalid(`${name} must be a whole number, not '${text}'.`);
  return Number(text);
}

const token = {
  names: ['nextToken', 'marker'],
  sizes: ['maxResults', 'pageSize'],
} as const;

/**
 * One page of a list. The token names the last item of the page before, so a page holds what it should even when items before it
 * have gone meanwhile.
 * @param keyOf what the list is sorted by
 */
export function page<Item>(
  query: URLSearchParams,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  most = 250,
): { items: readonly Item[]; nextToken: string | undefined } {
  const size = token.sizes.map((name) => integer(query, name)).find((value) => value !== undefined) ?? most;
  if (size < 1 || size > most) throw invalid(`A page has 1 to ${most} items, not ${size}.`);
  const after = token.names.map((name) => query.get(name)).find((value) => value !== null);
  const from = after ? startAfter(items.map(keyOf), after) : 0;
  const shown = items.slice(from, from + size);
  const last = shown.at(-1);
  const more = from + size < items.length && last !== undefined;
  return {
    items: shown,
    nextToken: more ? Buffer.from(JSON.stringify([from + size, keyOf(last)])).toString('base64url') : undefined,
  };
}

function startAfter(keys: readonly string[], given: string): number {
  try {
    const [position, key] = JSON.parse(Buffer.from(given, 'base64url').toString()) as [number, string];
    if (!Number.isInteger(position) || typeof key !== 'string') throw new Error('of another list');
    const index = keys.lastIndexOf(key, position);
    if (index >= 0) return index + 1;
    // The item itself has gone: whatever is sorted behind it comes next.
    const behind = keys.findIndex((each) => each > key);
    return behind >= 0 ? behind : keys.length;
  } catch {
    throw invalid('The token for the next page is not one of this list.');
  }
}
