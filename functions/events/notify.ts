import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import type { EventEnvelope } from './envelope.ts';
import type { onceById } from './onceById.ts';
import { type Publication, perCall, publicationBytes, publishPack } from './publishPack.ts';
import { readEvents } from './readEvents.ts';

interface NotifyDependencies {
  readonly sns: Sends;
  readonly topicArn: string;
  readonly once: ReturnType<typeof onceById>;
}

/** Amazon SNS API reference: PublishBatch, Subject. */
const subjectLength = 99;

const idOf = ({ envelope }: Pick<Publication, 'envelope'>) => `notification#${envelope.id}`;

/** Notifies a team of each event once; again only where a function died between telling and writing down that it had told. */
export const notify =
  ({ sns, topicArn, once }: NotifyDependencies): BatchHandler =>
  async (records) => {
    const { arrivals, failed: unread } = readEvents(records);
    const envelopes = new Map(arrivals.map((arrival) => [idOf(arrival), arrival.envelope]));
    const open = await once([...envelopes.keys()], async (ids) => {
      const notifications = ids.map((id) => notificationOf(envelopes.get(id) as EventEnvelope));
      const failed = new Map<string, Error>();
      await Promise.all(
        inPacks(notifications, publicationBytes, perCall).map(async (pack) => {
          try {
            const refused = await publishPack({ sns, topicArn })(pack);
            for (const [one, { reason }] of refused) failed.set(idOf(one), new Error(reason));
          } catch (error) {
            for (const one of pack) failed.set(idOf(one), error as Error);
          }
        }),
      );
      metrics.addMetric('NotificationsSent', MetricUnit.Count, ids.length - failed.size);
      return failed;
    });
    const notTold = arrivals.filter((arrival) => open.has(idOf(arrival)));
    for (const arrival of notTold)
      logger.error('not notified; SQS will deliver it again', {
        eventId: arrival.envelope.id,
        error: open.get(idOf(arrival)),
      });
    return { failed: [...unread, ...notTold.map(({ record }) => record)] };
  };

/** For people by e-mail and SMS, for programs as the event itself. */
export function notificationOf(envelope: EventEnvelope): Publication {
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
    envelope,
    // Printable ASCII is all that a subject takes.
    subject: headline.replace(/[^\x20-\x7e]/g, '?').slice(0, subjectLength),
    structure: 'json',
    message: queueBody({ default: queueBody(envelope), email: text, sms: headline }),
  };
}
