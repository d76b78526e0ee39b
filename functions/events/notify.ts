import { PublishCommand } from '@aws-sdk/client-sns';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { attributesOf, type EventEnvelope } from './envelope.ts';
import type { onceById } from './onceById.ts';
import { readEvents } from './readEvents.ts';

interface NotifyDependencies {
  readonly sns: Sends;
  readonly topicArn: string;
  readonly once: ReturnType<typeof onceById>;
}

/** Amazon SNS API reference: Publish, Subject. */
const subjectLength = 99;

/** Notifies a team of each event once; again only where a function died between telling and writing down that it had told. */
export const notify =
  ({ sns, topicArn: TopicArn, once }: NotifyDependencies): BatchHandler =>
  async (records) => {
    const { arrivals, failed: unread } = readEvents(records);
    const failed = [...unread];
    await Promise.all(
      arrivals.map(async ({ record, envelope }) => {
        try {
          await once(`notification#${envelope.id}`, async () => {
            await sns.send(new PublishCommand({ TopicArn, ...notificationOf(envelope) }));
            metrics.addMetric('NotificationsSent', MetricUnit.Count, 1);
          });
        } catch (error) {
          logger.error('not notified; SQS will deliver it again', { eventId: envelope.id, error });
          failed.push(record);
        }
      }),
    );
    return { failed };
  };

/** For people by e-mail and SMS, for programs as the event itself; attributes to filter by as on the topic of events. */
export function notificationOf(envelope: EventEnvelope) {
  const { event_type, payload, timestamp, source, metadata } = envelope;
  const headline = `${metadata.severity.toUpperCase()}: ${event_type} of ${metadata.entity}`;
  const details = Object.entries(payload).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const place = metadata.location ?? metadata.roomId;
  const text = [
    headline,
    '',
    `when: ${timestamp}`,
    `application: ${metadata.applicationId}`,
    ...(place === undefined ? [] : [`where: ${place}`]),
    `by: ${source}`,
    ...details,
  ].join('\n');
  return {
    // Printable ASCII is all that a subject takes.
    Subject: headline.replace(/[^\x20-\x7e]/g, '?').slice(0, subjectLength),
    MessageStructure: 'json',
    Message: queueBody({ default: queueBody(envelope), email: text, sms: headline }),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributesOf(envelope)).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}
