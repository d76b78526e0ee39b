import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createApiGateway, executeApiPrefix } from './apigateway/apigateway.ts';
import { readAssembly } from './assembly/assembly.ts';
import type { CloudContext, CloudLog } from './context.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEdge } from './edge.ts';
import { type Credentials, createIam } from './identity/iam.ts';
import { createIot } from './iot/iot.ts';
import { createLambda } from './lambda/lambda.ts';
import { createMessaging } from './messaging/messaging.ts';
import { checkAssembly, deployAssembly, type StackOutputs } from './resources/deploy.ts';
import type { ResourceProvider } from './resources/provider.ts';
import { providersWithoutEffect } from './resources/withoutEffect.ts';
import type { AwsService } from './service.ts';
import { openStateStore } from './storage/stateStore.ts';
import { createTimestream } from './timestream/timestream.ts';

export interface CloudOptions {
  /** A synthesized CDK assembly (cdk.out). */
  readonly assemblyDir: string;
  readonly stateDir: string;
  readonly host?: string;
  /** `https` stands for port 443 of the device endpoint; without it, `mqtt` takes WebSockets and HTTPS as well. */
  readonly ports: { readonly edge: number; readonly mqtt: number; readonly https?: number };
  readonly region?: string;
  readonly log: CloudLog;
  /** Most execution environments of one function at once. */
  readonly concurrency?: number;
  readonly progress?: (step: string) => void;
}

export interface Cloud {
  readonly outputs: StackOutputs;
  readonly endpointUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly mqtt: { readonly host: string; readonly port: number; readonly caFile: string };
  close(): Promise<void>;
}

/** A port that the local cloud needs is taken. */
export class PortTaken extends Error {
  readonly port: number;

  constructor(port: number, purpose: string) {
    super(`Port ${port} (${purpose}) is taken. Stop what listens there, or start with --port-offset N to add N to every port.`);
    this.name = 'PortTaken';
    this.port = port;
  }
}

const accountId = '000000000000';

/** Starts the local cloud: makes every resource of the assembly real, then opens the ports. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { host = '127.0.0.1', ports, log, progress = () => {} } = options;
  await checkPortFree(ports.edge, host, 'AWS endpoint');
  await checkPortFree(ports.mqtt, host, 'MQTT');
  if (ports.https !== undefined) await checkPortFree(ports.https, host, 'device endpoint, HTTPS');
  const stacks = readAssembly(options.assemblyDir);
  mkdirSync(options.stateDir, { recursive: true });
  const unlock = lock(options.stateDir);
  const store = openStateStore(join(options.stateDir, 'state.db'));
  const context: CloudContext = {
    partition: 'aws',
    region: options.region ?? 'us-east-1',
    accountId,
    endpointUrl: `http://127.0.0.1:${ports.edge}`,
    stateDir: options.stateDir,
    store,
    log,
  };
  const credentials = accountCredentials(options.stateDir);
  const closing: Array<() => void | Promise<void>> = [unlock, () => store.close()];
  const close = async () => {
    for (const step of closing.reverse()) await step();
  };

  try {
    progress('opening the state');
    const iam = createIam(context, credentials);
    const messaging = await createMessaging(context);
    closing.push(messaging.close);
    const dynamodb = createDynamoDb(context);
    closing.push(dynamodb.close);
    const timestream = await createTimestream(context);
    closing.push(timestream.close);
    const lambda = createLambda(context, { iam, queues: messaging.queues, ...(options.concurrency !== undefined && { concurrency: options.concurrency }) });
    const iot = await createIot(context, {
      queues: messaging.queues,
      access: iam,
      functions: lambda.functions,
      services: [...messaging.services, dynamodb.service, timestream.service],
      identify: (request) => edge.identify(request),
      host,
      mqttPort: ports.mqtt,
      httpsPort: ports.https,
    });
    const services: AwsService[] = [lambda.service, dynamodb.service, timestream.service, ...messaging.services, ...iot.services];
    const edge = createEdge(context, iam, services);
    const gateway = createApiGateway(context, { functions: lambda.functions, access: iam, identify: edge.identify });
    for (const service of gateway.services) edge.add(service);
    edge.mount(executeApiPrefix, gateway.mount);
    edge.mount('/_local/calls', {
      request(_request, response) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(edge.calls));
      },
    });

    progress('making the resources of the stacks');
    const providers = new Map<string, ResourceProvider>(
      [
        ...iam.providers, ...messaging.providers, ...dynamodb.providers, ...timestream.providers, ...lambda.providers, ...iot.providers,
        ...gateway.providers, ...providersWithoutEffect(context.region, accountId),
      ].map((provider) => [provider.type, provider]),
    );
    checkAssembly(stacks, providers);
    const outputs = await deployAssembly(stacks, providers, context);
    await store.committed();

    progress('opening the ports');
    // Closed in the opposite order: first nothing comes in, then what runs ends, then the services.
    closing.push(lambda.close);
    await edge.listen(host, ports.edge);
    closing.push(edge.close);
    closing.push(gateway.close);
    await iot.listen();
    closing.push(iot.close);
    lambda.listen();
    return { outputs, endpointUrl: context.endpointUrl, region: context.region, credentials, mqtt: { host: 'localhost', port: ports.mqtt, caFile: iot.caFile }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function accountCredentials(stateDir: string): Credentials {
  const file = join(stateDir, 'credentials.json');
  if (!existsSync(file)) {
    const made = { accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(30).toString('base64url') };
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
}

async function checkPortFree(port: number, host: string, purpose: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortTaken(port, purpose);
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
}

/** One process at a time on a state directory. A lock whose process is gone is taken over. */
function lock(stateDir: string): () => void {
  const file = join(stateDir, 'lock');
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
    throw new Error(`The state in ${stateDir} is in use by process ${owner}. Stop it, or start with another --state folder.`);
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
