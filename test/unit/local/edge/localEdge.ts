import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { CloudContext } from '../../../../local/context.ts';
import { createEdge, type Edge } from '../../../../local/edge.ts';
import { createIam, type Iam } from '../../../../local/identity/iam.ts';
import { createMessaging } from '../../../../local/messaging/messaging.ts';
import type { Provisioned, ResourceProvider } from '../../../../local/resources/provider.ts';
import type { AwsService } from '../../../../local/service.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';

export const account = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

export const temporaryFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'fieldline-local-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** A context with state in memory and a log that keeps its lines. */
export function testContext(overrides: Partial<CloudContext> = {}): CloudContext & { readonly logged: string[] } {
  const logged: string[] = [];
  const log = (message: string, fields?: Record<string, unknown>) =>
    logged.push(`${message} ${JSON.stringify(fields)}`);
  return {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: 'http://127.0.0.1:0',
    stateDir: tmpdir(),
    store: openStateStore(':memory:'),
    log: { info: log, warn: log, error: log },
    logged,
    ...overrides,
  };
}

/** Nothing is committed until the test lets it be. */
export function holdCommits({ store }: CloudContext): { release(): void } {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const committed = jest.spyOn(store, 'committed').mockReturnValue(held);
  return {
    release() {
      committed.mockRestore();
      release();
    },
  };
}

/** Makes one resource, as a deployment does. */
export async function provision(
  providers: readonly ResourceProvider[],
  type: string,
  properties: Readonly<Record<string, unknown>>,
  { logicalId = 'Resource', assets = new Map<string, string>() } = {},
): Promise<Provisioned> {
  const provider = providers.find((candidate) => candidate.type === type);
  if (!provider) throw new Error(`There is no provider of ${type}.`);
  return provider.provision({
    stackName: 'Test',
    logicalId,
    type,
    properties,
    generatedName: `Test-${logicalId}-ABC`,
    assets,
  });
}

/** A role that Lambda may take, with these statements. */
export async function provisionRole(iam: Iam, name: string, statements: readonly object[]): Promise<string> {
  const { attributes } = await provision(iam.providers, 'AWS::IAM::Role', {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
    ...(statements.length > 0 && {
      Policies: [{ PolicyName: 'Inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    }),
  });
  return String(attributes['Arn']);
}

export interface LocalEdge {
  readonly context: ReturnType<typeof testContext>;
  readonly iam: Iam;
  readonly edge: Edge;
  readonly messaging: Awaited<ReturnType<typeof createMessaging>>;
  /** What an SDK client needs. */
  readonly client: { endpoint: string; region: string; credentials: typeof account; maxAttempts: number };
  close(): Promise<void>;
}

/** An edge on a free port, with SQS and S3 behind it. */
export async function startLocalEdge(
  options: {
    readonly stateFile?: string;
    readonly services?: (edge: Omit<LocalEdge, 'edge' | 'close'>) => AwsService[];
  } = {},
): Promise<LocalEdge> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const context = testContext({
    endpointUrl: endpoint,
    ...(options.stateFile && { store: openStateStore(options.stateFile) }),
  });
  const iam = createIam(context, account);
  const messaging = await createMessaging(context);
  const client = { endpoint, region: context.region, credentials: account, maxAttempts: 1 };
  const parts = { context, iam, messaging, client };
  const edge = createEdge(context, iam, [...messaging.services, ...(options.services?.(parts) ?? [])]);
  await edge.listen('127.0.0.1', port);
  return {
    ...parts,
    edge,
    async close() {
      await edge.close();
      messaging.close();
      context.store.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for a condition. @throws Error with the last value when it doesn't hold in time. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean = Boolean,
  milliseconds = 60_000,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`It did not happen in ${milliseconds} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
