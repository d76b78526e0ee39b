import { z } from 'zod';
import type { CloudContext } from '../../../context.ts';
import { AwsError } from '../../../service.ts';
import type { RuleContext } from '../ruleContext.ts';
import type { RulePorts } from '../rulePorts.ts';
import type { Template } from '../template.ts';
import { RuleRefused, type TopicRule } from '../topicRule.ts';
import type { Value } from '../values.ts';

/** What a rule hands to an action. */
export interface ActionMessage {
  /** The publish itself, for templates. */
  readonly event: RuleContext;
  /** What SELECT made of it. */
  readonly payload: Value;
}

/** An action of one rule, ready to run. It throws what went wrong. */
export interface Action {
  /** As the error action's message names it. */
  readonly name: string;
  resource(event: RuleContext): string;
  run(message: ActionMessage): void | Promise<void>;
}

/** What an action is made with. */
export interface ActionSetting {
  readonly context: CloudContext;
  readonly ports: RulePorts;
  readonly rule: Pick<TopicRule, 'name' | 'arn'>;
  /** @throws RuleRefused for SQL in the property that isn't honoured. */
  template(property: string, text: string): Template;
}

export interface ActionKind {
  /** Paths of the settings that are honoured, `*` for items of a list. */
  readonly settings: readonly string[];
  compile(given: unknown, setting: ActionSetting): Action;
}

export const roleArn = z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'it is not the ARN of a role');

/** @throws RuleRefused that names the first setting which isn't right. */
export function parseSettings<Schema extends z.ZodType>(schema: Schema, given: unknown): z.infer<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new RuleRefused((issue?.path ?? []).map(String), issue?.message ?? 'it is not valid');
}

/** The payload as an action sends it: JSON, bytes as they are, nothing for what is Undefined. */
export function messageBytes(payload: Value): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.from(messageText(payload));
}

/** The same as text. */
export function messageText(payload: Value): string {
  if (Buffer.isBuffer(payload)) return payload.toString();
  return payload === undefined ? '' : JSON.stringify(payload);
}

export const invalidMessage = (reason: string) => new AwsError('InvalidMessage', reason);
