import { ruleErrorEnvelope, ruleFailure } from '../platform/ruleErrorEnvelope.ts';
import type { RoutedMessage } from './routedMessage.ts';
import { sourceOf } from './topics.ts';

/**
 * A message that its rule could not deliver, as the rule would have made it. The envelope has no principal and no time of
 * reception; the time that the error was queued stands for the latter.
 * @throws Error when it is not such an envelope
 */
export function fromRuleError(body: string, queuedAt: number): RoutedMessage {
  const envelope = ruleErrorEnvelope.parse(JSON.parse(body));
  const { topic, cloudwatchTraceId, clientId, base64OriginalPayload } = envelope;
  const source = sourceOf(topic);
  if (source === undefined) throw new Error(`The topic '${topic}' is not one that devices publish telemetry to.`);
  return {
    payload: base64OriginalPayload,
    ...source,
    clientId,
    receivedAt: queuedAt,
    traceId: cloudwatchTraceId,
    attempt: 0,
    failure: ruleFailure(envelope),
  };
}
