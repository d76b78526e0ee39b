import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import type { authorize, Granted, requireSession } from '../access/authorize.ts';
import { type Caller, readCaller } from '../access/caller.ts';
import { logger, publishMetrics } from '../observe.ts';
import { newId } from '../ulid.ts';
import type { MadeId, onceByKey, reserveId } from './idempotency.ts';
import { type Access, type Operation, type Operations, routeKeyOf } from './operation.ts';
import { badRequest, forbidden, Problem } from './problem.ts';
import type { limitRate } from './rateLimit.ts';
import { type Parts, readParts } from './request.ts';
import { type Reply, readIfMatch, respond, respondProblem } from './respond.ts';

/** What an operation's handler is given: all checked. */
export interface Request<Op extends Operation> {
  readonly params: Op extends { params: infer Schema extends z.ZodType } ? z.output<Schema> : Record<never, never>;
  readonly query: Op extends { query: infer Schema extends z.ZodType } ? z.output<Schema> : Record<never, never>;
  readonly body: Op extends { body: infer Schema extends z.ZodType } ? z.output<Schema> : undefined;
  readonly access: AccessOf<Op['access']>;
  /** The version that If-Match demands, of an operation on what has versions. */
  readonly ifMatch: number | undefined;
  /** An id for what the request makes: with an Idempotency-Key the same for each of its tries. */
  readonly makeId: () => Promise<MadeId>;
  readonly event: APIGatewayProxyEventV2;
  readonly operationId: string;
}

type AccessOf<Rule extends Access> = Rule extends { of: 'device'; reach: true }
  ? Granted & Required<Pick<Granted, 'device' | 'reach'>>
  : Rule extends { of: 'device' }
    ? Granted & Required<Pick<Granted, 'device'>>
    : Rule extends { of: 'room' }
      ? Granted & Required<Pick<Granted, 'room'>>
      : Rule extends { of: 'message' }
        ? Granted & Required<Pick<Granted, 'message'>>
        : Rule extends { of: 'application' }
          ? Granted
          : Rule extends 'signedIn' | 'platformAdmin'
            ? { readonly caller: Caller }
            : undefined;

type ContentOf<Op extends Operation> = Op['answer'] extends { content: infer Content extends Record<string, z.ZodType> }
  ? { [Type in keyof Content]: ContentReply<Type, z.input<Content[Type]>> }[keyof Content]
  : { readonly body?: undefined };

type ContentReply<Type, Body> = Type extends 'application/json'
  ? { readonly body: Body; readonly type?: Type }
  : { readonly body: Body | Buffer; readonly type: Type };

type Answer<Op extends Operation> = ContentOf<Op> & Pick<Reply, 'etag' | 'headers'> & { readonly status?: number };

export type Handlers<Ops extends Operations> = {
  readonly [Id in keyof Ops]: (request: Request<Ops[Id]>) => Promise<Answer<Ops[Id]>>;
};

export interface HttpApiDependencies {
  readonly authorize: ReturnType<typeof authorize>;
  readonly requireSession: ReturnType<typeof requireSession>;
  readonly limitRate: ReturnType<typeof limitRate>;
  readonly onceByKey: ReturnType<typeof onceByKey>;
  readonly reserveId: ReturnType<typeof reserveId>;
}

/**
 * The function behind a feature's operations: finds the operation by its route, checks the request against what it declares
 * (caller, rate, parts, permission, Idempotency-Key, If-Match), and answers. Errors are problem+json.
 */
export function httpApi<Ops extends Operations>(
  operations: Ops,
  handlers: Handlers<Ops>,
  dependencies: HttpApiDependencies,
) {
  const byRoute = new Map(Object.entries(operations).map(([id, declared]) => [routeKeyOf(declared), { id, declared }]));
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .after(() => {
      publishMetrics();
    })
    .onError((request) => {
      request.response = respondProblem(request.error);
      publishMetrics();
    })
    .handler(async (event, context) => {
      const found = byRoute.get(event.routeKey);
      if (found === undefined) throw new Problem(404, 'Not Found', `There is no ${event.routeKey}.`);
      const handle = handlers[found.id] as (request: unknown) => Promise<Omit<Reply, 'status'> & { status?: number }>;
      const reply = await answer(found, handle, dependencies, event, context);
      return respond(event, { ...reply, status: reply.status ?? found.declared.answer.status });
    });
}

async function answer(
  { id, declared }: { readonly id: string; readonly declared: Operation },
  handle: (request: unknown) => Promise<Omit<Reply, 'status'> & { status?: number }>,
  { authorize, requireSession, limitRate, onceByKey, reserveId }: HttpApiDependencies,
  event: APIGatewayProxyEventV2,
  context: Context,
) {
  const caller = needsCaller(declared.access) ? readCaller(event) : undefined;
  // Devices are counted by their keys, which their handler verifies: many may share an address.
  if (declared.access !== 'apiKey') await limitRate(caller?.userId ?? `ip:${event.requestContext.http.sourceIp}`);
  const parts = readParts(declared, event);
  const access = caller === undefined ? undefined : await grant(declared.access, caller, parts);
  // Nobody's answer is repeated to who has not proved to be the same.
  const given =
    declared.method === 'POST' && declared.access !== 'apiKey' ? readIdempotencyKey(declared, event) : undefined;
  const key = given && `${caller?.userId ?? 'anybody'} ${event.requestContext.http.path} ${given}`;
  const request = {
    ...parts,
    access,
    ifMatch: declared.versioned ? readIfMatch(event) : undefined,
    makeId: async () => (key === undefined ? { id: newId(), isRepeated: false } : reserveId(key)),
    event,
    operationId: id,
  };
  if (key === undefined) return handle(request);
  return onceByKey({ key, body: parts.body }, context, () => handle(request));

  async function grant(rule: Access, who: Caller, { params, query, body }: Parts) {
    if (typeof rule === 'object') {
      const named = { ...inBody(body), ...query, ...params };
      return authorize(rule, who, {
        applicationId: text(named['applicationId']),
        deviceId: text(params['deviceId'] ?? params['gatewayId']),
        roomId: text(params['roomId']),
        message: text(params['id']),
      });
    }
    await requireSession(who);
    if (rule === 'platformAdmin' && !who.isPlatformAdmin) throw forbidden('Only admins of the platform may do this.');
    return { caller: who };
  }
}

const needsCaller = (rule: Access) => rule !== 'public' && rule !== 'apiKey';
const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const inBody = (body: unknown) =>
  typeof body === 'object' && body !== null && 'applicationId' in body ? { applicationId: body.applicationId } : {};

/** @throws Problem 400 */
function readIdempotencyKey({ answersSecret }: Operation, event: APIGatewayProxyEventV2): string | undefined {
  const key = event.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (answersSecret)
    throw badRequest([
      {
        in: 'header',
        field: 'Idempotency-Key',
        detail: 'is not taken here: the answer is a secret, which is not kept',
      },
    ]);
  if (!/^[\x21-\x7e]{1,128}$/.test(key))
    throw badRequest([
      { in: 'header', field: 'Idempotency-Key', detail: 'must be 1 to 128 printable ASCII characters, as in a UUID' },
    ]);
  return key;
}
