import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Disposition } from '../model/message.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import type { Failure } from '../platform/failure.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { RoutedMessage } from './routedMessage.ts';
import type { RawLocation } from './stores/rawArchive.ts';

interface Outgoing<Source> {
  readonly source: Source;
  readonly body: string;
  readonly delaySeconds?: number;
}

/** AWS: "SendMessageBatch", at most 10 messages and 1 MiB in all. */
const messagesPerCall = 10;
const bytesPerCall = 1_000_000;

/**
 * Sends messages to a queue, in as few calls as can be.
 * @returns those that were not sent, and why
 */
async function sendAll<Source>(
  sqs: Sends,
  queueUrl: string,
  messages: readonly Outgoing<Source>[],
): Promise<Map<Source, string>> {
  const unsent = new Map<Source, string>();
  await Promise.all(
    inPacks(messages, ({ body }) => Buffer.byteLength(body), { bytes: bytesPerCall, items: messagesPerCall }).map(
      async (batch) => {
        try {
          const Entries = batch.map(({ body, delaySeconds }, index) => ({
            Id: String(index),
            MessageBody: body,
            DelaySeconds: delaySeconds,
          }));
          const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
          for (const { Id, Message } of Failed as { Id: string; Message?: string }[]) {
            const message = batch[Number(Id)];
            if (message) unsent.set(message.source, Message ?? 'SQS did not say why');
          }
        } catch (error) {
          for (const { source } of batch) unsent.set(source, (error as Error).message);
        }
      },
    ),
  );
  return unsent;
}

interface Queue {
  readonly sqs: Sends;
  readonly queueUrl: string;
}

/** Longest delay that SQS takes, seconds. */
const longestDelay = 900;

/** Exponential backoff: 2, 4, 8 … seconds after the first, second, third failure, and up to a second more. */
export const backoffSeconds = (failures: number, random: () => number = Math.random): number =>
  Math.min(longestDelay, 2 ** failures + Math.round(random()));

/** Sends messages on another round through the pipeline, later. */
export const sendToRetry =
  ({ sqs, queueUrl }: Queue) =>
  async <Source extends { readonly message: RoutedMessage; readonly failure: Failure }>(
    failed: readonly Source[],
  ): Promise<Map<Source, string>> =>
    sendAll(
      sqs,
      queueUrl,
      failed.map((source) => {
        const attempt = source.message.attempt + 1;
        const body: RoutedMessage = {
          ...source.message,
          attempt,
          failure: `${source.failure.failureClass}: ${source.failure.reason}`,
        };
        return { source, body: queueBody(body), delaySeconds: backoffSeconds(attempt) };
      }),
    );

/** A message in the dead-letter queue: enough to understand it, and to send it in again. */
export interface DeadLetter {
  readonly disposition: Extract<Disposition, 'quarantined' | 'dead-lettered'>;
  readonly failureClass: Failure['failureClass'];
  readonly reason: string;
  readonly messageKey: string;
  readonly raw: RawLocation;
  readonly message: RoutedMessage;
}

/** Puts messages where an operator finds them. */
export const sendToDeadLetters =
  ({ sqs, queueUrl }: Queue) =>
  async <Source extends { readonly deadLetter: DeadLetter }>(ended: readonly Source[]): Promise<Map<Source, string>> =>
    sendAll(
      sqs,
      queueUrl,
      ended.map((source) => ({ source, body: queueBody(source.deadLetter) })),
    );
