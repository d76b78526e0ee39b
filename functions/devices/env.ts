import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** devices/api: the registry of devices over HTTP. */
export const devicesApiEnv = z.object(apiEnv);
