import { z } from 'zod';
import { type ActionKind, messageBytes, parseSettings, roleArn } from './action.ts';
import { serviceAsRole } from './asRole.ts';

const settings = z.strictObject({
  targetArn: z.string().refine((arn) => !arn.endsWith('.fifo'), 'the SNS action takes no FIFO topic'),
  roleArn,
  messageFormat: z.enum(['JSON', 'RAW']).default('RAW'),
});

/** AWS: "SNS" of the rule actions. */
export const snsAction: ActionKind = {
  settings: ['targetArn', 'roleArn', 'messageFormat'],
  compile(given, setting) {
    const parsed = parseSettings(settings, given);
    const targetArn = setting.template('targetArn', parsed.targetArn);
    const call = serviceAsRole(setting, 'sns', parsed.roleArn);
    return {
      name: 'SnsAction',
      resource: targetArn,
      run({ event, payload }) {
        const body = new URLSearchParams({
          Action: 'Publish',
          Version: '2010-03-31',
          TopicArn: targetArn(event),
          Message: messageBytes(payload).toString('utf8'),
          ...(parsed.messageFormat === 'JSON' && { MessageStructure: 'json' }),
        });
        return call({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: body.toString() });
      },
    };
  },
};
