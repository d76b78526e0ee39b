import { deviceOperations } from './devices/operations.ts';
import { healthOperations } from './health/operations.ts';
import { messageOperations } from './messages/operations.ts';
import { provisioningOperations } from './provisioning/operations.ts';

/** Every operation of the HTTP API, by operationId: what the OpenAPI document, the typed client and the permission tests are made of. */
export const operations = {
  ...deviceOperations,
  ...messageOperations,
  ...healthOperations,
  ...provisioningOperations,
};
