import { documentClient, snsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { notificationsEnv } from './env.ts';
import { notify } from './notify.ts';
import { onceById } from './onceById.ts';

const env = parseEnv(notificationsEnv);

export const handler = sqsHandler(
  notify({
    sns: snsClient(),
    topicArn: env.TOPIC_ARN,
    once: onceById({ db: documentClient(), tableName: env.EPHEMERAL_TABLE }),
  }),
);
