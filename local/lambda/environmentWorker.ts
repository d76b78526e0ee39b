/** Runs inside a worker thread: loads the function's module once, then handles one invocation at a time. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvokeMessage, SerializedError, WorkerMessage, WorkerSettings } from './environmentProtocol.ts';

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('environmentWorker runs in a worker thread only.');

type Handler = (event: unknown, context: unknown, callback: (error: unknown, result?: unknown) => void) => unknown;

const send = (message: WorkerMessage) => port.postMessage(message);

process.on('unhandledRejection', (reason) => {
  throw reason;
});

const handler = await loadHandler().catch((error: unknown) => {
  send({ kind: 'initError', error: serialize(error) });
  return undefined;
});

if (handler) {
  port.on('message', (message: InvokeMessage) => void run(handler, message));
  send({ kind: 'ready' });
}

async function loadHandler(): Promise<Handler> {
  const file = ['.mjs', '.js', '.cjs'].map((extension) => settings.file + extension).find((name) => existsSync(name));
  if (!file) throw Object.assign(new Error(`Cannot find module '${settings.file}'`), { name: 'Runtime.ImportModuleError' });
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown> & { default?: Record<string, unknown> };
  const found = module[settings.exportName] ?? module.default?.[settings.exportName];
  if (typeof found !== 'function') {
    throw Object.assign(new Error(`${settings.exportName} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  }
  return found as Handler;
}

async function run(handle: Handler, { requestId, event, deadline, traceHeader }: InvokeMessage): Promise<void> {
  process.env['_X_AMZN_TRACE_ID'] = traceHeader;
  const context = {
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await new Promise((resolve, reject) => {
      const returned = handle(JSON.parse(event), context, (error, value) => (error ? reject(error) : resolve(value)));
      // A handler with a callback returns undefined; every other one returns a promise or a value.
      if (returned !== undefined || handle.length < 3) resolve(returned);
    });
    send({ kind: 'result', requestId, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    send({ kind: 'error', requestId, error: serialize(error) });
  }
}

function serialize(error: unknown): SerializedError {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
