import type { FunctionPort, InvokeResult } from '../ports.ts';
import { AwsError, type AwsRequest, type AwsService, restJsonError } from '../service.ts';
import type { AsyncInvocations } from './asyncInvocations.ts';
import type { FunctionPool } from './functionPool.ts';

/** The API of Lambda: Invoke. */
export function invokeApi(
  poolOf: (arn: string) => FunctionPool,
  functions: FunctionPort,
  invocations: Pick<AsyncInvocations, 'invoke'>,
): AwsService {
  const route = (request: AwsRequest) => {
    const match = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path);
    if (!match || request.method !== 'POST') {
      throw new AwsError(
        'UnknownOperationException',
        `lambda: ${request.method} ${request.path} is not honoured; Invoke is.`,
        404,
      );
    }
    return decodeURIComponent(match[1] ?? '');
  };
  const invokeAndReport = (result: InvokeResult) => ({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(result.functionError && { 'x-amz-function-error': result.functionError }),
    },
    body: JSON.stringify(result.payload),
  });
  return {
    signingNames: ['lambda'],
    permissions: (request) => [{ action: 'lambda:InvokeFunction', resource: poolOf(route(request)).configuration.arn }],
    async handle(request) {
      const { configuration } = poolOf(route(request));
      const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type === 'DryRun') return { status: 204 };
      const event = parseEvent(request.body);
      if (type === 'RequestResponse') return invokeAndReport(await functions.invoke(configuration.arn, event));
      if (type !== 'Event')
        throw new AwsError('InvalidParameterValueException', `lambda: InvocationType ${type} is not honoured.`, 400);
      invocations.invoke(configuration.arn, event);
      return { status: 202 };
    },
    error: restJsonError,
  };
}

function parseEvent(body: Buffer): unknown {
  try {
    return body.length > 0 ? JSON.parse(body.toString()) : {};
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
      400,
    );
  }
}
