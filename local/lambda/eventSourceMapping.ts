import type { CloudLog } from '../context.ts';
import type { FunctionPort, QueueMessage, QueuePort } from '../ports.ts';
import { AwsError } from '../service.ts';
import { failedItems } from './failedItems.ts';
import { eventRecord } from './sqsBatch.ts';

/** SQS hands out at most 10 messages a call; Lambda collects larger batches from several. */
const receiveLimit = 10;
/** How long a part of a batch waits for more while another batch is being worked on. */
const lingerMilliseconds = 50;

export interface EventSourceMapping {
  start(): void;
  /** Takes no more messages and waits for the batches under way. */
  stop(): Promise<void>;
}

export interface MappingSettings {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly reportsFailures: boolean;
  readonly concurrency: number;
}

/**
 * Takes batches as soon as messages are there, and no later than the batching window ends (AWS: "Configuring scaling behavior
 * for SQS event source mappings"). Beside a running batch, a part of one waits a moment: so a busy queue makes full batches.
 */
export function createMapping(
  settings: MappingSettings,
  { queues, functions, log }: { readonly queues: QueuePort; readonly functions: FunctionPort; readonly log: CloudLog },
): EventSourceMapping {
  const { queueArn, batchSize, windowMilliseconds } = settings;
  const region = queueArn.split(':')[3] ?? '';
  const running = new Set<Promise<void>>();
  let stopped = true;
  let scheduled = false;
  let collected: QueueMessage[] = [];
  let window: NodeJS.Timeout | undefined;
  let stopListening: () => void = () => {};

  const wake = () => {
    if (scheduled || stopped) return;
    scheduled = true;
    // One turn later: what arrives together is taken together.
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };

  const pump = () => {
    while (!stopped && running.size < settings.concurrency) {
      collect();
      if (collected.length === 0) return;
      const patience = running.size > 0 ? Math.max(windowMilliseconds, lingerMilliseconds) : windowMilliseconds;
      if (collected.length < batchSize && patience > 0) {
        window ??= setTimeout(() => {
          collect();
          dispatch();
        }, patience);
        return;
      }
      dispatch();
    }
  };

  const collect = () => {
    try {
      while (collected.length < batchSize) {
        const messages = queues.receive(queueArn, Math.min(receiveLimit, batchSize - collected.length));
        if (messages.length === 0) return;
        collected.push(...messages);
      }
    } catch (error) {
      // Its queue was deleted. When it is made again, its first message wakes the mapping.
      log.error(`event source mapping of ${queueArn}`, { error: String(error) });
    }
  };

  const dispatch = () => {
    clearTimeout(window);
    window = undefined;
    const batch = collected;
    collected = [];
    const run = deliver(batch).finally(() => {
      running.delete(run);
      wake();
    });
    running.add(run);
    wake();
  };

  const deliver = async (batch: readonly QueueMessage[]): Promise<void> => {
    try {
      const result = await functions.invoke(settings.functionArn, {
        Records: batch.map((message) => eventRecord(message, queueArn, region)),
      });
      const failed = result.functionError
        ? 'all'
        : settings.reportsFailures
          ? failedItems(
              result.payload,
              batch.map(({ messageId }) => messageId),
            )
          : new Set<string>();
      // What failed stays in flight and is seen again after the visibility timeout.
      if (failed === 'all') return;
      for (const message of batch) if (!failed.has(message.messageId)) queues.delete(queueArn, message.receiptHandle);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'RequestTooLargeException' && batch.length > 1) {
        // Lambda ends a batch at the payload quota, too.
        const middle = Math.ceil(batch.length / 2);
        await deliver(batch.slice(0, middle));
        return deliver(batch.slice(middle));
      }
      log.error(`event source mapping of ${queueArn}`, { error: String(error) });
    }
  };

  return {
    start() {
      stopped = false;
      // A process that was killed took its workers with it: on AWS they would have gone on, here nobody works on these any more.
      queues.releaseAll(queueArn);
      stopListening = queues.onAvailable(queueArn, wake);
      wake();
    },
    async stop() {
      stopped = true;
      stopListening();
      clearTimeout(window);
      for (const message of collected) queues.changeVisibility(queueArn, message.receiptHandle, 0);
      collected = [];
      await Promise.all(running);
    },
  };
}
