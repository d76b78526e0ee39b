import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import { ruleErrorEnvelope, ruleFailure } from '../platform/ruleErrorEnvelope.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { eachByItself } from './deviceMessage.ts';

/** First part of a topic below `devices/` → the queue whose rule takes it. */
export type QueueUrls = Readonly<Record<'register' | 'certificates' | 'heartbeat', string>>;

const topicPattern = /^devices\/(?<kind>register|certificates|heartbeat)\/(?<deviceId>[^/]+)(?:\/(?<request>[^/]+))?$/;

/**
 * Puts messages that a rule could not deliver into the queue they were for, as the rule would have made them. Only the certificate
 * is not known any more; what is not understood goes to the dead letters by redrive.
 */
export const redeliver =
  ({ sqs, queueUrls }: { readonly sqs: Sends; readonly queueUrls: QueueUrls }): BatchHandler =>
  async (records) => ({
    failed: await eachByItself(
      records,
      async ({ body, attributes }) => {
        const envelope = ruleErrorEnvelope.parse(JSON.parse(body));
        const { topic, clientId, cloudwatchTraceId: traceId, base64OriginalPayload: payload } = envelope;
        const { kind, ...named } = topicPattern.exec(topic)?.groups ?? {};
        if (kind === undefined) throw new Error(`The topic '${topic}' is not one of these rules'.`);
        logger.warn('the rule could not deliver', { topic, traceId, reason: ruleFailure(envelope) });
        const message = { payload, ...named, clientId, receivedAt: Number(attributes.SentTimestamp), traceId };
        await sqs.send(
          new SendMessageCommand({ QueueUrl: queueUrls[kind as keyof QueueUrls], MessageBody: queueBody(message) }),
        );
        metrics.addMetric('RuleErrors', MetricUnit.Count, 1);
      },
      ({ messageId }, error) => logger.error('not an error message of a rule', { messageId, error }),
    ),
  });
