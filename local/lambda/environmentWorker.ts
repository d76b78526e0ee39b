/**
 * Runs inside a worker thread: loads the function's module once, then handles one invocation at a time, with the rules and the
 * error types of aws/aws-lambda-nodejs-runtime-interface-client.
 */
import crypto, { createSecretKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { InvokeMessage, SerializedError, WorkerMessage, WorkerSettings } from './environmentProtocol.ts';

const settings = workerData as WorkerSettings;
const port = parentPort;
if (!port) throw new Error('environmentWorker runs in a worker thread only.');

type Handler = (event: unknown, context: unknown, ...callback: unknown[]) => unknown;

const send = (message: WorkerMessage) => port.postMessage(message);

// A worker's own streams take two messages for each write, and one more to know that it arrived.
for (const stream of [process.stdout, process.stderr]) {
  stream._write = (chunk: Buffer | string, _encoding, done) => {
    send({ kind: 'log', text: chunk.toString() });
    done();
  };
}

function end(error: unknown, exitCode: number): void {
  send({ kind: 'fatal', error: serialize(error) });
  process.exit(exitCode);
}

process.on('uncaughtException', (error) => end(error, 129));
process.on('unhandledRejection', (reason) => end(runtimeError('UnhandledPromiseRejection', String(reason)), 128));

/** Called when nothing is left to wait for and the handler's promise is still open. */
let abandon: (error: Error) => void = () => {};
process.on('beforeExit', () =>
  abandon(
    runtimeError(
      'NodeJsExit',
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
    ),
  ),
);

// Each invocation waits for the host, which serves them all: where both want a processor, the host goes first. Linux has a priority for
// each thread; elsewhere this would be that of the host, too.
if (process.platform === 'linux') setPriority(5);

// The runtime has the SDK for functions that bring none, behind what they bring themselves (AWS: "Building Lambda functions with
// Node.js", runtime-included SDK versions). Here it is the project's own: a client that it doesn't have is not found.
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^@(aws-sdk|smithy)\//.test(specifier)) throw error;
      try {
        return next(specifier, { ...context, parentURL: import.meta.url });
      } catch {
        throw error;
      }
    }
  },
});

// Node.js 24 takes eight times as long for an HMAC whose key is bytes as for one whose key is a key object, and the SDK makes two for each
// call: a twentieth of a function's work. Measured with 24.21; to be deleted when that is over.
const { createHmac } = crypto;
crypto.createHmac = (algorithm, key, options) =>
  createHmac(algorithm, ArrayBuffer.isView(key) ? createSecretKey(key) : key, options);
syncBuiltinESMExports();

const handler = await loadHandler().catch((error: unknown) => {
  send({ kind: 'fatal', error: serialize(error) });
  return undefined;
});

if (handler) {
  send({ kind: 'ready' });
  void serve(handler);
}

async function serve(handle: Handler): Promise<void> {
  const invocations = new Int32Array(settings.invocations);
  for (let handled = 0; ; handled += 1) {
    // Lambda freezes an environment between invocations: no timer, socket or promise goes on meanwhile. So does this.
    Atomics.wait(invocations, 0, handled);
    // What happened to sockets in the meantime is seen before the handler takes one from its pool: the first turn only ends the one
    // that slept, the second polls.
    await turn();
    await turn();
    await run(handle, receiveMessageOnPort(port as NonNullable<typeof port>)?.message as InvokeMessage);
  }
}

async function loadHandler(): Promise<Handler> {
  const [, file, exportPath] = /^(.*?[^/.]*)\.([^/]*)$/.exec(settings.handler) ?? [];
  if (!file || !exportPath) throw runtimeError('MalformedHandlerName', 'Bad handler');
  const path = ['.js', '.mjs', '.cjs']
    .map((extension) => join(settings.codeDirectory, file + extension))
    .find((name) => existsSync(name));
  if (!path) throw runtimeError('ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw error instanceof SyntaxError ? runtimeError('UserCodeSyntaxError', String(error)) : error;
  });
  const exported = (root: unknown) =>
    exportPath.split('.').reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
  const found = exported(module) ?? exported((module as { default?: unknown }).default);
  if (!found) throw runtimeError('HandlerNotFound', `${settings.handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${settings.handler} is not a function`);
  if (found.length >= 3 && !settings.takesCallback) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
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
    getRemainingTimeInMillis: () => deadline - Date.now(),
    ...(settings.takesCallback && { callbackWaitsForEmptyEventLoop: true }),
  };
  try {
    const result = await new Promise((resolve, reject) => {
      abandon = reject;
      const withCallback = settings.takesCallback && handle.length >= 3;
      const callback = withCallback
        ? [(error: unknown, value: unknown) => (error ? reject(error) : resolve(value))]
        : [];
      const returned = handle(JSON.parse(event), context, ...callback);
      if (isPromise(returned)) returned.then(resolve, reject);
      else if (!withCallback) resolve(returned);
    });
    send({ kind: 'result', payload: toJson(result) });
  } catch (error) {
    send({ kind: 'error', error: serialize(error) });
  }
  abandon = () => {};
}

function toJson(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

function runtimeError(type: string, message: string): Error {
  return Object.assign(new Error(message), { name: `Runtime.${type}` });
}

function serialize(error: unknown): SerializedError {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
