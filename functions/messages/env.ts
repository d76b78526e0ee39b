import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** messages/api: what became of messages, over HTTP. */
export const messagesApiEnv = z.object({
  ...apiEnv,
  MESSAGES_TABLE: z.string().min(1),
  RAW_BUCKET: z.string().min(1),
  /** Days that a message record is kept: nothing is older. */
  MESSAGE_RETENTION_DAYS: z.coerce.number().int().positive(),
});
