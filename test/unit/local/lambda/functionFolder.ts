import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecutionEnvironment, startEnvironment } from '../../../../local/lambda/executionEnvironment.ts';
import type { FunctionConfiguration } from '../../../../local/lambda/functionConfiguration.ts';
import { temporaryFolder } from '../edge/localEdge.ts';

/** Functions in temporary folders, and the environments that run them. */
export function functionFolders() {
  const folders: Array<{ remove(): void }> = [];
  const environments: ExecutionEnvironment[] = [];

  const write = (files: Readonly<Record<string, string>>): string => {
    const folder = temporaryFolder();
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
    return folder.path;
  };

  const configure = (
    code: string | Readonly<Record<string, string>>,
    overrides: Partial<FunctionConfiguration> = {},
  ): FunctionConfiguration => ({
    name: 'under-test',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:under-test',
    runtime: 'nodejs24.x',
    codeDirectory: write(typeof code === 'string' ? { 'index.mjs': code } : code),
    handler: 'index.handler',
    roleArn: 'arn:aws:iam::000000000000:role/under-test',
    environment: {},
    memoryMegabytes: 128,
    timeoutSeconds: 5,
    reservedConcurrency: undefined,
    logGroup: '/aws/lambda/under-test',
    ...overrides,
  });

  const start = (configuration: FunctionConfiguration, variables: Readonly<Record<string, string>> = {}) => {
    let log = '';
    const environment = startEnvironment({
      configuration,
      variables,
      write: (text) => {
        log += text;
      },
    });
    environments.push(environment);
    return {
      environment,
      log: () => log,
      invoke: (event: unknown = {}) => environment.invoke(JSON.stringify(event)),
    };
  };

  return {
    write,
    configure,
    start,
    run: (code: string | Readonly<Record<string, string>>, overrides: Partial<FunctionConfiguration> = {}) =>
      start(configure(code, overrides)),
    async close() {
      await Promise.all(environments.map((environment) => environment.close()));
      for (const folder of folders) folder.remove();
    },
  };
}
