import type { FauxMessage, FauxQueue, FauxSqsStore } from './fauxqs.ts';

/** Wakes a queue when a delay or a visibility timeout ends. fauxqs itself only looks when somebody polls. */
export function createAlarms(store: FauxSqsStore) {
  const timers = new Map<string, { deadline: number; timer: NodeJS.Timeout }>();
  const at = (queueName: string, deadline: number) => {
    const current = timers.get(queueName);
    if (current && current.deadline <= deadline) return;
    clearTimeout(current?.timer);
    const timer = setTimeout(() => ring(queueName), Math.max(1, deadline - Date.now() + 1));
    timer.unref();
    timers.set(queueName, { deadline, timer });
  };
  const ring = (queueName: string) => {
    timers.delete(queueName);
    const queue = store.getQueueByName(queueName);
    if (!queue) return;
    queue.processTimers();
    const next = earliestDeadline(queue);
    if (next !== undefined) at(queueName, next);
  };
  return {
    at,
    stop() {
      for (const { timer } of timers.values()) clearTimeout(timer);
    },
  };
}

function earliestDeadline(queue: FauxQueue): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { visibilityDeadline } of queue.inflightMessages.values())
    earliest = Math.min(earliest, visibilityDeadline);
  for (const { delayUntil } of [queue.delayedMessages, ...queue.fifoDelayed.values()].flat())
    earliest = Math.min(earliest, delayUntil ?? earliest);
  return Number.isFinite(earliest) ? earliest : undefined;
}

/** Drops what is older than its queue's MessageRetentionPeriod, counted from the first send, in a dead-letter queue too. */
export function dropExpired(store: FauxSqsStore, forget: (messageId: string) => void): void {
  for (const queue of store.allQueues()) {
    const oldest = Date.now() - Number(queue.attributes['MessageRetentionPeriod']) * 1000;
    const keep = (messages: FauxMessage[]) => {
      for (const { messageId } of messages.filter(({ sentTimestamp }) => sentTimestamp < oldest)) forget(messageId);
      return messages.filter(({ sentTimestamp }) => sentTimestamp >= oldest);
    };
    queue.messages = keep(queue.messages);
    queue.delayedMessages = keep(queue.delayedMessages);
    for (const groups of [queue.fifoMessages, queue.fifoDelayed])
      for (const [group, messages] of groups) groups.set(group, keep(messages));
  }
}
