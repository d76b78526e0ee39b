import type { CloudLog } from '../context.ts';
import type { AccessPort, FunctionPort, QueueMessage, QueuePort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { AwsError } from '../service.ts';
import type { FunctionPool } from './functionPool.ts';

/** SQS hands out at most 10 messages a call; Lambda collects larger batches from several. */
const receiveLimit = 10;
/** How long a part of a batch waits for more while another batch is being worked on. */
const lingerMilliseconds = 50;

export interface EventSourceMapping {
  start(): void;
  /** Takes no more messages and waits for the batches under way. */
  stop(): Promise<void>;
}

interface MappingSettings {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly reportsFailures: boolean;
  readonly concurrency: number;
}

interface Dependencies {
  readonly queues: QueuePort;
  readonly functions: FunctionPort;
  readonly iam: AccessPort;
  readonly mappings: EventSourceMapping[];
  readonly poolOf: (arn: string) => FunctionPool;
  readonly log: CloudLog;
  readonly limit: number;
}

/** AWS::Lambda::EventSourceMapping of an SQS queue (AWS: "Using Lambda with Amazon SQS"). */
export function eventSourceMappingProvider(dependencies: Dependencies): ResourceProvider {
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    honoured: [
      'EventSourceArn', 'FunctionName', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'FunctionResponseTypes',
      'ScalingConfig.MaximumConcurrency', 'Enabled',
    ],
    noEffect: { Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const settings = readSettings(properties, dependencies);
      if (properties['Enabled'] !== false) dependencies.mappings.push(createMapping(settings, dependencies));
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  };
}

function readSettings(properties: Readonly<Record<string, unknown>>, { queues, iam, poolOf, limit }: Dependencies): MappingSettings {
  const queueArn = String(properties['EventSourceArn']);
  if (!queueArn.startsWith('arn:aws:sqs:')) throw new NotHonoured('EventSourceArn', `${queueArn} is no SQS queue`);
  const batchSize = Number(properties['BatchSize'] ?? 10);
  const window = Number(properties['MaximumBatchingWindowInSeconds'] ?? 0);
  if (batchSize > 10 && window < 1) {
    throw new NotHonoured('BatchSize', `AWS demands MaximumBatchingWindowInSeconds of at least 1 when BatchSize is above 10; it is ${window} with ${batchSize}`);
  }
  if (batchSize < 1 || batchSize > 10_000) throw new NotHonoured('BatchSize', 'AWS takes 1 to 10000');
  if (window < 0 || window > 300) throw new NotHonoured('MaximumBatchingWindowInSeconds', 'AWS takes 0 to 300');
  if (queueArn.endsWith('.fifo') && (batchSize > 10 || window > 0)) {
    throw new NotHonoured('BatchSize', 'a FIFO queue takes batches of at most 10, without a window');
  }
  const { configuration } = poolOf(String(properties['FunctionName']));
  if (queues.visibilityTimeoutSeconds(queueArn) < configuration.timeoutSeconds) {
    throw new NotHonoured(
      'EventSourceArn',
      `queue visibility timeout: ${queues.visibilityTimeoutSeconds(queueArn)} seconds is less than function timeout: ${configuration.timeoutSeconds} seconds`,
    );
  }
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    if (!iam.isAllowed(configuration.roleArn, action, queueArn)) {
      throw new NotHonoured('FunctionName', `the function's role may not call ${action} on ${queueArn}`);
    }
  }
  const { MaximumConcurrency: maximum } = (properties['ScalingConfig'] ?? {}) as { MaximumConcurrency?: number };
  if (maximum !== undefined && (maximum < 2 || maximum > 1000)) throw new NotHonoured('ScalingConfig.MaximumConcurrency', 'AWS takes 2 to 1000');
  return {
    queueArn,
    functionArn: configuration.arn,
    batchSize,
    windowMilliseconds: window * 1000,
    reportsFailures: ((properties['FunctionResponseTypes'] ?? []) as string[]).includes('ReportBatchItemFailures'),
    concurrency: Math.min(maximum ?? limit, limit),
  };
}

/**
 * Takes batches as soon as messages are there, and no later than the batching window ends (AWS: "Configuring scaling behavior
 * for SQS event source mappings"). Beside a running batch, a part of one waits a moment: so a busy queue makes full batches.
 */
function createMapping(settings: MappingSettings, { queues, functions, log }: Dependencies): EventSourceMapping {
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
    while (collected.length < batchSize) {
      const messages = queues.receive(queueArn, Math.min(receiveLimit, batchSize - collected.length));
      if (messages.length === 0) return;
      collected.push(...messages);
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
      const result = await functions.invoke(settings.functionArn, { Records: batch.map((message) => record(message, queueArn, region)) });
      const failed = result.functionError ? 'all' : settings.reportsFailures ? failedItems(result.payload, batch) : new Set<string>();
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

/**
 * Message ids that the function reports as failed; all of them when its answer isn't of the form that AWS documents
 * ("Handling errors for an SQS event source in Lambda": success and failure conditions).
 */
function failedItems(payload: unknown, batch: readonly QueueMessage[]): Set<string> | 'all' {
  const failures = (payload as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(batch.map((message) => message.messageId));
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

function record(message: QueueMessage, queueArn: string, region: string): Record<string, unknown> {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(Object.entries(message.messageAttributes).map(([name, value]) => [name, eventAttribute(value)])),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** A message attribute as the event has it (AWS: "Using Lambda with Amazon SQS", example event). */
function eventAttribute(attribute: unknown): Record<string, unknown> {
  const { StringValue, BinaryValue, DataType } = attribute as { StringValue?: string; BinaryValue?: string; DataType: string };
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
