import { correctFifoQueues } from './fifoQueues.ts';
import { countReceivesByQueue } from './receiveCounts.ts';

/**
 * The queues of fauxqs: its stores and SQS actions, without its server and its persistence (which writes each change by itself, about
 * 480 sends a second). They are loaded by file, which `exports` doesn't cover; the version is pinned, and
 * test/unit/local/messaging notices if it moves.
 */
const inside = (path: string) => new URL(path, import.meta.resolve('fauxqs')).href;

export interface FauxMessage {
  readonly messageId: string;
  readonly sentTimestamp: number;
  /** From the queue that it is in … */
  readonly approximateReceiveCount: number;
  /** … and from those whose dead letter it is. */
  readonly receivedBefore?: number;
  readonly approximateFirstReceiveTimestamp?: number;
  readonly delayUntil?: number;
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
  readonly sequenceNumber?: string;
}

export interface FauxQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly sequenceCounter: number;
  readonly attributes: Record<string, string>;
  /** Visible messages, and those whose delay has not ended; of FIFO queues by message group. */
  messages: FauxMessage[];
  delayedMessages: FauxMessage[];
  readonly fifoMessages: Map<string, FauxMessage[]>;
  readonly fifoDelayed: Map<string, FauxMessage[]>;
  /** How many messages of a group are in flight. */
  readonly fifoLockedGroups: Map<string, number>;
  readonly inflightMessages: Map<string, { message: FauxMessage; receiptHandle: string; visibilityDeadline: number }>;
  persistence: unknown;
  isFifo(): boolean;
  getAttribute(name: string): string | undefined;
  setAttributes(attributes: Record<string, string>): void;
  enqueue(message: FauxMessage): void;
  dequeue(
    max: number,
    visibilitySeconds: number | undefined,
    resolve: (arn: string) => Pick<FauxQueue, 'enqueue'> | undefined,
  ): FauxReceived[];
  deleteMessage(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, seconds: number): void;
  processTimers(): void;
  notifyWaiters(): void;
}

export interface FauxReceived {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly MessageAttributes?: Record<string, unknown>;
}

export interface FauxSqsStore {
  persistence: unknown;
  region: string;
  /** Host of the queue URLs that CreateQueue makes; empty: that of the request. */
  host: string;
  createQueue(
    name: string,
    url: string,
    arn: string,
    attributes: Record<string, string>,
    tags: Record<string, string>,
  ): FauxQueue;
  getQueueByArn(arn: string): FauxQueue | undefined;
  getQueueByName(name: string): FauxQueue | undefined;
  allQueues(): Iterable<FauxQueue>;
  shutdown(): void;
}

export type SqsAction = (
  body: unknown,
  store: FauxSqsStore,
  request: { headers: Readonly<Record<string, string>> },
) => unknown;

export interface FauxError extends Error {
  readonly code: string;
  readonly statusCode: number;
}

const [{ SqsStore, SqsQueue }, { SqsError }, sqsTypes] = (await Promise.all([
  import(inside('./sqs/sqsStore.js')),
  import(inside('./common/errors.js')),
  import(inside('./sqs/sqsTypes.js')),
])) as [
  { SqsStore: new () => FauxSqsStore; SqsQueue: { prototype: Parameters<typeof correctFifoQueues>[0] & FauxQueue } },
  { SqsError: new (...values: never[]) => FauxError },
  {
    DEFAULT_QUEUE_ATTRIBUTES: Record<string, string>;
    ALL_ATTRIBUTE_NAMES: string[];
    INVALID_MESSAGE_BODY_CHAR: RegExp;
  },
];

// fauxqs takes the halves of characters above U+FFFF for invalid ones; SQS allows those characters (API reference: SendMessage).
sqsTypes.INVALID_MESSAGE_BODY_CHAR.test = (text) =>
  /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text);

correctFifoQueues(SqsQueue.prototype);
countReceivesByQueue(SqsQueue.prototype);

export { SqsError };
export const defaultQueueAttributes: Readonly<Record<string, string>> = sqsTypes.DEFAULT_QUEUE_ATTRIBUTES;
export const queueAttributeNames: readonly string[] = sqsTypes.ALL_ATTRIBUTE_NAMES;
export const createSqsStore = (): FauxSqsStore => new SqsStore();

export async function loadSqsAction(operation: string): Promise<SqsAction> {
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  const module = (await import(inside(`./sqs/actions/${name}.js`))) as Record<string, SqsAction>;
  const action = module[name];
  if (!action) throw new Error(`fauxqs has no action ${operation}.`);
  return action;
}
