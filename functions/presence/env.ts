import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';

/** presence/heartbeat: consumes what devices send to say that they are there. */
export const heartbeatEnv = z.object({ ...platformEnv, DEVICES_TABLE: z.string().min(1) });
