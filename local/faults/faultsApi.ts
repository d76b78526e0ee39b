import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Mount, readBody } from '../edge.ts';
import { faultOrderFor } from './faultOrder.ts';
import type { Faults } from './faults.ts';

export const faultsPath = '/_local/faults';

/** Orders of faults: GET lists, POST orders one (JSON), DELETE clears all, or one by `/_local/faults/<id>`. */
export function faultsApi(faults: Faults, services: readonly string[]): Mount {
  const schema = faultOrderFor(services);

  const answer = async (request: IncomingMessage): Promise<[number, unknown]> => {
    const id = request.url?.slice(faultsPath.length + 1);
    if (request.method === 'GET' && !id) return [200, { faults: faults.list() }];
    if (request.method === 'DELETE') {
      const cleared = faults.clear(id ? Number(id) : undefined);
      return id && cleared === 0 ? [404, { error: `There is no fault ${id}.` }] : [200, { cleared }];
    }
    if (request.method !== 'POST' || id)
      return [405, { error: 'GET, POST or DELETE; see `npm run faults -- --help`.' }];
    // A web page can't send this type to another origin unasked.
    if (!request.headers['content-type']?.startsWith('application/json'))
      return [415, { error: 'The content type must be application/json.' }];
    const order = schema.safeParse(parseJson((await readBody(request)).toString()));
    return order.success ? [201, faults.order(order.data)] : [400, { error: z.prettifyError(order.error) }];
  };

  return {
    request(request, response) {
      answer(request)
        .catch((error: unknown): [number, unknown] => [500, { error: String(error) }])
        .then(([status, body]) => sendJson(response, status, body));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
