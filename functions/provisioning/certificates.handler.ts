import { documentClient, iotClient, iotDataClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { changeTogether } from '../platform/records/change.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { handleCertificateRequests } from './certificateRequests.ts';
import { certificatesEnv } from './env.ts';
import { rotation } from './rotation.ts';

const env = parseEnv(certificatesEnv);
const db = documentClient();

export const handler = sqsHandler(
  handleCertificateRequests({
    ...rotation({
      db,
      iot: iotClient(),
      sqs: sqsClient(),
      devicesTable: env.DEVICES_TABLE,
      eventsTable: env.EVENTS_TABLE,
      devicePolicy: env.DEVICE_POLICY,
      requestQueueUrl: env.REQUEST_QUEUE_URL,
      change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
    }),
    iotData: iotDataClient(),
  }),
);
