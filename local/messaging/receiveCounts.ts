import type { FauxMessage, FauxQueue } from './fauxqs.ts';

/**
 * fauxqs takes a message's receive count along into a dead-letter queue, whose own redrive policy then moves it on unseen. SQS
 * counts for each queue anew (AWS: "Using dead-letter queues in Amazon SQS": from a source queue); only the attribute
 * ApproximateReceiveCount counts the receives of all queues (Amazon SQS API reference: ReceiveMessage).
 */
export function countReceivesByQueue(queues: Pick<FauxQueue, 'dequeue'>): void {
  const dequeue = queues.dequeue as (this: unknown, ...values: Parameters<FauxQueue['dequeue']>) => never;
  queues.dequeue = function (max, visibilitySeconds, resolve) {
    return dequeue.call(this, max, visibilitySeconds, (arn) => {
      const target = resolve(arn);
      return target && { enqueue: (message) => target.enqueue(startAnew(message)) };
    });
  };
}

/** The receive that finds a message to be moved is none. */
const startAnew = (message: FauxMessage): FauxMessage => ({
  ...message,
  receivedBefore: receivesOf(message) - 1,
  approximateReceiveCount: 0,
});

/** From all queues that a message was in. */
export const receivesOf = ({ receivedBefore = 0, approximateReceiveCount }: FauxMessage): number =>
  receivedBefore + approximateReceiveCount;
