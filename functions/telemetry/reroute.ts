import type { SQSRecord } from 'aws-lambda';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import type { sendToRetry } from './forward.ts';
import type { RoutedMessage } from './routedMessage.ts';
import { fromRuleError } from './ruleError.ts';

/** Sends what a rule could not deliver into the pipeline by the retry queue; what isn't understood goes to the dead letters by redrive. */
export const reroute =
  (dependencies: { readonly sendToRetry: ReturnType<typeof sendToRetry> }): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const understood: {
      record: SQSRecord;
      message: RoutedMessage;
      failure: { failureClass: 'processing'; reason: string };
    }[] = [];
    for (const record of records) {
      try {
        const message = fromRuleError(record.body, Number(record.attributes.SentTimestamp));
        logger.warn('the rule could not deliver', {
          deviceId: message.deviceId,
          traceId: message.traceId,
          reason: message.failure,
        });
        understood.push({
          record,
          message,
          failure: { failureClass: 'processing', reason: message.failure ?? 'the rule did not say why' },
        });
      } catch (error) {
        logger.error('not an error message of a rule', {
          sqsMessageId: record.messageId,
          reason: (error as Error).message,
        });
        failed.push(record);
      }
    }
    const unsent = await dependencies.sendToRetry(understood);
    metrics.addMetric('RuleErrors', MetricUnit.Count, understood.length);
    return { failed: [...failed, ...[...unsent.keys()].map(({ record }) => record)] };
  };
