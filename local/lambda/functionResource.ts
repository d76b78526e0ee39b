import { statSync } from 'node:fs';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResolvedResource } from '../resources/provider.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Reads AWS::Lambda::Function. @throws NotHonoured for a runtime or code that can't run here. */
export function functionConfiguration(resource: ResolvedResource, context: CloudContext): FunctionConfiguration {
  const { properties } = resource;
  const runtime = String(properties['Runtime']);
  if (!/^nodejs(20|22|24)\.x$/.test(runtime)) throw new NotHonoured('Runtime', `${runtime} is not a Node.js runtime that runs here`);
  const name = String(properties['FunctionName'] ?? resource.generatedName.slice(0, 64));
  const logging = (properties['LoggingConfig'] ?? {}) as { LogGroup?: string };
  const environment = (properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
  return {
    name,
    arn: `arn:aws:lambda:${context.region}:${context.accountId}:function:${name}`,
    codeDirectory: codeDirectory(resource),
    handler: String(properties['Handler']),
    roleArn: String(properties['Role']),
    environment: Object.fromEntries(Object.entries(environment.Variables ?? {}).map(([key, value]) => [key, String(value)])),
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
