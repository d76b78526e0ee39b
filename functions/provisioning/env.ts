import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const name = z.string().min(1);

/** provisioning/api: tokens and certificates of devices over HTTP. */
export const provisioningApiEnv = z.object(apiEnv);

/** provisioning/hook: decides who may be provisioned by claim. */
export const hookEnv = z.object({
  ...platformEnv,
  DIRECTORY_TABLE: name,
  DEVICES_TABLE: name,
  EVENTS_TABLE: name,
  AUDIT_TABLE: name,
});

/** provisioning/announce: consumes what devices say of themselves when they start. */
export const announceEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: name,
  ROOMS_TABLE: name,
  DIRECTORY_TABLE: name,
  EVENTS_TABLE: name,
  AUDIT_TABLE: name,
  DEAD_LETTER_QUEUE_URL: name,
});

/** provisioning/certificates: consumes what devices ask about their certificates, and the orders to retire replaced ones. */
export const certificatesEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: name,
  EVENTS_TABLE: name,
  AUDIT_TABLE: name,
  /** The IoT policy of devices. */
  DEVICE_POLICY: name,
  /** The queue that it consumes: an order to retire a certificate waits there. */
  REQUEST_QUEUE_URL: name,
});

/** provisioning/ruleErrors: consumes what the rules of this feature could not deliver. */
export const deviceRuleErrorsEnv = z.object({
  ...platformEnv,
  ANNOUNCEMENT_QUEUE_URL: name,
  CERTIFICATE_QUEUE_URL: name,
});
