import type { FastifyInstance } from 'fastify';
import { buildApp } from 'fauxqs';

/**
 * fauxqs exports its application but not the stores and SQS actions inside it, and its own persistence writes each change by itself
 * (about 480 sends a second). We need the stores in process, on our one database. They are loaded by file, which `exports` doesn't
 * cover; the version is pinned, and test/unit/local/messaging notices if it moves.
 */
const inside = (path: string) => new URL(path, import.meta.resolve('fauxqs')).href;

export interface FauxMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly messageAttributes: Record<string, unknown>;
  readonly md5OfMessageAttributes: string;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
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
  readonly createdTimestamp: number;
  readonly lastModifiedTimestamp: number;
  readonly sequenceCounter: number;
  readonly attributes: Record<string, string>;
  readonly tags: Map<string, string>;
  readonly inflightMessages: Map<string, { message: FauxMessage; receiptHandle: string; visibilityDeadline: number }>;
  persistence: unknown;
  isFifo(): boolean;
  getAttribute(name: string): string | undefined;
  setAttributes(attributes: Record<string, string>): void;
  enqueue(message: FauxMessage): void;
  dequeue(max: number, visibilitySeconds: number | undefined, resolve: (arn: string) => FauxQueue | undefined): FauxReceived[];
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
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>, tags: Record<string, string>): FauxQueue;
  getQueueByArn(arn: string): FauxQueue | undefined;
  getQueueByName(name: string): FauxQueue | undefined;
  allQueues(): Iterable<FauxQueue>;
  shutdown(): void;
}

export interface FauxS3Store {
  persistence: unknown;
  createBucket(name: string, type?: string): void;
  hasBucket(name: string): boolean;
  setBucketCreationDate(name: string, date: Date): void;
  restoreObject(bucket: string, object: Record<string, unknown>): void;
  deleteObject(bucket: string, key: string): void;
}

export type SqsAction = (body: unknown, store: FauxSqsStore, request: { headers: Readonly<Record<string, string>> }) => unknown;

export interface FauxError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly queryErrorHeader?: string;
}

const [{ SqsStore }, { SnsStore }, { S3Store }, { SqsError }] = (await Promise.all([
  import(inside('./sqs/sqsStore.js')),
  import(inside('./sns/snsStore.js')),
  import(inside('./s3/s3Store.js')),
  import(inside('./common/errors.js')),
])) as [
  { SqsStore: { new (): FauxSqsStore; createMessage(body: string): FauxMessage } },
  { SnsStore: new () => object },
  { S3Store: new () => FauxS3Store },
  { SqsError: new (...values: never[]) => FauxError },
];

export { SqsError };
export const createMessage = (body: string): FauxMessage => SqsStore.createMessage(body);

export async function loadSqsAction(operation: string): Promise<SqsAction> {
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  const module = (await import(inside(`./sqs/actions/${name}.js`))) as Record<string, SqsAction>;
  const action = module[name];
  if (!action) throw new Error(`fauxqs has no action ${operation}.`);
  return action;
}

export function createStores(): { sqs: FauxSqsStore; s3: FauxS3Store; app: FastifyInstance } {
  const sqs = new SqsStore();
  const s3 = new S3Store();
  const stores = { sqsStore: sqs, snsStore: new SnsStore(), s3Store: s3 } as unknown as NonNullable<
    NonNullable<Parameters<typeof buildApp>[0]>['stores']
  >;
  return { sqs, s3, app: buildApp({ logger: false, stores }) as unknown as FastifyInstance };
}
