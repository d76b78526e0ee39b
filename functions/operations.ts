import { deviceOperations } from './devices/operations.ts';
import { deviceTypeOperations } from './deviceTypes/operations.ts';
import { healthOperations } from './health/operations.ts';
import { journalOperations } from './journal/operations.ts';
import { messageOperations } from './messages/operations.ts';
import { roomOperations } from './rooms/operations.ts';

/** Every operation of the HTTP API, by operationId: what the OpenAPI document, the typed client and the permission tests are made of. */
export const operations = {
  ...deviceOperations,
  ...roomOperations,
  ...deviceTypeOperations,
  ...journalOperations,
  ...messageOperations,
  ...healthOperations,
};
