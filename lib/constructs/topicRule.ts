import { Role, type RoleProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow } from './statement.ts';

/** One per publish. What did not come by MQTT has no trace id (AWS: "Functions", traceid()), so it is given one here, once. */
const traceId = 'get_or_default(traceid(), newuuid())';

export interface TopicRuleSettings {
  readonly ruleName: string;
  readonly description: string;
  /** What of the message beside its identity, as in `encode(*, 'base64') AS payload, topic(3) AS deviceId`. */
  readonly select: string;
  /** Topic filter. */
  readonly from: string;
  readonly to: Queue;
  /** Where messages go that could not be delivered. */
  readonly errorsTo: Queue;
}

/** A topic rule into a queue, with a role of its own for each action. Identity is the broker's: topic, client id, certificate. */
export function addTopicRule(scope: Construct, id: string, settings: TopicRuleSettings): void {
  const { ruleName, description, select, from, to, errorsTo } = settings;
  const sendTo = (role: Role, queue: Queue): CfnTopicRule.SqsActionProperty => {
    role.addToPolicy(allow(['sqs:SendMessage'], queue.queueArn));
    return { queueUrl: queue.queueUrl, roleArn: role.roleArn, useBase64: false };
  };
  const assumed: RoleProps = {
    assumedBy: new ServicePrincipal('iot.amazonaws.com'),
    description: `Lets the rule ${ruleName} send to one queue`,
  };
  const roles = [new Role(scope, `${id}Role`, assumed), new Role(scope, `${id}ErrorRole`, assumed)] as const;
  const rule = new CfnTopicRule(scope, id, {
    ruleName,
    topicRulePayload: {
      description,
      awsIotSqlVersion: '2016-03-23',
      sql: `SELECT ${select}, clientid() AS clientId, principal() AS principal, timestamp() AS receivedAt, ${traceId} AS traceId FROM '${from}'`,
      actions: [{ sqs: sendTo(roles[0], to) }],
      errorAction: { sqs: sendTo(roles[1], errorsTo) },
    },
  });
  rule.node.addDependency(...roles);
}
