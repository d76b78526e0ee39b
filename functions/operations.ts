import { applicationOperations } from './applications/operations.ts';
import { commandOperations } from './commands/operations.ts';
import { deviceOperations } from './devices/operations.ts';
import { deviceTypeOperations } from './deviceTypes/operations.ts';
import { documentOperations } from './documents/operations.ts';
import { healthOperations } from './health/operations.ts';
import { historyOperations } from './history/operations.ts';
import { identityOperations } from './identity/operations.ts';
import { ingestOperations } from './ingest/operations.ts';
import { journalOperations } from './journal/operations.ts';
import { liveOperations } from './live/operations.ts';
import { messageOperations } from './messages/operations.ts';
import { presenceOperations } from './presence/operations.ts';
import { provisioningOperations } from './provisioning/operations.ts';
import { roomOperations } from './rooms/operations.ts';

/** Every operation of the HTTP API, by operationId: what the OpenAPI document, the typed client and the permission tests are made of. */
export const operations = {
  ...identityOperations,
  ...applicationOperations,
  ...deviceOperations,
  ...roomOperations,
  ...commandOperations,
  ...deviceTypeOperations,
  ...journalOperations,
  ...messageOperations,
  ...liveOperations,
  ...historyOperations,
  ...ingestOperations,
  ...healthOperations,
  ...documentOperations,
  ...provisioningOperations,
  ...presenceOperations,
};
