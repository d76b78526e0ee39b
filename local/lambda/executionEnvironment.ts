import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../ports.ts';
import type { InvokeMessage, SerializedError, WorkerMessage, WorkerSettings } from './environmentProtocol.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Lambda gives the init phase 10 seconds (AWS: "Understanding the Lambda execution environment lifecycle"). */
const initSeconds = 10;

export interface ExecutionEnvironment {
  readonly alive: boolean;
  invoke(event: string): Promise<InvokeResult>;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration;
  readonly variables: Readonly<Record<string, string>>;
  /** Lines for the function's log. */
  readonly write: (text: string) => void;
}

/** A worker thread as one execution environment: its own heap, its own process.env, one invocation at a time. */
export function startEnvironment({ configuration, variables, write }: EnvironmentOptions): ExecutionEnvironment {
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const [file, exportName] = splitHandler(configuration.handler);
  const settings: WorkerSettings = {
    file: join(configuration.codeDirectory, file),
    exportName,
    functionName: configuration.name,
    functionArn: configuration.arn,
    memoryMegabytes: configuration.memoryMegabytes,
    logGroup: configuration.logGroup,
    logStream,
  };
  const worker = new Worker(new URL('./environmentWorker.ts', import.meta.url), {
    workerData: settings,
    env: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
    resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMegabytes },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
  });
  worker.stdout.on('data', (chunk: Buffer) => write(chunk.toString()));
  worker.stderr.on('data', (chunk: Buffer) => write(chunk.toString()));
  // An idle environment doesn't keep the local cloud from ending.
  worker.unref();

  let alive = true;
  let settle: ((result: InvokeResult) => void) | undefined;
  let initError: SerializedError | undefined;
  let markReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  const fail = (error: SerializedError) => settle?.({ payload: error, functionError: 'Unhandled' });
  const end = () => {
    alive = false;
    markReady();
    void worker.terminate();
  };

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') return markReady();
    if (message.kind === 'result') return settle?.({ payload: JSON.parse(message.payload) });
    if (message.kind === 'error') return fail(message.error);
    initError = message.error;
    end();
  });
  worker.on('error', (error) => {
    const outOfMemory = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    initError = {
      errorType: outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
      errorMessage: outOfMemory ? 'Runtime exited with error: signal: killed' : `Runtime exited: ${error.message}`,
      trace: (error.stack ?? '').split('\n'),
    };
    end();
    fail(initError);
  });
  worker.on('exit', (code) => {
    alive = false;
    markReady();
    fail(initError ?? { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with code ${code}`, trace: [] });
  });

  return {
    get alive() {
      return alive;
    },
    async invoke(event) {
      worker.ref();
      const requestId = randomUUID();
      const initTimer = setTimeout(() => {
        initError = { errorType: 'Sandbox.Timedout', errorMessage: `Init phase took more than ${initSeconds} seconds`, trace: [] };
        end();
      }, initSeconds * 1000);
      await ready;
      clearTimeout(initTimer);
      if (initError) return { payload: initError, functionError: 'Unhandled' };

      write(`START RequestId: ${requestId} Version: $LATEST\n`);
      const started = performance.now();
      const { timeoutSeconds } = configuration;
      const result = await new Promise<InvokeResult>((resolve) => {
        settle = resolve;
        const timer = setTimeout(() => {
          write(`${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n`);
          const errorMessage = `${new Date().toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
          resolve({ payload: { errorType: 'Sandbox.Timedout', errorMessage }, functionError: 'Unhandled' });
          end();
        }, timeoutSeconds * 1000);
        settle = (value) => {
          clearTimeout(timer);
          resolve(value);
        };
        const message: InvokeMessage = {
          requestId,
          event,
          deadline: Date.now() + timeoutSeconds * 1000,
          traceHeader: traceHeader(),
        };
        worker.postMessage(message);
      });
      settle = undefined;
      const duration = (performance.now() - started).toFixed(2);
      write(`END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${duration} ms\tMemory Size: ${configuration.memoryMegabytes} MB\n`);
      worker.unref();
      return result;
    },
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}

function splitHandler(handler: string): [string, string] {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

/** X-Ray header of an unsampled request: tracing code runs, and nothing is sent anywhere. */
function traceHeader(): string {
  const id = randomUUID().replaceAll('-', '');
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.slice(0, 24)};Parent=${id.slice(0, 16)};Sampled=0`;
}
