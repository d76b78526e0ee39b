import { z } from 'zod';
import { AwsError } from '../../../service.ts';
import { type ActionKind, messageBytes, messageText, parseSettings, roleArn } from './action.ts';
import { authorize } from './asRole.ts';

const settings = z.strictObject({
  queueUrl: z.string().refine((url) => !url.endsWith('.fifo'), 'the SQS action takes no FIFO queue'),
  roleArn,
  useBase64: z.boolean().default(false),
});

/** AWS: "SQS" of the rule actions. */
export const sqsAction: ActionKind = {
  settings: ['queueUrl', 'roleArn', 'useBase64'],
  compile(given, { ports: { access, queues }, template }) {
    const { queueUrl, roleArn: role, useBase64 } = parseSettings(settings, given);
    const url = template('queueUrl', queueUrl);
    return {
      name: 'SqsAction',
      resource: url,
      run({ event, payload }) {
        const queueArn = queues.arnOf(url(event));
        authorize(access, role, 'sqs:SendMessage', queueArn);
        const body = useBase64 ? messageBytes(payload).toString('base64') : messageText(payload);
        if (body === '')
          throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.', 400);
        queues.send(queueArn, body);
      },
    };
  },
};
