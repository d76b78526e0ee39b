import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** rooms/api: rooms over HTTP. */
export const roomsApiEnv = z.object({ ...apiEnv, EVENTS_TABLE: z.string().min(1) });
