import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { InvokeResult } from '../ports.ts';
import type { InvokeMessage, SerializedError, WorkerMessage, WorkerSettings } from './environmentProtocol.ts';
import type { FunctionConfiguration } from './functionConfiguration.ts';

/** Lambda gives the init phase 10 seconds (AWS: "Understanding the Lambda execution environment lifecycle"). */
const initSeconds = 10;
/** 6 MB and a little, as the error of Lambda itself words it (AWS: "Lambda quotas"). */
const responseBytes = 6_291_556;

export interface ExecutionEnvironment {
  readonly alive: boolean;
  /** Part of the time since its invocation began that it was at work, and did not wait for something, 0 to 1. */
  workload(): number;
  invoke(event: string): Promise<InvokeResult>;
  /** Ends it in the middle of its work, as a crash of its machine would. */
  kill(): void;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration;
  readonly variables: Readonly<Record<string, string>>;
  /** Lines for the function's log. */
  readonly write: (text: string) => void;
}

/**
 * A worker thread as one execution environment: its own heap, its own process.env, one invocation at a time, asleep between
 * them. What it can't give is a process of its own: the working directory and the file system are the host's.
 */
export function startEnvironment({ configuration, variables, write }: EnvironmentOptions): ExecutionEnvironment {
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const invocations = new Int32Array(new SharedArrayBuffer(4));
  const settings: WorkerSettings = {
    codeDirectory: configuration.codeDirectory,
    handler: configuration.handler,
    functionName: configuration.name,
    functionArn: configuration.arn,
    memoryMegabytes: configuration.memoryMegabytes,
    logGroup: configuration.logGroup,
    logStream,
    takesCallback: Number(/\d+/.exec(configuration.runtime)) < 24,
    invocations: invocations.buffer,
  };
  const worker = new Worker(new URL('./environmentWorker.ts', import.meta.url), {
    workerData: settings,
    env: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
    resourceLimits: { maxOldGenerationSizeMb: configuration.memoryMegabytes },
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdout: true,
    stderr: true,
  });
  // What Node.js itself says there.
  worker.stdout.on('data', (chunk: Buffer) => write(chunk.toString()));
  worker.stderr.on('data', (chunk: Buffer) => write(chunk.toString()));
  // An idle environment doesn't keep the local cloud from ending.
  worker.unref();

  let began: ReturnType<typeof worker.performance.eventLoopUtilization> | undefined;
  let alive = true;
  /** Why it ended before anybody asked for its answer. */
  let lastWords: SerializedError | undefined;
  let settle: ((result: InvokeResult) => void) | undefined;
  let markReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  const end = (error: SerializedError) => {
    alive = false;
    lastWords ??= error;
    markReady();
    settle?.(failure(lastWords));
    void worker.terminate();
  };

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') return markReady();
    if (message.kind === 'log') return write(message.text);
    if (message.kind === 'result') return settle?.(success(message.payload));
    if (message.kind === 'error') return settle?.(failure(message.error));
    end(message.error);
  });
  worker.on('error', (error) => {
    const outOfMemory = (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    end(
      outOfMemory
        ? exitError('Runtime.OutOfMemory', 'with error: signal: killed')
        : exitError('Runtime.ExitError', `with error: ${error.message}`),
    );
  });
  worker.on('exit', (code) =>
    end(exitError('Runtime.ExitError', code === 0 ? 'without providing a reason' : `with error: exit status ${code}`)),
  );

  let requestId = '';
  const exitError = (errorType: string, how: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${how}`,
  });

  return {
    get alive() {
      return alive;
    },
    // An environment that starts is at work.
    workload: () => (began && alive ? worker.performance.eventLoopUtilization(began).utilization : 1),
    async invoke(event) {
      began = undefined;
      worker.ref();
      requestId = randomUUID();
      const initTimer = setTimeout(() => {
        end({
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${requestId} Error: Init phase took more than ${initSeconds} seconds`,
        });
      }, initSeconds * 1000);
      await ready;
      clearTimeout(initTimer);
      if (lastWords) return failure(lastWords);

      write(`START RequestId: ${requestId} Version: $LATEST\n`);
      const started = performance.now();
      const { timeoutSeconds } = configuration;
      let timeout: NodeJS.Timeout | undefined;
      const result = await new Promise<InvokeResult>((resolve) => {
        settle = resolve;
        timeout = setTimeout(() => {
          const message = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
          write(`${new Date().toISOString()} ${requestId} ${message}\n`);
          end({ errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: ${message}` });
        }, timeoutSeconds * 1000);
        const deadline = Date.now() + timeoutSeconds * 1000;
        began = worker.performance.eventLoopUtilization();
        worker.postMessage({ requestId, event, deadline, traceHeader: traceHeader() } satisfies InvokeMessage);
        Atomics.add(invocations, 0, 1);
        Atomics.notify(invocations, 0);
      });
      settle = undefined;
      clearTimeout(timeout);
      const duration = (performance.now() - started).toFixed(2);
      write(
        `END RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: ${duration} ms\tMemory Size: ${configuration.memoryMegabytes} MB\n`,
      );
      worker.unref();
      return result;
    },
    kill: () => end(exitError('Runtime.ExitError', 'with error: signal: killed')),
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}

function success(payload: string): InvokeResult {
  if (Buffer.byteLength(payload) <= responseBytes) return { payload: JSON.parse(payload) };
  return failure({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${responseBytes} bytes).`,
  });
}

const failure = (error: SerializedError): InvokeResult => ({ payload: error, functionError: 'Unhandled' });

/** X-Ray header of an unsampled request: tracing code runs, and nothing is sent anywhere. */
function traceHeader(): string {
  const id = randomUUID().replaceAll('-', '');
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.slice(0, 24)};Parent=${id.slice(0, 16)};Sampled=0`;
}
