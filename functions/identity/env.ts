import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** identity/api: people sign in and out, and say who they are. */
export const identityApiEnv = z.object({
  ...apiEnv,
  USER_POOL_ID: z.string().min(1),
  USER_POOL_CLIENT_ID: z.string().min(1),
});
