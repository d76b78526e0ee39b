import { startCloud } from '../../local/cloud.ts';
import type { CloudLog } from '../../local/context.ts';
import { OtherLayout } from '../../local/storage/stateStore.ts';
import { PlainError } from '../commandLine.ts';
import { startDashboard } from '../dashboard.ts';
import { removeOutputs, type SystemOutputs, writeOutputs } from '../outputs.ts';
import { prepareAssembly } from './assembly.ts';
import { developerSignIn } from './developerSignIn.ts';
import { assembliesDir, type Instance } from './instance.ts';
import type { Ports } from './ports.ts';
import { answerAll, probesOf } from './probes.ts';

interface SystemOptions {
  readonly instance: Instance;
  readonly host: string;
  readonly ports: Ports;
  /** Of the CDK app, besides what cdk.json has. */
  readonly context: Readonly<Record<string, string>>;
  readonly dashboard: boolean;
  readonly log: CloudLog;
  readonly tell: (what: string) => void;
  /** Asked between the steps: a Ctrl-C during the start. */
  readonly stopped: AbortSignal;
}

interface RunningSystem {
  readonly outputs: SystemOutputs;
  close(): Promise<void>;
}

const region = 'us-east-1';

/**
 * Brings up everything but the simulated fleet. outputs.json is there from the moment when all parts have answered until
 * `close`. Undefined when it was stopped on the way.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem | undefined> {
  const { instance, host, ports, context, log, tell, stopped } = options;
  const open: { close(): Promise<void> | void }[] = [];
  const close = async () => {
    await removeOutputs(instance.outputsFile);
    for (const part of open.reverse()) await part.close();
  };
  try {
    const assembly = await prepareAssembly(assembliesDir, context);
    tell(
      assembly.built
        ? 'built the functions and synthesized the stacks'
        : 'the stacks are unchanged since the last build',
    );
    if (stopped.aborted) return undefined;

    const cloud = await startCloud({
      assemblyDir: assembly.directory,
      stateDir: instance.stateDir,
      host,
      ports: { edge: ports.edge, mqtt: ports.mqtt },
      region,
      log,
      progress: tell,
    }).catch((error: unknown) => {
      throw error instanceof OtherLayout ? new PlainError(error.message) : error;
    });
    open.push(cloud);
    tell(`the local cloud runs ${Object.keys(cloud.outputs).length} stacks`);
    const places = placesOf(cloud);
    const signIn = await developerSignIn(
      {
        client: { region, endpoint: cloud.endpointUrl, credentials: { ...cloud.credentials } },
        output: (_, key) => outputNamed(cloud.outputs, key),
      },
      instance.signInFile,
    );

    const dashboard = options.dashboard
      ? await startDashboard({ host, port: ports.dashboard, ...places, signIn })
      : undefined;
    if (dashboard !== undefined) open.push(dashboard);
    const outputs = { ...places, signIn, ...(dashboard === undefined ? {} : { dashboard: { url: dashboard.url } }) };

    await answerAll(probesOf(outputs, outputNamed(cloud.outputs, 'DevicesTableName')));
    tell(`MQTT, HTTP, WebSocket, ${dashboard === undefined ? '' : 'dashboard '}and AWS endpoint answer`);
    if (stopped.aborted) {
      await close();
      return undefined;
    }
    await writeOutputs(instance.outputsFile, outputs);
    return { outputs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Cloud = Awaited<ReturnType<typeof startCloud>>;

function placesOf({ outputs, endpointUrl, credentials, mqtt }: Cloud) {
  return {
    mqtt,
    http: { url: outputNamed(outputs, 'HttpUrl').replace(/\/$/, '') },
    websocket: { url: outputNamed(outputs, 'WebSocketUrl') },
    aws: { endpointUrl, region, ...credentials },
    stacks: outputs,
  };
}

function outputNamed(outputs: Cloud['outputs'], name: string): string {
  const value = Object.values(outputs).find((stack) => name in stack)?.[name];
  if (value === undefined) throw new Error(`No stack has an output ${name}.`);
  return value;
}
