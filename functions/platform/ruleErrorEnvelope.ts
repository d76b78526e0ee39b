import * as z from 'zod';

/** What AWS IoT sends to a rule's error action (AWS IoT Developer Guide: "Error handling (error action)", "Error action message format"). */
export const ruleErrorEnvelope = z.object({
  ruleName: z.string(),
  topic: z.string(),
  cloudwatchTraceId: z.string(),
  clientId: z.string(),
  base64OriginalPayload: z.base64(),
  failures: z.array(z.object({ failedAction: z.string(), failedResource: z.string(), errorMessage: z.string() })),
});
type RuleErrorEnvelope = z.infer<typeof ruleErrorEnvelope>;

/** Why, in a sentence. */
export const ruleFailure = ({ ruleName, failures }: RuleErrorEnvelope): string =>
  `rule ${ruleName}: ${failures.map(({ failedAction, errorMessage }) => `${failedAction}: ${errorMessage}`).join('; ')}`;
