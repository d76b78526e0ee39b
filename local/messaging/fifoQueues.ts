import type { FauxMessage, FauxReceived } from './fauxqs.ts';

/** What a queue's persistence knows of the messages that it took. */
interface Deduplication {
  findDuplicate(queueName: string, id: string): { messageId: string; sequenceNumber: string } | undefined;
  recordDeduplication(queueName: string, id: string, messageId: string, sequenceNumber: string): void;
}

interface FifoQueue {
  readonly name: string;
  readonly persistence: Deduplication;
  readonly fifoMessages: Map<string, FauxMessage[]>;
  readonly fifoLockedGroups: Map<string, number>;
  readonly inflightMessages: Map<string, { readonly message: FauxMessage }>;
}

interface FifoMethods {
  checkDeduplication(this: FifoQueue, id: string): object;
  recordDeduplication(this: FifoQueue, id: string, messageId: string, sequenceNumber: string): void;
  dequeueFifo(
    this: FifoQueue,
    max: number,
    visibilitySeconds: number | undefined,
    resolve: (arn: string) => unknown,
  ): FauxReceived[];
}

const mostReceived = 10;

/**
 * FIFO queues where fauxqs differs from SQS (AWS: "FIFO queue delivery logic in Amazon SQS", "Exactly-once processing in Amazon SQS"):
 * it gives one message of a group at a time, turns the order of a group round when several come back, and forgets at a restart which
 * deduplication ids it has seen.
 */
export function correctFifoQueues(queues: FifoMethods): void {
  queues.checkDeduplication = function (id) {
    const found = this.persistence.findDuplicate(this.name, id);
    return found
      ? { isDuplicate: true, originalMessageId: found.messageId, originalSequenceNumber: found.sequenceNumber }
      : { isDuplicate: false };
  };
  queues.recordDeduplication = function (id, messageId, sequenceNumber) {
    this.persistence.recordDeduplication(this.name, id, messageId, sequenceNumber);
  };
  const takeOne = queues.dequeueFifo;
  queues.dequeueFifo = function (max, visibilitySeconds, resolve) {
    for (const messages of this.fifoMessages.values()) messages.sort(bySequence);
    const received: FauxReceived[] = [];
    /** How many messages of a group this call took: to it, the group isn't locked. */
    const own = new Map<string, number>();
    while (received.length < Math.min(max, mostReceived)) {
      for (const group of own.keys()) this.fifoLockedGroups.delete(group);
      const [message] = takeOne.call(this, 1, visibilitySeconds, resolve);
      const group = message && this.inflightMessages.get(message.ReceiptHandle)?.message.messageGroupId;
      if (group !== undefined) own.set(group, (own.get(group) ?? 0) + 1);
      for (const [locked, count] of own) this.fifoLockedGroups.set(locked, count);
      if (!message) break;
      received.push(message);
    }
    return received;
  };
}

const bySequence = ({ sequenceNumber: a = '' }: FauxMessage, { sequenceNumber: b = '' }: FauxMessage) =>
  a < b ? -1 : a > b ? 1 : 0;
