/** What the host and a worker thread (an execution environment) say to each other. */

export interface WorkerSettings {
  readonly codeDirectory: string;
  /** `index.handler`, as the template has it. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Node.js 24 and later take no callback. */
  readonly takesCallback: boolean;
  /** One 32-bit integer: how many invocations the host has sent. The worker sleeps on it. */
  readonly invocations: SharedArrayBuffer;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON, as Lambda hands it over. */
  readonly event: string;
  /** Epoch milliseconds at which the host ends the environment. */
  readonly deadline: number;
  readonly traceHeader: string;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** Written on stdout or stderr; what an invocation wrote comes before its result. */
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'error'; readonly error: SerializedError }
  /** An error that ends the environment: the module could not be loaded, or nobody caught what was thrown. */
  | { readonly kind: 'fatal'; readonly error: SerializedError };

/** An error as Lambda answers it (AWS: "AWS Lambda function errors in Node.js"). */
export interface SerializedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
