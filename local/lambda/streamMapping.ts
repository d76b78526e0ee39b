import { randomUUID } from 'node:crypto';
import type { CloudContext, CloudLog } from '../context.ts';
import type { FunctionPort, InvokeResult, QueuePort, StreamPort, StreamRecord } from '../ports.ts';
import type { EventSourceMapping } from './eventSourceMapping.ts';
import { failedItems } from './failedItems.ts';
import type { StreamCheckpoint } from './streamCheckpoints.ts';

/** Room for records in an invocation of 6 MB (AWS: "Lambda quotas"), bytes. */
const batchBytes = 6_000_000;
/** Before a failed batch is tried again: at first, and at most, milliseconds. */
const firstPause = 100;
const longestPause = 10_000;
/** A stream that has been read to its end is looked into four times a second (AWS: "Process DynamoDB records with Lambda"), milliseconds. */
const betweenPolls = 250;
const everything = Number.MAX_SAFE_INTEGER;

export interface StreamMappingSettings {
  readonly streamArn: string;
  readonly functionArn: string;
  readonly batchSize: number;
  readonly windowMilliseconds: number;
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** Undefined: again and again, while the stream has the records. */
  readonly retries: number | undefined;
  readonly longestAgeMilliseconds: number | undefined;
  /** Whether the function is handed a record; undefined: it is handed all of them. */
  readonly isWanted: ((event: StreamRecord['event']) => boolean) | undefined;
  /** Queue that is told of what was given up. */
  readonly onFailure: string | undefined;
}

interface Ports {
  readonly streams: StreamPort;
  readonly functions: Pick<FunctionPort, 'invoke'>;
  readonly queues: Pick<QueuePort, 'send'>;
  readonly checkpoint: StreamCheckpoint;
  readonly store: Pick<CloudContext['store'], 'atomic' | 'committed'>;
  readonly log: CloudLog;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** Records that are tried together. */
interface Part {
  readonly records: readonly StreamRecord[];
  /** Invocations that failed so far. */
  readonly failures: number;
}

type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/**
 * Hands the records of a stream to a function, in their order and one batch at a time, with the next look into the stream or when its window ends; a
 * batch that fails holds up what comes after it (AWS: "Process DynamoDB records with Lambda"). How far it has come survives the process.
 */
export function createStreamMapping(settings: StreamMappingSettings, ports: Ports): EventSourceMapping {
  const { streamArn, functionArn, batchSize, windowMilliseconds, isWanted } = settings;
  const { streams, checkpoint, log, now = Date.now } = ports;
  let stopped = true;
  let running: Promise<void> | undefined;
  let gathering = false;
  /** When the stream was last found read to its end. */
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  let stopListening = () => {};
  /** Ends the pause that is on. */
  let resume = () => {};

  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const take = (): StreamRecord[] => {
    const records: StreamRecord[] = [];
    let bytes = 0;
    let passedOver: number | undefined;
    // How much must be read for a batch of what is wanted, nobody knows before.
    for (const record of streams.read(streamArn, checkpoint.get(), isWanted ? everything : batchSize)) {
      if (isWanted?.(record.event) === false) {
        passedOver = record.sequence;
        continue;
      }
      bytes += Buffer.byteLength(JSON.stringify(record.event)) + 1;
      if (bytes > batchBytes && records.length > 0) break;
      records.push(record);
      if (records.length === batchSize) break;
    }
    if (records.length === 0 && passedOver !== undefined) checkpoint.moveTo(passedOver);
    return records;
  };

  const gather = async (): Promise<StreamRecord[]> => {
    // Nobody hears of what a crash could still take back.
    await ports.store.committed();
    const records = take();
    if (records.length === 0 || records.length >= batchSize || windowMilliseconds === 0) return records;
    gathering = true;
    await pause(windowMilliseconds);
    gathering = false;
    return take();
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      const records = await gather();
      if (records.length < batchSize) caughtUpAt = performance.now();
      if (stopped || records.length === 0) return;
      await work({ records, failures: 0 });
      await pause(untilNextPoll());
    }
  };

  const untilNextPoll = () => Math.max(0, caughtUpAt + betweenPolls - performance.now());

