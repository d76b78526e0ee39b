import * as z from 'zod';
import type { RoutedMessage } from './routedMessage.ts';
import { deviceIdOf } from './topics.ts';

/** What AWS IoT sends to a rule's error action (AWS IoT Developer Guide: "Error handling (error action)", "Error action message format"). */
const ruleErrorEnvelope = z.object({
  ruleName: z.string(),
  topic: z.string(),
  cloudwatchTraceId: z.string(),
  clientId: z.string(),
  base64OriginalPayload: z.base64(),
  failures: z.array(z.object({ failedAction: z.string(), failedResource: z.string(), errorMessage: z.string() })),
});

/**
 * A message that its rule could not deliver, as the rule would have made it. The envelope has no principal and no time of
 * reception; the time that the error was queued stands for the latter.
 * @throws Error when it is not such an envelope
 */
export function fromRuleError(body: string, queuedAt: number): RoutedMessage {
  const { topic, cloudwatchTraceId, clientId, base64OriginalPayload, failures, ruleName } = ruleErrorEnvelope.parse(
    JSON.parse(body),
  );
  const deviceId = deviceIdOf(topic);
  if (deviceId === undefined) throw new Error(`The topic '${topic}' is not one that devices publish telemetry to.`);
  return {
    payload: base64OriginalPayload,
    deviceId,
    clientId,
    receivedAt: queuedAt,
    traceId: cloudwatchTraceId,
    attempt: 0,
    failure: `rule ${ruleName}: ${failures.map(({ failedAction, errorMessage }) => `${failedAction}: ${errorMessage}`).join('; ')}`,
  };
}
