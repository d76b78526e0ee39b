/** What the host and a worker thread (an execution environment) say to each other. */

export interface WorkerSettings {
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  readonly logStream: string;
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
  | { readonly kind: 'initError'; readonly error: SerializedError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: SerializedError };

/** An error as Lambda answers it (AWS: "Lambda function errors in Node.js"). */
export interface SerializedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}
