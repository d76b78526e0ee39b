import type { SignedRequest } from '../edge.ts';
import { NotHonoured } from '../resources/provider.ts';

/** Where an authorizer looks for who asks (AWS: "CreateAuthorizer", identitySource). */
export interface IdentitySource {
  readonly from: 'header' | 'querystring' | 'context';
  readonly name: string;
}

/** Context variables that are known before a route is authorized. */
const contextVariables = {
  HTTP: ['apiId', 'domainName', 'httpMethod', 'identity.sourceIp', 'path', 'routeKey', 'stage'],
  WEBSOCKET: ['apiId', 'domainName', 'identity.sourceIp', 'routeKey', 'stage'],
} as const;

/** @throws NotHonoured for a source that isn't one, or that has nothing to read here: stages have no variables. */
export function readIdentitySource(protocol: 'HTTP' | 'WEBSOCKET', expression: string): IdentitySource {
  const form =
    protocol === 'HTTP'
      ? /^\$(?:request\.(header|querystring)|(context))\.(.+)$/
      : /^(?:route\.request\.(header|querystring)|(context))\.(.+)$/;
  const [, request, context, name = ''] = form.exec(expression) ?? [];
  const from = (request ?? context) as IdentitySource['from'] | undefined;
  if (!from || (from === 'context' && !contextVariables[protocol].some((known) => known === name)))
    throw new NotHonoured('IdentitySource', `${expression} is not honoured`);
  return { from, name };
}

/** The values in order; undefined when one of them is missing or empty. */
export function identityOf(
  sources: readonly IdentitySource[],
  request: SignedRequest,
  context: Readonly<Record<string, string>>,
): string[] | undefined {
  const values = sources.map(({ from, name }) =>
    from === 'header'
      ? request.headers[name.toLowerCase()]
      : from === 'querystring'
        ? request.query.get(name)
        : context[name],
  );
  return values.every((value) => typeof value === 'string' && value !== '') ? (values as string[]) : undefined;
}
