import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readAssembly } from './assembly/assembly.ts';
import type { CloudContext, CloudLog } from './context.ts';
import type { Credentials } from './identity/iam.ts';
import { createParts } from './parts.ts';
import { checkAssembly, deployAssembly, type StackOutputs } from './resources/deploy.ts';
import { openStateStore } from './storage/stateStore.ts';

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
    super(
      `Port ${port} (${purpose}) is taken. Stop what listens there, or start with --port-offset N to add N to every port.`,
    );
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
  const closing: Array<() => void | Promise<void>> = [() => store.close(), unlock];
  const close = async () => {
    for (const step of closing) await step();
  };

  try {
    progress('opening the state');
    const parts = await createParts(context, {
      credentials,
      host,
      mqttPort: ports.mqtt,
      httpsPort: ports.https,
      concurrency: options.concurrency,
    });
    closing.unshift(...parts.closing);

    progress('making the resources of the stacks');
    const providers = new Map(parts.providers.map((provider) => [provider.type, provider]));
    checkAssembly(stacks, providers);
    const outputs = await deployAssembly(stacks, providers, context);
    await store.committed();

    progress('opening the ports');
    await parts.edge.listen(host, ports.edge);
    await parts.iot.listen();
    parts.lambda.listen();
    return {
      outputs,
      endpointUrl: context.endpointUrl,
      region: context.region,
      credentials,
      mqtt: { host: 'localhost', port: ports.mqtt, caFile: parts.iot.caFile },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function accountCredentials(stateDir: string): Credentials {
  const file = join(stateDir, 'credentials.json');
  if (!existsSync(file)) {
    const made = {
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
    };
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
    throw new Error(
      `The state in ${stateDir} is in use by process ${owner}. Stop it, or start with another --state folder.`,
    );
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
