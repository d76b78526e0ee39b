import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** journal/api: the audit log and events over HTTP. */
export const journalApiEnv = z.object({ ...apiEnv, EVENTS_TABLE: z.string().min(1) });
