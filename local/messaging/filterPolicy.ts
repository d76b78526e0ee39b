import { compilePattern, isMap } from '../eventPattern.ts';
import type { MessageAttributes } from './snsMessage.ts';

/** A message as a filter policy sees it. */
interface Filtered {
  readonly message: string;
  readonly attributes: MessageAttributes;
}

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** AWS: "Filter policy constraints in Amazon SNS". */
const mostKeys = 5;
const mostCombinations = 150;

/**
 * Compiles a subscription's filter policy (AWS: "Amazon SNS subscription filter policies"). fauxqs has one too, but it delivers what
 * it can't decide, and knows neither String.Array nor arrays in a body.
 * @throws Error as SNS words a policy that it doesn't take, or naming the operator that is not honoured.
 */
export function compileFilterPolicy(policy: unknown, scope: FilterPolicyScope): (message: Filtered) => boolean {
  const { matches, size } = compile(policy);
  if (scope === 'MessageAttributes' && size.depth > 1)
    throw invalid('Filter policy scope MessageAttributes does not support nested filter policy');
  if (size.keys > mostKeys || size.combinations > mostCombinations) throw invalid('Filter policy is too complex');
  return ({ message, attributes }) => {
    const properties = scope === 'MessageBody' ? bodyProperties(message) : attributeProperties(attributes);
    return properties !== undefined && matches(properties);
  };
}

const invalid = (reason: string) => new Error(`FilterPolicy: ${reason}`);

function compile(policy: unknown): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(policy);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

function bodyProperties(message: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(message);
    return isMap(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Attributes of type Binary are not compared. */
function attributeProperties(attributes: MessageAttributes): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, { DataType: type, StringValue: text = '' }] of Object.entries(attributes)) {
    if (type === 'Number') properties[name] = Number(text);
    else if (type === 'String.Array') properties[name] = JSON.parse(text);
    else if (type !== 'Binary') properties[name] = text;
  }
  return properties;
}
