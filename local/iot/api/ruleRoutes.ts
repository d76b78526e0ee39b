import { AwsError } from '../../service.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import { type RuleAction, RuleRefused, type TopicRule } from '../rules/topicRule.ts';
import { page, type Route, route } from './route.ts';
import type { RulesByApi } from './rulesByApi.ts';

interface Payload {
  readonly sql?: string;
  readonly awsIotSqlVersion?: string;
  readonly ruleDisabled?: boolean;
  readonly actions?: readonly RuleAction[];
  readonly errorAction?: RuleAction;
}

/** Topic rules (AWS IoT API Reference). */
export function ruleRoutes(registry: Registry, rules: RulesByApi): Route[] {
  const ruleArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('rule', name);
  const get = (name: string): TopicRule => {
    const rule = rules.rules.get(name);
    if (!rule) throw new AwsError('UnauthorizedException', `Access to topic rule '${name}' was denied.`, 401);
    return rule;
  };
  const put = (rule: TopicRule, made: boolean) => {
    try {
      rules.put(rule, made);
    } catch (error) {
      if (error instanceof RuleRefused)
        throw error.path[0] === 'sql'
          ? new AwsError('SqlParseException', error.message, 400)
          : invalid(`${error.path.join('.')}: ${error.message}`);
      throw error;
    }
  };
  const ruleOf = (name: string, payload: Payload): TopicRule => {
    if (!/^[a-zA-Z0-9_]{1,128}$/.test(name)) throw invalid(`Rule name '${name}' must match [a-zA-Z0-9_]{1,128}.`);
    if (payload.awsIotSqlVersion !== '2016-03-23')
      throw invalid(
        'Only awsIotSqlVersion 2016-03-23 is honoured by the local cloud; name it, for the default is 2015-10-08.',
      );
    return {
      name,
      arn: registry.arn('rule', name),
      sql: payload.sql ?? '',
      enabled: payload.ruleDisabled !== true,
      actions: payload.actions ?? [],
      errorAction: payload.errorAction,
    };
  };
  // The SDK and the CLI send the payload as the body itself.
  const payloadOf = (body: Readonly<Record<string, unknown>>) => (body['topicRulePayload'] ?? body) as Payload;

  return [
    route('GET /rules', 'ListTopicRules', ({ query }) => {
      const disabled = query.get('ruleDisabled');
      const wanted = [...rules.rules.values()]
        .filter((rule) => disabled === null || rule.enabled !== (disabled === 'true'))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = page(query, wanted, ({ name }) => name);
      return {
        rules: items.map((rule) => ({ ruleName: rule.name, ruleArn: rule.arn, ruleDisabled: !rule.enabled })),
        nextToken,
      };
    }),
    route(
      'GET /rules/{ruleName}',
      'GetTopicRule',
      ({ parameters: [name = ''] }) => {
        const { arn, sql, enabled, actions, errorAction } = get(name);
        return {
          ruleArn: arn,
          rule: { ruleName: name, sql, awsIotSqlVersion: '2016-03-23', ruleDisabled: !enabled, actions, errorAction },
        };
      },
      ruleArn,
    ),
    route(
      'POST /rules/{ruleName}',
      'CreateTopicRule',
      ({ parameters: [name = ''], body }) => {
        if (rules.rules.has(name))
          throw new AwsError('ResourceAlreadyExistsException', `Topic rule ${name} already exists.`, 409, {
            resourceId: name,
            resourceArn: registry.arn('rule', name),
          });
        put(ruleOf(name, payloadOf(body)), true);
      },
      ruleArn,
    ),
    route(
      'PATCH /rules/{ruleName}',
      'ReplaceTopicRule',
      ({ parameters: [name = ''], body }) => put(ruleOf(get(name).name, payloadOf(body)), false),
      ruleArn,
    ),
    route(
      'DELETE /rules/{ruleName}',
      'DeleteTopicRule',
      ({ parameters: [name = ''] }) => rules.delete(get(name).name),
      ruleArn,
    ),
    route(
      'POST /rules/{ruleName}/enable',
      'EnableTopicRule',
      ({ parameters: [name = ''] }) => put({ ...get(name), enabled: true }, false),
      ruleArn,
    ),
    route(
      'POST /rules/{ruleName}/disable',
      'DisableTopicRule',
      ({ parameters: [name = ''] }) => put({ ...get(name), enabled: false }, false),
      ruleArn,
    ),
  ];
}
