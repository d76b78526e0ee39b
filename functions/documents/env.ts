import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** documents/api: the API's own description. */
export const documentsEnv = z.object(apiEnv);
