import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { type Mount, readBody } from '../edge.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, jsonError } from '../service.ts';
import { cognitoProviders } from './cognitoProviders.ts';
import { openPoolCatalog } from './poolCatalog.ts';
import { createSignIn, publicInputs, signInInputs } from './signIn.ts';
import { createTokens } from './tokens.ts';
import { createUserOperations, userInputs } from './users.ts';

const target = 'AWSCognitoIdentityProviderService.';
const wellKnown = /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;
const anyOrigin = { 'access-control-allow-origin': '*' };

/** Cognito user pools. */
export function createCognito(context: CloudContext): {
  readonly service: AwsService;
  readonly providers: readonly ResourceProvider[];
  /** What nobody signs: sign-in, and the pools' public keys at `/<pool id>/.well-known/…`. */
  readonly mount: Mount;
} {
  const catalog = openPoolCatalog(context);
  const tokens = createTokens(catalog);
  const inputs = new Map<string, z.ZodType>(Object.entries({ ...userInputs, ...signInInputs, ...publicInputs }));
  const operations = {
    ...createUserOperations(catalog, context.log),
    ...createSignIn(catalog, tokens),
  } as unknown as Record<string, (input: unknown) => unknown>;

  const parse = (operation: string, body: Buffer): unknown => {
    const input = inputs.get(operation);
    if (!input)
      throw new AwsError('UnknownOperationException', `cognito-idp: ${operation} is not honoured by the local cloud.`);
    const parsed = input.safeParse(readJson(body));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new AwsError(
      'InvalidParameterException',
      `1 validation error detected: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}; what AWS knows beyond this is not honoured by the local cloud.`,
    );
  };
  const run = async (operation: string, body: Buffer): Promise<AwsResponse> => {
    const input = parse(operation, body);
    const answer = await operations[operation]?.(input);
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(answer) };
  };

  const answerUnsigned = async (request: IncomingMessage): Promise<AwsResponse> => {
    const [, pool = '', document] = wellKnown.exec(request.url ?? '') ?? [];
    if (document) return describePool(pool, document);
    try {
      const response = await run(operationOf(request), await readBody(request));
      await context.store.committed();
      return response;
    } catch (error) {
      if (error instanceof AwsError) return jsonError(error);
      context.log.error('cognito-idp', { error: error instanceof Error ? error.stack : String(error) });
      return jsonError(new AwsError('InternalErrorException', `The local cloud failed: ${String(error)}`, 500));
    }
  };

  const describePool = (pool: string, document: string): AwsResponse => {
    const keys = tokens.publicKeys(pool);
    const headers = { 'content-type': 'application/json' };
    if (!keys) return { status: 400, headers, body: JSON.stringify({ message: `User pool ${pool} does not exist.` }) };
    const issuer = catalog.issuer(pool);
    const configuration = {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
    };
    return { status: 200, headers, body: JSON.stringify(document === 'jwks.json' ? keys : configuration) };
  };

  return {
    service: {
      signingNames: ['cognito-idp'],
      permissions({ operation = '', body }: AwsRequest) {
        // AWS doesn't ask IAM about what works without a signature.
        if (isPublic(operation)) return [];
        const { UserPoolId } = parse(operation, body) as { UserPoolId: string };
        return [{ action: `cognito-idp:${operation}`, resource: catalog.arn(UserPoolId) }];
      },
      handle: ({ operation = '', body }) => run(operation, body),
      error: jsonError,
    },
    providers: cognitoProviders(context, catalog),
    mount: {
      owns: (request) =>
        (request.method === 'GET' && wellKnown.test(request.url ?? '')) ||
        isPreflight(request) ||
        (request.headers.authorization === undefined && isUnsigned(operationOf(request))),
      request(request, response) {
        if (isPreflight(request)) preflight(response);
        else
          void answerUnsigned(request).then(({ status, headers, body }) =>
            response.writeHead(status, { ...headers, ...anyOrigin }).end(body),
          );
      },
    },
  };
}

/** Whether nobody need sign it: what isn't known is refused by name, as SignUp is. */
const isUnsigned = (operation: string) =>
  operation !== '' && !Object.hasOwn(userInputs, operation) && !Object.hasOwn(signInInputs, operation);

const isPublic = (operation: string) => Object.hasOwn(publicInputs, operation);

function operationOf({ headers }: IncomingMessage): string {
  const name = String(headers['x-amz-target'] ?? '');
  return name.startsWith(target) ? name.slice(target.length) : '';
}

/** Browsers call Cognito themselves, and of the services here only Cognito. */
const isPreflight = ({ method, url, headers }: IncomingMessage) =>
  method === 'OPTIONS' && url === '/' && /\bx-amz-target\b/i.test(headers['access-control-request-headers'] ?? '');

function preflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      ...anyOrigin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers':
        'content-type,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request',
    })
    .end();
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request is no JSON.');
  }
}
