import { type RuleAction, RuleRefused } from '../topicRule.ts';
import type { Action, ActionKind, ActionSetting } from './action.ts';
import { cloudWatchMetricAction } from './cloudWatchMetricAction.ts';
import { dynamoDbV2Action } from './dynamoDbV2Action.ts';
import { lambdaAction } from './lambdaAction.ts';
import { republishAction } from './republishAction.ts';
import { s3Action } from './s3Action.ts';
import { snsAction } from './snsAction.ts';
import { sqsAction } from './sqsAction.ts';
import { timestreamAction } from './timestreamAction.ts';

/** Kinds of actions that are honoured, by their names in the API. Others are refused with the rule. */
export const actionKinds: Readonly<Record<string, ActionKind>> = {
  cloudwatchMetric: cloudWatchMetricAction,
  dynamoDBv2: dynamoDbV2Action,
  lambda: lambdaAction,
  republish: republishAction,
  s3: s3Action,
  sns: snsAction,
  sqs: sqsAction,
  timestream: timestreamAction,
};

/** @throws RuleRefused, its path starting with the action's kind. */
export function compileAction(action: RuleAction, setting: ActionSetting): Action {
  const [kind = '', ...more] = Object.keys(action);
  const found = Object.hasOwn(actionKinds, kind) ? actionKinds[kind] : undefined;
  if (!found || more.length > 0)
    throw new RuleRefused([], `the action ${[kind, ...more].join(' with ') || 'without a kind'} is not honoured`);
  try {
    return found.compile(action[kind], setting);
  } catch (error) {
    throw error instanceof RuleRefused ? new RuleRefused([kind, ...error.path], error.message) : error;
  }
}
