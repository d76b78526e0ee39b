import type { CloudContext } from '../context.ts';
import type { QueuePort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { Templates } from './provisioning/templates.ts';
import type { Registry } from './registry/registry.ts';
import { registryProviders } from './registryProviders.ts';
import type { RulesEngine, SqsAction } from './rules/engine.ts';

/** CloudFormation resources of AWS IoT Core. */
export function iotProviders(
  context: CloudContext,
  {
    registry,
    authority,
    templates,
    rules,
    queues,
  }: {
    registry: Registry;
    authority: CertificateAuthority;
    templates: Templates;
    rules: RulesEngine;
    queues: QueuePort;
  },
): ResourceProvider[] {
  return [...registryProviders(context, registry, authority, templates), topicRuleProvider(context, rules, queues)];
}

function topicRuleProvider(context: CloudContext, rules: RulesEngine, queues: QueuePort): ResourceProvider {
  const payload = 'TopicRulePayload';
  const action = (properties: Record<string, unknown>, path: string): SqsAction => {
    const sqs = properties['Sqs'] as { QueueUrl: string; RoleArn: string; UseBase64?: boolean } | undefined;
    if (!sqs) throw new NotHonoured(path, 'only the Sqs action is honoured');
    return {
      queueUrl: sqs.QueueUrl,
      queueArn: queues.arnOf(sqs.QueueUrl),
      roleArn: sqs.RoleArn,
      useBase64: sqs.UseBase64 ?? false,
    };
  };
  const sqsPaths = (prefix: string) => ['QueueUrl', 'RoleArn', 'UseBase64'].map((name) => `${prefix}.Sqs.${name}`);
  return {
    type: 'AWS::IoT::TopicRule',
    honoured: [
      'RuleName',
      `${payload}.Sql`,
      `${payload}.AwsIotSqlVersion`,
      `${payload}.RuleDisabled`,
      ...sqsPaths(`${payload}.Actions.*`),
      ...sqsPaths(`${payload}.ErrorAction`),
    ],
    noEffect: { [`${payload}.Description`]: 'text for people', Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['RuleName'] ?? generatedName.replaceAll('-', '_'));
      const given = properties[payload] as {
        Sql: string;
        AwsIotSqlVersion?: string;
        RuleDisabled?: boolean;
        Actions: Record<string, unknown>[];
        ErrorAction?: Record<string, unknown>;
      };
      if (given.AwsIotSqlVersion !== '2016-03-23')
        throw new NotHonoured(
          `${payload}.AwsIotSqlVersion`,
          'only 2016-03-23 is honoured; name it, for the default is 2015-10-08',
        );
      const arn = `arn:aws:iot:${context.region}:${context.accountId}:rule/${name}`;
      try {
        rules.put({
          name,
          arn,
          sql: given.Sql,
          enabled: given.RuleDisabled !== true,
          actions: given.Actions.map((each, index) => action(each, `${payload}.Actions.${index}`)),
          errorAction: given.ErrorAction && action(given.ErrorAction, `${payload}.ErrorAction`),
        });
      } catch (error) {
        if (error instanceof Error && error.name === 'SqlSyntaxError')
          throw new NotHonoured(`${payload}.Sql`, error.message);
        throw error;
      }
      return { ref: name, attributes: { Arn: arn } };
    },
  };
}
