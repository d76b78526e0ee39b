import * as z from 'zod';
import { platformEnv } from '../env.ts';

/** What every function behind the HTTP API is given: the tables that its checks need. */
export const apiEnv = {
  ...platformEnv,
  DIRECTORY_TABLE: z.string().min(1),
  DEVICES_TABLE: z.string().min(1),
  ROOMS_TABLE: z.string().min(1),
  AUDIT_TABLE: z.string().min(1),
  /** What expires: counts of requests, idempotency records, nonces, tickets. */
  EPHEMERAL_TABLE: z.string().min(1),
  /** Of one caller. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(10),
};
