import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** deviceTypes/api: device types over HTTP. */
export const deviceTypesApiEnv = z.object(apiEnv);
