/** What one service of the local cloud uses of another, in process. */

export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
}

/** SQS, addressed by queue ARN. Every method throws AwsError as the API would. */
export interface QueuePort {
  send(queueArn: string, body: string): { messageId: string };
  /** At most 10 messages at once, as ReceiveMessage. */
  receive(queueArn: string, maxMessages: number): QueueMessage[];
  delete(queueArn: string, receiptHandle: string): void;
  /** 0 makes the message visible again at once. */
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
  /** Makes visible at once all that is in flight. */
  releaseAll(queueArn: string): void;
  /** Messages that could be received now. */
  available(queueArn: string): number;
  /** Calls back whenever a message may have become receivable; returns the way to stop it. */
  onAvailable(queueArn: string, listener: () => void): () => void;
  arnOf(queueUrl: string): string;
  visibilityTimeoutSeconds(queueArn: string): number;
}

/** A change of an item, as a stream of its table has it. */
export interface StreamRecord {
  /** Rises within a stream. */
  readonly sequence: number;
  /** When it was changed, epoch milliseconds. */
  readonly at: number;
  /** As Lambda hands it to a function. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** DynamoDB Streams, addressed by stream ARN. */
export interface StreamPort {
  /** Records in their order, from behind a sequence on, read as they are taken. */
  read(streamArn: string, after: number, most: number): Iterable<StreamRecord>;
  /** How many records there are behind a sequence. */
  count(streamArn: string, after: number): number;
  /** Sequence of the newest record; 0 when there is none. */
  latest(streamArn: string): number;
  /** Calls back after each change; returns the way to stop it. */
  onRecord(streamArn: string, listener: () => void): () => void;
}

export interface InvokeResult {
  /** The handler's answer as JSON, or the error object that Lambda gives (`errorType`, `errorMessage`, `trace`). */
  readonly payload: unknown;
  /** `Unhandled` when the handler threw, timed out or died. */
  readonly functionError?: 'Unhandled';
}

/** Lambda, addressed by function ARN (with or without a qualifier). */
export interface FunctionPort {
  /** Waits for an execution environment, so it may take long under load. Throws AwsError when the function is unknown. */
  invoke(functionArn: string, event: unknown): Promise<InvokeResult>;
  /** Whether the function's resource policy lets this service call it (AWS::Lambda::Permission). */
  isInvocableBy(functionArn: string, servicePrincipal: string, sourceArn: string): boolean;
}

/** IAM: what a role may do. */
export interface AccessPort {
  /** Whether the role's policies in the template allow it. */
  isAllowed(
    roleArn: string,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string | readonly string[]>>,
  ): boolean;
}
