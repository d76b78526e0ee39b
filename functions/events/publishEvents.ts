import { PublishBatchCommand, type PublishBatchCommandOutput } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { event } from '../model/event.ts';
import { fromImage } from '../platform/attributeValue.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { StreamBatchHandler } from '../platform/streamHandler.ts';
import { attributesOf, type EventEnvelope, toEnvelope } from './envelope.ts';

interface PublishDependencies {
  readonly sns: Sends;
  readonly sqs: Sends;
  readonly topicArn: string;
  readonly deadLetterQueueUrl: string;
}

/** SNS takes ten messages and 256 KB a call (Amazon SNS API reference: PublishBatch). */
const perCall = { items: 10, bytes: 250_000 };

interface Publication {
  readonly record: DynamoDBRecord;
  readonly envelope: EventEnvelope;
  readonly message: string;
}

/**
 * Publishes what the stream of the events table brings, in its order. What SNS fails on comes again, with what follows it, so that an
 * event may be published twice, and none is left out; what no repetition would help goes to the dead letters with the reason.
 */
export const publishEvents =
  (dependencies: PublishDependencies): StreamBatchHandler =>
  async (records) => {
    const publications: Publication[] = [];
    for (const record of records) {
      // An event is written once. Nothing changes it, and whoever deletes one by hand makes no event.
      if (record.eventName !== 'INSERT') continue;
      const read = event.safeParse(fromImage(record.dynamodb?.NewImage ?? {}));
      if (read.success) publications.push(publicationOf(record, toEnvelope(read.data)));
      else await giveUp(dependencies, record, `not an event: ${read.error.message}`);
    }
    const packs = inPacks(publications, sizeOf, perCall);
    for (const pack of packs) {
      const failed = await publish(dependencies, pack);
      if (failed !== undefined) return failed;
    }
    metrics.addMetric('EventsPublished', MetricUnit.Count, publications.length);
    return undefined;
  };

const publicationOf = (record: DynamoDBRecord, envelope: EventEnvelope): Publication => ({
  record,
  envelope,
  message: queueBody(envelope),
});

/** What SNS counts: the text and the attributes' names, types and values. */
const sizeOf = ({ message, envelope }: Publication): number =>
  Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(attributesOf(envelope))) + 10 * 'String'.length;

/** @returns the first record that must come again */
async function publish(dependencies: PublishDependencies, pack: readonly Publication[]) {
  const { sns, topicArn: TopicArn } = dependencies;
  const { Failed = [] }: PublishBatchCommandOutput = await sns.send(
    new PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: pack.map(({ message: Message, envelope }, index) => ({
        Id: String(index),
        Message,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributesOf(envelope)).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      })),
    }),
  );
  const passing: number[] = [];
  for (const { Id, SenderFault, Code, Message } of Failed) {
    const publication = pack[Number(Id)];
    if (publication === undefined) continue;
    if (SenderFault === true) await giveUp(dependencies, publication.record, `${Code}: ${Message}`);
    else passing.push(Number(Id));
  }
  if (passing.length === 0) return undefined;
  logger.warn('SNS took not all events; the stream brings them again', { failed: passing.length });
  return pack[Math.min(...passing)]?.record;
}

async function giveUp({ sqs, deadLetterQueueUrl }: PublishDependencies, record: DynamoDBRecord, reason: string) {
  logger.error('event can not be published', { keys: record.dynamodb?.Keys, reason });
  const letter = { reason, keys: record.dynamodb?.Keys, image: record.dynamodb?.NewImage };
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody(letter) }));
}
