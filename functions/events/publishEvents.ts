import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { event } from '../model/event.ts';
import { fromImage } from '../platform/attributeValue.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { StreamBatchHandler } from '../platform/streamHandler.ts';
import { type EventEnvelope, toEnvelope } from './envelope.ts';
import { type Publication, perCall, publicationBytes, publishPack } from './publishPack.ts';

interface PublishDependencies {
  readonly sns: Sends;
  readonly sqs: Sends;
  readonly topicArn: string;
  readonly deadLetterQueueUrl: string;
}

interface Streamed extends Publication {
  readonly record: DynamoDBRecord;
}

/**
 * Publishes what the stream of the events table brings, in its order. What SNS fails on comes again, with what follows it, so that an
 * event may be published twice, and none is left out; what no repetition would help goes to the dead letters with the reason.
 */
export const publishEvents =
  (dependencies: PublishDependencies): StreamBatchHandler =>
  async (records) => {
    const publications: Streamed[] = [];
    for (const record of records) {
      // An event is written once. Nothing changes it, and whoever deletes one by hand makes no event.
      if (record.eventName !== 'INSERT') continue;
      const read = event.safeParse(fromImage(record.dynamodb?.NewImage ?? {}));
      if (read.success) publications.push(publicationOf(record, toEnvelope(read.data)));
      else await giveUp(dependencies, record, `not an event: ${read.error.message}`);
    }
    const packs = inPacks(publications, publicationBytes, perCall);
    for (const pack of packs) {
      const failed = await publish(dependencies, pack);
      if (failed !== undefined) return failed;
    }
    metrics.addMetric('EventsPublished', MetricUnit.Count, publications.length);
    return undefined;
  };

const publicationOf = (record: DynamoDBRecord, envelope: EventEnvelope): Streamed => ({
  record,
  envelope,
  message: queueBody(envelope),
});

/** @returns the first record that must come again */
async function publish(dependencies: PublishDependencies, pack: readonly Streamed[]) {
  const refused = await publishPack(dependencies)(pack);
  for (const [{ record }, { isFinal, reason }] of refused) if (isFinal) await giveUp(dependencies, record, reason);
  const again = pack.filter((publication) => refused.get(publication)?.isFinal === false);
  if (again.length > 0) logger.warn('SNS took not all events; the stream brings them again', { failed: again.length });
  return again[0]?.record;
}

async function giveUp({ sqs, deadLetterQueueUrl }: PublishDependencies, record: DynamoDBRecord, reason: string) {
  logger.error('event can not be published', { keys: record.dynamodb?.Keys, reason });
  const letter = { reason, keys: record.dynamodb?.Keys, image: record.dynamodb?.NewImage };
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody(letter) }));
}
