import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Sends } from './clients.ts';
import { eachByItself } from './deviceMessage.ts';
import { logger, MetricUnit, metrics } from './observe.ts';
import { queueBody } from './queueBody.ts';
import { ruleErrorEnvelope, ruleFailure } from './ruleErrorEnvelope.ts';
import type { BatchHandler } from './sqsHandler.ts';

/** The topics of a rule and the queue that it delivers to. */
export interface RuleTarget {
  /** Its named groups are what the rule takes from the topic. */
  readonly topic: RegExp;
  readonly queueUrl: string;
}

/**
 * Puts messages that a rule could not deliver into the queue they were for, as the rule would have made them. Only the certificate
 * is not known any more; what is not understood goes to the dead letters by redrive.
 */
export const redeliver =
  ({ sqs, rules }: { readonly sqs: Sends; readonly rules: readonly RuleTarget[] }): BatchHandler =>
  async (records) => ({
    failed: await eachByItself(
      records,
      async ({ body, attributes }) => {
        const envelope = ruleErrorEnvelope.parse(JSON.parse(body));
        const { topic, clientId, cloudwatchTraceId: traceId, base64OriginalPayload: payload } = envelope;
        const rule = rules.find((one) => one.topic.test(topic));
        if (rule === undefined) throw new Error(`The topic '${topic}' is not one of these rules'.`);
        logger.warn('the rule could not deliver', { topic, traceId, reason: ruleFailure(envelope) });
        const named = rule.topic.exec(topic)?.groups;
        const message = { payload, ...named, clientId, receivedAt: Number(attributes.SentTimestamp), traceId };
        await sqs.send(new SendMessageCommand({ QueueUrl: rule.queueUrl, MessageBody: queueBody(message) }));
        metrics.addMetric('RuleErrors', MetricUnit.Count, 1);
      },
      ({ messageId }, error) => logger.error('not an error message of a rule', { messageId, error }),
    ),
  });
