import type { CloudContext } from '../context.ts';
import type { SignedRequest } from '../edge.ts';
import { evaluate } from '../policy/evaluate.ts';
import { parsePolicy, type Statement } from '../policy/policyDocument.ts';
import type { FunctionPort } from '../ports.ts';
import { identityOf } from './identitySource.ts';
import type { ApiModel, LambdaAuthorizerModel } from './model.ts';
import { withTimeout } from './withTimeout.ts';

/** AWS: "Quotas for configuring and running an HTTP API in API Gateway" and its page on REST APIs. */
const timeoutMilliseconds = 10_000;

export interface Asking {
  readonly api: ApiModel;
  readonly authorizer: LambdaAuthorizerModel;
  readonly request: SignedRequest;
  /** Context variables that identity sources may name. */
  readonly variables: Readonly<Record<string, string>>;
  /** ARN of what is asked for: a route of an HTTP API, or $connect. */
  readonly resource: string;
  /** The event for the function, given the values of the identity sources. */
  event(identity: readonly string[]): unknown;
}

/** What the authorizer hands on, or why it lets nobody through. */
export type Answer =
  | { readonly refused: 'unauthorized' | 'forbidden' | 'failed' }
  | { readonly refused?: undefined; readonly principalId: unknown; readonly context: Record<string, unknown> | null };

/** What a function said: good for every route, or a policy that each request is held against. */
interface Verdict {
  readonly allows: boolean | readonly Statement[];
  readonly principalId: unknown;
  readonly context: Record<string, unknown> | null;
}

/** Lambda authorizers of both kinds of API. HTTP APIs keep verdicts by authorizer and identity, for as long as it says. */
export function createLambdaAuthorizers({ region, accountId, log }: CloudContext, functions: FunctionPort) {
  const cache = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  const remember = (key: string, verdict: Verdict, ttlMilliseconds: number) => {
    const now = Date.now();
    for (const [old, { until }] of cache) if (until <= now) cache.delete(old);
    cache.set(key, { verdict, until: now + ttlMilliseconds });
  };

  const ask = async ({ api, authorizer, event }: Asking, identity: readonly string[]): Promise<Verdict> => {
    const source = `arn:aws:execute-api:${region}:${accountId}:${api.apiId}/authorizers/${authorizer.id}`;
    if (!functions.isInvocableBy(authorizer.functionArn, 'apigateway.amazonaws.com', source))
      throw new Error(`no AWS::Lambda::Permission lets API Gateway invoke ${authorizer.functionArn}`);
    const result = await withTimeout(functions.invoke(authorizer.functionArn, event(identity)), timeoutMilliseconds);
    if (result === 'timeout') throw new Error(`it took longer than ${timeoutMilliseconds} ms`);
    if (result.functionError) throw new Error(JSON.stringify(result.payload));
    return readVerdict(result.payload, authorizer.simpleResponses, api.protocol);
  };

  return async (asking: Asking): Promise<Answer> => {
    const { api, authorizer, request, variables, resource } = asking;
    const identity = identityOf(authorizer.identitySources, request, variables);
    if (!identity) return { refused: 'unauthorized' };
    const key = JSON.stringify([api.apiId, authorizer.id, identity]);
    const kept = cache.get(key);
    try {
      const verdict = kept && kept.until > Date.now() ? kept.verdict : await ask(asking, identity);
      if (verdict !== kept?.verdict && authorizer.ttlMilliseconds > 0)
        remember(key, verdict, authorizer.ttlMilliseconds);
      const { allows, principalId, context } = verdict;
      const allowed =
        typeof allows === 'boolean'
          ? allows
          : evaluate(allows, {
              action: 'execute-api:Invoke',
              resource,
              context: { 'aws:SourceIp': variables['identity.sourceIp'] ?? '' },
            }) === 'allowed';
      return allowed ? { principalId, context } : { refused: 'forbidden' };
    } catch (error) {
      log.error(`authorizer ${authorizer.id} of ${api.name}`, {
        error: error instanceof Error ? error.message : String(error),
      });
      return { refused: 'failed' };
    }
  };
}

/** @throws Error when the answer has neither form that the authorizer may use, or a context that API Gateway can't pass on. */
function readVerdict(payload: unknown, simpleResponses: boolean, protocol: ApiModel['protocol']): Verdict {
  const answer = (payload ?? {}) as Record<string, unknown>;
  const context = (answer['context'] ?? null) as Record<string, unknown> | null;
  if (context !== null && (typeof context !== 'object' || Array.isArray(context)))
    throw new Error('its context is not an object');
  const principalId = answer['principalId'];
  if (simpleResponses && typeof answer['isAuthorized'] === 'boolean')
    return { allows: answer['isAuthorized'], principalId: undefined, context };
  if (answer['policyDocument'] === undefined)
    throw new Error('it answered neither a policy nor, if it may, isAuthorized');
  if (protocol === 'HTTP') return { allows: parsePolicy(answer['policyDocument']), principalId, context };
  if (typeof principalId !== 'string') throw new Error('it answered no principalId');
  return { allows: parsePolicy(answer['policyDocument']), principalId, context: context && asTexts(context) };
}

/** WebSocket APIs pass texts, numbers and booleans on, as texts (AWS: "Output from an API Gateway Lambda authorizer"). */
function asTexts(context: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        throw new Error(`its context ${name} is no plain value`);
      return [name, String(value)];
    }),
  );
}
