import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { CloudContext } from '../context.ts';
import type { Faults } from '../faults/faults.ts';
import type { Iam } from '../identity/iam.ts';
import { resourceMatches } from '../policy/evaluate.ts';
import type { FunctionPort, QueuePort, StreamPort } from '../ports.ts';
import { NotHonoured, type ResolvedResource, type ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsService } from '../service.ts';
import { type AsyncInvocations, createAsyncInvocations } from './asyncInvocations.ts';
import type { EventSourceMapping } from './eventSourceMapping.ts';
import { eventSourceMappingProvider } from './eventSourceMappingProvider.ts';
import { openFunctionLog } from './functionLog.ts';
import { createFunctionPool, type FunctionPool } from './functionPool.ts';
import { functionConfiguration } from './functionResource.ts';
import { invokeApi } from './invokeApi.ts';

/** Synchronous invocations carry at most 6 MB (AWS: "Lambda quotas"). */
const payloadLimit = 6 * 1024 * 1024;

export interface Lambda {
  readonly service: AwsService;
  readonly providers: readonly ResourceProvider[];
  readonly functions: FunctionPort;
  readonly invocations: AsyncInvocations;
  /** Starts event source mappings and asynchronous invocations; before it no function runs by itself. */
  listen(): void;
  close(): Promise<void>;
}

interface Grant {
  readonly principal: string;
  readonly sourceArn: string | undefined;
}

/** Environments of a function whose invocations wait, as for somebody's answer: each is some 30 MB of memory. */
const mostWaiting = 16;

/**
 * Lambda of the local cloud. `concurrency` caps how many environments of one function are at work at once; AWS would give a thousand,
 * a machine with two cores gains nothing from more than a few.
 */
export function createLambda(
  context: CloudContext,
  dependencies: {
    readonly iam: Iam;
    readonly queues: QueuePort;
    readonly streams?: StreamPort;
    readonly concurrency?: number;
    readonly faults?: Pick<Faults, 'any' | 'killAfter'>;
  },
): Lambda {
  const limit = dependencies.concurrency ?? Math.max(2, availableParallelism());
  const pools = new Map<string, FunctionPool>();
  const grants = new Map<string, Grant[]>();
  const mappings: EventSourceMapping[] = [];
  const logs: Array<{ close(): void }> = [];

  const poolOf = (arn: string): FunctionPool => {
    const pool =
      pools.get(unqualified(arn)) ?? [...pools.values()].find(({ configuration }) => configuration.name === arn);
    if (!pool) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    return pool;
  };

  const functions: FunctionPort = {
    async invoke(arn, event) {
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > payloadLimit) {
        throw new AwsError(
          'RequestTooLargeException',
          `${Buffer.byteLength(payload)} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimit} bytes)`,
          413,
        );
      }
      const result = await poolOf(arn).invoke(payload);
      if (result.functionError) {
        context.log.warn(`function ${poolOf(arn).configuration.name} failed`, {
          error: (result.payload as { errorMessage?: string }).errorMessage,
        });
      }
      return result;
    },
    isInvocableBy: (arn, principal, sourceArn) =>
      (grants.get(unqualified(arn)) ?? []).some(
        ({ principal: granted, sourceArn: source }) =>
          granted === principal && (source === undefined || resourceMatches(source, sourceArn)),
      ),
  };

  const provisionFunction = (resource: ResolvedResource) => {
    const configuration = functionConfiguration(resource, context);
    if (!dependencies.iam.trusts(configuration.roleArn, 'lambda.amazonaws.com')) {
      throw new NotHonoured('Role', 'The role defined for the function cannot be assumed by Lambda.');
    }
    const log = openFunctionLog(join(dirname(context.stateDir), 'logs', `${configuration.name}.log`));
    logs.push(log);
    pools.set(
      configuration.arn,
      createFunctionPool(configuration, {
        limit: Math.min(configuration.reservedConcurrency ?? limit, limit),
        most: Math.min(configuration.reservedConcurrency ?? mostWaiting, mostWaiting),
        write: log.write,
        variables: () => runtimeVariables(configuration, context, dependencies.iam),
        faults: dependencies.faults,
      }),
    );
    return { ref: configuration.name, attributes: { Arn: configuration.arn } };
  };

  const invocations = createAsyncInvocations(context, functions);

  return {
    functions,
    invocations,
    service: invokeApi(poolOf, functions, invocations),
    providers: [
      functionProvider(provisionFunction),
      permissionProvider(grants),
      eventSourceMappingProvider({ ...dependencies, functions, mappings, poolOf, context, limit }),
    ],
    listen() {
      for (const mapping of mappings) mapping.start();
      invocations.listen();
    },
    async close() {
      invocations.close();
      await Promise.all(mappings.map((mapping) => mapping.stop()));
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      for (const log of logs) log.close();
    },
  };
}

function functionProvider(provision: ResourceProvider['provision']): ResourceProvider {
  return {
    type: 'AWS::Lambda::Function',
    honoured: [
      'FunctionName',
      'Code.S3Bucket',
      'Code.S3Key',
      'Handler',
      'Role',
      'Runtime',
      'Timeout',
      'MemorySize',
      'Environment.Variables',
      'ReservedConcurrentExecutions',
      'LoggingConfig.LogGroup',
    ],
    noEffect: {
      Architectures: 'JavaScript runs the same on every processor',
      Description: 'text for people',
      Tags: 'nothing reads them',
      'TracingConfig.Mode': 'no X-Ray here: requests carry an unsampled trace header',
      'LoggingConfig.LogFormat': 'logs go to files as the function writes them',
      'LoggingConfig.ApplicationLogLevel': 'logs go to files as the function writes them',
      'LoggingConfig.SystemLogLevel': 'logs go to files as the function writes them',
    },
    provision,
  };
}

function permissionProvider(grants: Map<string, Grant[]>): ResourceProvider {
  return {
    type: 'AWS::Lambda::Permission',
    honoured: ['Action', 'FunctionName', 'Principal', 'SourceArn'],
    noEffect: {},
    provision({ properties, generatedName }) {
      if (properties['Action'] !== 'lambda:InvokeFunction')
        throw new NotHonoured('Action', 'only lambda:InvokeFunction is honoured');
      const arn = unqualified(String(properties['FunctionName']));
      const grant = {
        principal: String(properties['Principal']),
        sourceArn: properties['SourceArn'] as string | undefined,
      };
      grants.set(arn, [...(grants.get(arn) ?? []), grant]);
      return { ref: generatedName, attributes: {} };
    },
  };
}

/** The environment that Lambda gives a function, and nothing of the host's own (AWS: "Defined runtime environment variables"). */
function runtimeVariables(
  configuration: FunctionPool['configuration'],
  context: CloudContext,
  iam: Iam,
): Record<string, string> {
  const credentials = iam.assumeRole(configuration.roleArn, configuration.name);
  return {
    ...configuration.environment,
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    AWS_ENDPOINT_URL: context.endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
    LAMBDA_TASK_ROOT: configuration.codeDirectory,
    _HANDLER: configuration.handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    // As in Lambda, a folder that isn't there: the SDK must not read the developer's ~/.aws.
    HOME: '/home/sbx_user1051',
  };
}

function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
