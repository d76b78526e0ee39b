import { documentClient, iotClient, iotDataClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { wakeMailboxes } from '../platform/mailbox.ts';
import { registryDependencies } from '../platform/records/registryDependencies.ts';
import { deviceHandlers } from './devices.ts';
import { devicesApiEnv } from './env.ts';
import { deviceOperations } from './operations.ts';

const env = parseEnv(devicesApiEnv);
const db = documentClient();

export const handler = httpApi(
  deviceOperations,
  deviceHandlers({
    ...registryDependencies(env, db),
    iot: iotClient(),
    iotData: iotDataClient(),
    wakeMailboxes: wakeMailboxes({ sqs: sqsClient(), queueUrl: env.MAILBOX_QUEUE_URL }),
  }),
  apiDependencies(env, db),
);
