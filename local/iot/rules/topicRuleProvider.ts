import type { CloudContext } from '../../context.ts';
import { NotHonoured, type ResourceProvider } from '../../resources/provider.ts';
import { actionKinds } from './actions/actionKinds.ts';
import type { RulesEngine } from './engine.ts';
import { type RuleAction, RuleRefused } from './topicRule.ts';

const payload = 'TopicRulePayload';
/** CloudFormation writes the API's names with a capital. */
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const templatePath = (path: readonly string[]) => path.map(capital).join('.');

/** AWS::IoT::TopicRule. */
export function topicRuleProvider(context: CloudContext, rules: RulesEngine): ResourceProvider {
  const actionPaths = (prefix: string) =>
    Object.entries(actionKinds).flatMap(([kind, { settings }]) =>
      settings.map((setting) => `${prefix}.${templatePath([kind, ...setting.split('.')])}`),
    );
  return {
    type: 'AWS::IoT::TopicRule',
    honoured: [
      'RuleName',
      `${payload}.Sql`,
      `${payload}.AwsIotSqlVersion`,
      `${payload}.RuleDisabled`,
      ...actionPaths(`${payload}.Actions.*`),
      ...actionPaths(`${payload}.ErrorAction`),
    ],
    noEffect: { [`${payload}.Description`]: 'text for people', Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['RuleName'] ?? generatedName.replaceAll('-', '_'));
      if (!/^[a-zA-Z0-9_]{1,128}$/.test(name))
        throw new NotHonoured('RuleName', `'${name}' is not the name of a rule: letters, digits and _`);
      const given = apiForm(properties[payload]) as {
        sql: string;
        awsIotSqlVersion?: string;
        ruleDisabled?: boolean;
        actions: RuleAction[];
        errorAction?: RuleAction;
      };
      if (given.awsIotSqlVersion !== '2016-03-23')
        throw new NotHonoured(
          `${payload}.AwsIotSqlVersion`,
          'only 2016-03-23 is honoured; name it, for the default is 2015-10-08',
        );
      const arn = `arn:aws:iot:${context.region}:${context.accountId}:rule/${name}`;
      const { sql, actions, errorAction, ruleDisabled } = given;
      try {
        rules.put({ name, arn, sql, enabled: ruleDisabled !== true, actions, errorAction });
      } catch (error) {
        if (error instanceof RuleRefused)
          throw new NotHonoured(`${payload}.${templatePath(error.path)}`, error.message);
        throw error;
      }
      return { ref: name, attributes: { Arn: arn } };
    },
  };
}

/** Properties under the API's names: `DynamoDBv2.PutItem` is `dynamoDBv2.putItem`. */
function apiForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiForm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.charAt(0).toLowerCase() + name.slice(1), apiForm(inner)]),
  );
}
