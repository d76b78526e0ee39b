/** Policy documents of IAM and of AWS IoT: both share the language (AWS: "IAM JSON policy elements reference"). */

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

const policyElements = ['Version', 'Id', 'Statement'];
const statementElements = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal'];

/** Condition operators that evaluate.ts knows. */
const conditionOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Bool',
  'Null',
  'NumericEquals',
  'NumericLessThan',
  'NumericGreaterThan',
  'NumericNotEquals',
  'NumericLessThanEquals',
  'NumericGreaterThanEquals',
  'IpAddress',
  'NotIpAddress',
] as const;

/**
 * Reads a policy document, an object or its JSON.
 * @throws Error naming the element or operator that isn't understood; a policy half understood would be worse than none.
 */
export function parsePolicy(document: unknown): Statement[] {
  const policy = (typeof document === 'string' ? JSON.parse(document) : document) as Record<string, unknown>;
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) {
    throw new Error('A policy document is an object with a Statement.');
  }
  for (const element of Object.keys(policy)) {
    if (!policyElements.includes(element)) throw new Error(`Policy element '${element}' is not understood.`);
  }
  // Without a Version, AWS takes the language of 2008-10-17, where `${…}` is text. Nobody means that.
  if (policy['Version'] !== '2012-10-17')
    throw new Error(`The Version of a policy must be 2012-10-17, not '${String(policy['Version'])}'.`);
  return list(policy['Statement']).map(parseStatement);
}

function parseStatement(statement: unknown): Statement {
  const source = statement as Record<string, unknown>;
  for (const element of Object.keys(source)) {
    if (!statementElements.includes(element)) throw new Error(`Policy element '${element}' is not understood.`);
  }
  const effect = source['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new Error(`Effect must be Allow or Deny, not '${String(effect)}'.`);
  for (const element of ['Action', 'Resource']) {
    if (element in source === `Not${element}` in source)
      throw new Error(`A statement has either ${element} or Not${element}.`);
  }
  return {
    effect,
    actions: strings(source['Action']),
    notActions: strings(source['NotAction']),
    resources: strings(source['Resource']),
    notResources: strings(source['NotResource']),
    conditions: Object.entries((source['Condition'] ?? {}) as Record<string, Record<string, unknown>>).flatMap(
      ([operator, keys]) => Object.entries(keys).map(([key, values]) => parseCondition(operator, key, values)),
    ),
  };
}

function parseCondition(name: string, key: string, values: unknown): Condition {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name);
  const operator = match?.[2] ?? '';
  // Null itself asks whether a key is there: AWS knows no NullIfExists.
  if (!(conditionOperators as readonly string[]).includes(operator) || (operator === 'Null' && match?.[3])) {
    throw new Error(`Condition operator '${name}' is not understood.`);
  }
  return {
    operator,
    quantifier: match?.[1] as Condition['quantifier'],
    ifExists: match?.[3] !== undefined,
    key,
    values: strings(values),
  };
}

function list(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function strings(value: unknown): string[] {
  return list(value).map((item) => {
    if (typeof item === 'object') throw new Error(`A policy takes text here, not ${JSON.stringify(item)}.`);
    return String(item);
  });
}