  /** Until all of it is done or given up. */
  const work = async (whole: Part): Promise<void> => {
    const parts = [whole];
    for (let part = parts.shift(); part !== undefined && !stopped; part = parts.shift()) {
      const { old, young } = byAge(part.records);
      if (old.length > 0) giveUp(old, 'RecordAgeExceeded', part.failures);
      if (young.length === 0) continue;
      const result = await invoke(young);
      const failedFrom = firstFailed(result, young);
      const [done, rest] = [young.slice(0, failedFrom), young.slice(failedFrom)];
      const last = done.at(-1);
      if (last) checkpoint.moveTo(last.sequence);
      if (rest.length === 0 || stopped) continue;
      // What was reported as failed begins a count of its own when something before it went well.
      const failures = last ? 1 : part.failures + 1;
      // To split a batch is no attempt (AWS: "BisectBatchOnFunctionError").
      const halves = settings.bisects && !last && rest.length > 1;
      if (halves) {
        const middle = Math.ceil(rest.length / 2);
        parts.unshift(
          { records: rest.slice(0, middle), failures: part.failures },
          { records: rest.slice(middle), failures: part.failures },
        );
      } else if (settings.retries !== undefined && failures > settings.retries) {
        giveUp(rest, 'RetryAttemptsExhausted', failures, result);
      } else {
        parts.unshift({ records: rest, failures });
        await pause(Math.min(longestPause, firstPause * 2 ** (failures - 1)));
      }
    }
  };

  const byAge = (records: readonly StreamRecord[]) => {
    const oldest = settings.longestAgeMilliseconds === undefined ? 0 : now() - settings.longestAgeMilliseconds;
    const split = records.findIndex(({ at }) => at >= oldest);
    const count = split === -1 ? records.length : split;
    return { old: records.slice(0, count), young: records.slice(count) };
  };

  const invoke = (records: readonly StreamRecord[]): Promise<InvokeResult> =>
    ports.functions.invoke(functionArn, { Records: records.map(({ event }) => event) }).catch((error: unknown) => {
      log.error(`event source mapping of ${streamArn}`, { error: String(error) });
      return { payload: null, functionError: 'Unhandled' };
    });

  /** Of the first record that is to come again; their number when none is. */
  const firstFailed = ({ functionError, payload }: InvokeResult, records: readonly StreamRecord[]): number => {
    if (functionError) return 0;
    if (!settings.reportsFailures) return records.length;
    const numbers = records.map(sequenceNumberOf);
    const failed = failedItems(payload, numbers);
    if (failed === 'all') return 0;
    return failed.size === 0 ? records.length : numbers.findIndex((number) => failed.has(number));
  };

  /** Told and passed over at once: neither is lost, neither comes twice. */
  const giveUp = (
    records: readonly StreamRecord[],
    condition: GivenUp,
    failures: number,
    result?: InvokeResult,
  ): void => {
    const last = records.at(-1);
    if (last === undefined) return;
    log.warn(`event source mapping of ${streamArn} gave up ${records.length} records`, { condition });
    try {
      ports.store.atomic(() => {
        if (settings.onFailure !== undefined) {
          const told = failureRecord({ records, condition, failures, functionArn, streamArn, result, at: now() });
          ports.queues.send(settings.onFailure, JSON.stringify(told));
        }
        checkpoint.moveTo(last.sequence);
      });
    } catch (error) {
      log.error(`event source mapping of ${streamArn}: its destination took nothing`, { error: String(error) });
      checkpoint.moveTo(last.sequence);
    }
  };

  const wake = () => {
    // What is filtered waits until its window ends: to count what is wanted of it would be to read it at every change.
    if (gathering && !isWanted && streams.count(streamArn, checkpoint.get()) >= batchSize) resume();
    if (stopped || running) return;
    running = pause(untilNextPoll())
      .then(run)
      .catch((error: unknown) => {
        log.error(`event source mapping of ${streamArn}`, { error: String(error) });
        return pause(longestPause);
      })
      .finally(() => {
        running = undefined;
        // What came while it ended.
        if (!stopped && streams.latest(streamArn) > checkpoint.get()) wake();
      });
  };

  return {
    start() {
      stopped = false;
      stopListening = streams.onRecord(streamArn, wake);
      wake();
    },
    async stop() {
      stopped = true;
      stopListening();
      resume();
      await running;
    },
  };
}

const sequenceNumberOf = ({ event }: StreamRecord): string =>
  (event['dynamodb'] as { SequenceNumber: string }).SequenceNumber;

/** AWS: "Capturing discarded batches" of a DynamoDB stream: where the records are, not what they are. */
function failureRecord(lost: {
  readonly records: readonly StreamRecord[];
  readonly condition: GivenUp;
  readonly failures: number;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly result: InvokeResult | undefined;
  readonly at: number;
}): object {
  const [first, last] = [lost.records[0], lost.records.at(-1)];
  const time = (record: StreamRecord | undefined) => new Date(record?.at ?? 0).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: lost.functionArn,
      condition: lost.condition,
      approximateInvokeCount: lost.failures,
    },
    ...(lost.result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: lost.result.functionError ?? null,
      },
    }),
    version: '1.0',
    timestamp: new Date(lost.at).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000000000000000000-00000001',
      startSequenceNumber: first && sequenceNumberOf(first),
      endSequenceNumber: last && sequenceNumberOf(last),
      approximateArrivalOfFirstRecord: time(first),
      approximateArrivalOfLastRecord: time(last),
      batchSize: lost.records.length,
      streamArn: lost.streamArn,
    },
  };
}
