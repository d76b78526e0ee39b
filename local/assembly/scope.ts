import { evaluateCondition, IntrinsicError, resolve, type Scope } from './intrinsics.ts';
import type { Stack, TemplateOutput } from './template.ts';

/** Values of the pseudo parameters that are the same in every stack. */
export interface Pseudo {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

/** What resources answer to `Ref` and `Fn::GetAtt`. */
export interface ResourceAnswers {
  readonly preview: boolean;
  ref(stack: string, logicalId: string): unknown;
  getAtt(stack: string, logicalId: string, attribute: string): unknown;
}

/** Makes the scopes of all stacks of an assembly; imports reach the exports of the others. */
export function createScopes(
  stacks: readonly Stack[],
  pseudo: Pseudo,
  answers: ResourceAnswers,
): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  let exported: Map<string, { scope: Scope; output: TemplateOutput }> | undefined;

  const exports = () => {
    if (exported) return exported;
    exported = new Map();
    for (const stack of stacks) {
      const scope = scopes.get(stack.name);
      for (const output of Object.values(stack.template.Outputs ?? {})) {
        if (!scope || !output.Export || (output.Condition && !scope.condition(output.Condition))) continue;
        exported.set(String(resolve(output.Export.Name, scope)), { scope, output });
      }
    }
    return exported;
  };

  const importValue = (name: string) => {
    const found = exports().get(name);
    if (!found) throw new IntrinsicError('', `Fn::ImportValue: no stack of this assembly exports ${name}`);
    return resolve(found.output.Value, found.scope);
  };

  for (const stack of stacks) scopes.set(stack.name, createScope(stack, pseudo, answers, importValue));
  return scopes;
}

function createScope(
  stack: Stack,
  pseudo: Pseudo,
  answers: ResourceAnswers,
  importValue: (name: string) => unknown,
): Scope {
  const { template } = stack;
  const pseudoParameters = new Map<string, unknown>([
    ['AWS::AccountId', pseudo.accountId],
    ['AWS::Region', pseudo.region],
    ['AWS::Partition', pseudo.partition],
    ['AWS::StackName', stack.name],
    ['AWS::StackId', `arn:${pseudo.partition}:cloudformation:${pseudo.region}:${pseudo.accountId}:stack/${stack.name}`],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', undefined],
  ]);
  const conditions = new Map<string, boolean>();
  const evaluating = new Set<string>();

  const requireResource = (logicalId: string) => {
    const resource = template.Resources?.[logicalId];
    if (!resource) throw new IntrinsicError('', `${logicalId} is neither a parameter nor a resource of ${stack.name}`);
    if (resource.Condition && !scope.condition(resource.Condition))
      throw new IntrinsicError('', `${logicalId} is not made, because its condition ${resource.Condition} is false`);
  };

  const scope: Scope = {
    preview: answers.preview,
    ref(name) {
      if (pseudoParameters.has(name)) return pseudoParameters.get(name);
      if (template.Parameters?.[name]) return parameterValue(stack, name);
      requireResource(name);
      return answers.ref(stack.name, name);
    },
    getAtt(logicalId, attribute) {
      requireResource(logicalId);
      return answers.getAtt(stack.name, logicalId, attribute);
    },
    importValue,
    condition(name) {
      const known = conditions.get(name);
      if (known !== undefined) return known;
      const expression = template.Conditions?.[name];
      if (expression === undefined) throw new IntrinsicError(`Conditions.${name}`, 'there is no such condition');
      if (evaluating.has(name)) throw new IntrinsicError(`Conditions.${name}`, 'the condition refers to itself');
      evaluating.add(name);
      const result = evaluateCondition(expression, scope, `Conditions.${name}`);
      evaluating.delete(name);
      conditions.set(name, result);
      return result;
    },
    mapping(map, topKey, secondKey) {
      const value = template.Mappings?.[map]?.[topKey]?.[secondKey];
      if (value === undefined)
        throw new IntrinsicError('', `Fn::FindInMap: there is no ${map}.${topKey}.${secondKey} in Mappings`);
      return value;
    },
  };
  return scope;
}

function parameterValue(stack: Stack, name: string): unknown {
  const parameter = stack.template.Parameters?.[name];
  const value = stack.parameters[name] ?? parameter?.Default;
  if (value === undefined) throw new IntrinsicError(`Parameters.${name}`, 'the parameter has no default value');
  const type = parameter?.Type ?? 'String';
  // CDK's own parameter: the path of the bootstrap version, which no property of a resource uses.
  if (name === 'BootstrapVersion') return String(value);
  if (type === 'String' || type === 'Number') return String(value);
  if (type === 'CommaDelimitedList' || type === 'List<Number>')
    return String(value)
      .split(',')
      .map((item) => item.trim());
  throw new IntrinsicError(`Parameters.${name}`, `parameters of type ${type} are not honoured`);
}
