import { z } from 'zod';
import { RuleRefused } from '../topicRule.ts';
import { type ActionKind, invalidMessage, messageBytes, parseSettings, roleArn } from './action.ts';
import { authorize } from './asRole.ts';

const settings = z.strictObject({
  topic: z.string(),
  roleArn,
  qos: z.union([z.literal(0), z.literal(1)]).default(0),
});
const jobTopic = /^\$aws\/things\/[^/]+\/jobs\//;

/** AWS: "Republish" of the rule actions. */
export const republishAction: ActionKind = {
  settings: ['topic', 'roleArn', 'qos'],
  compile(given, { context, ports: { access, publish }, template }) {
    if (!publish) throw new RuleRefused([], 'the local cloud has no broker for rules');
    const parsed = parseSettings(settings, given);
    const text = template('topic', parsed.topic);
    // `$$` stands for the `$` of a reserved topic, which a template would take for its own.
    const topic: typeof text = (event) => text(event).replace(/^\$\$/, '$');
    return {
      name: 'RepublishAction',
      resource: topic,
      async run({ event, payload }) {
        const target = topic(event);
        if (target === '' || /[+#]/.test(target)) throw invalidMessage(`'${target}' is not a topic`);
        if (jobTopic.test(target)) throw invalidMessage('A message is not republished to the topics of jobs');
        authorize(
          access,
          parsed.roleArn,
          'iot:Publish',
          `arn:aws:iot:${context.region}:${context.accountId}:topic/${target}`,
        );
        // In a turn of its own: a rule that triggers itself goes round for ever, as on AWS, but stops nothing else.
        await new Promise((resolve) => setImmediate(resolve));
        await publish(target, messageBytes(payload), { qos: parsed.qos, retain: false });
      },
    };
  },
};
