import { statSync } from 'node:fs';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResolvedResource } from '../resources/provider.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Variables that a function may not set itself, and how many bytes all of its own may have (AWS: "Working with Lambda environment variables"). */
const reservedVariables = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];
const variableBytes = 4096;

/** Reads AWS::Lambda::Function. @throws NotHonoured for a runtime or code that can't run here. */
export function functionConfiguration(resource: ResolvedResource, context: CloudContext): FunctionConfiguration {
  const { properties } = resource;
  const runtime = String(properties['Runtime']);
  if (!/^nodejs(20|22|24)\.x$/.test(runtime))
    throw new NotHonoured('Runtime', `${runtime} is not a Node.js runtime that runs here`);
  const name = String(properties['FunctionName'] ?? resource.generatedName.slice(0, 64));
  const logging = (properties['LoggingConfig'] ?? {}) as { LogGroup?: string };
  return {
    name,
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
    runtime,
    codeDirectory: codeDirectory(resource),
    handler: String(properties['Handler']),
    roleArn: String(properties['Role']),
    environment: environmentVariables(properties['Environment']),
    memoryMegabytes: Number(properties['MemorySize'] ?? 128),
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    reservedConcurrency: properties['ReservedConcurrentExecutions'] as number | undefined,
    logGroup: logging.LogGroup ?? `/aws/lambda/${name}`,
  };
}

function codeDirectory({ properties, assets }: ResolvedResource): string {
  const { S3Key: key } = (properties['Code'] ?? {}) as { S3Key?: string };
  const path = key === undefined ? undefined : assets.get(key);
  if (path === undefined) throw new NotHonoured('Code', 'the code must be an asset of this assembly');
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new NotHonoured('Code', `the asset ${path} is not a folder; was the function bundled?`);
  }
  return path;
}

function environmentVariables(environment: unknown): Record<string, string> {
  const given = Object.entries((environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {});
  const reserved = given.map(([name]) => name).find((name) => reservedVariables.includes(name));
  if (reserved !== undefined) throw new NotHonoured('Environment.Variables', `${reserved} is set by Lambda itself`);
  const variables = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > variableBytes)
    throw new NotHonoured('Environment.Variables', `they have ${bytes} bytes, and Lambda takes ${variableBytes}`);
  return variables;
}
