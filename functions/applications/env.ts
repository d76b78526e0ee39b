import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** applications/api: applications, their members and API keys. */
export const applicationsApiEnv = z.object({ ...apiEnv, USER_POOL_ID: z.string().min(1) });
