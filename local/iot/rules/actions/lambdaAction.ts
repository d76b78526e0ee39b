import { z } from 'zod';
import { AwsError } from '../../../service.ts';
import { RuleRefused } from '../topicRule.ts';
import { type ActionKind, invalidMessage, parseSettings } from './action.ts';

const settings = z.strictObject({ functionArn: z.string() });

/** AWS: "Lambda" of the rule actions. The function's own policy decides; the action is done when Lambda has the event, which it keeps. */
export const lambdaAction: ActionKind = {
  settings: ['functionArn'],
  compile(given, { ports: { functions, invocations }, rule, template }) {
    if (!functions || !invocations) throw new RuleRefused([], 'the local cloud has no lambda for rules');
    const functionArn = template('functionArn', parseSettings(settings, given).functionArn);
    return {
      name: 'LambdaAction',
      resource: functionArn,
      run({ event, payload }) {
        const arn = functionArn(event);
        if (!functions.isInvocableBy(arn, 'iot.amazonaws.com', rule.arn))
          throw new AwsError(
            'AccessDeniedException',
            `iot.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${arn}`,
            403,
          );
        if (payload === undefined || Buffer.isBuffer(payload))
          throw invalidMessage("A function takes JSON: select encode(*, 'base64') for other payloads");
        invocations.invoke(arn, payload);
      },
    };
  },
};
