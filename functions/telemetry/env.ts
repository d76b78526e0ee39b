import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';

const storage = {
  DEVICES_TABLE: z.string().min(1),
  MESSAGES_TABLE: z.string().min(1),
  RAW_BUCKET: z.string().min(1),
  /** Days that a message record is kept. */
  MESSAGE_RETENTION_DAYS: z.coerce.number().int().positive(),
};

/** telemetry/ingest: consumes the telemetry and telemetry-retry queues. */
export const ingestEnv = z.object({
  ...platformEnv,
  ...storage,
  AUDIT_TABLE: z.string().min(1),
  TELEMETRY_DATABASE: z.string().min(1),
  TELEMETRY_TABLE: z.string().min(1),
  RETRY_QUEUE_URL: z.string().min(1),
  DEAD_LETTER_QUEUE_URL: z.string().min(1),
  LIVE_QUEUE_URL: z.string().min(1),
  PRESENCE_QUEUE_URL: z.string().min(1),
  /** Attempts in all, the first delivery included, before a transient failure is dead-lettered. */
  MAX_ATTEMPTS: z.coerce.number().int().min(1),
});

/** telemetry/deadLetter: consumes telemetry-poison, what SQS gave up on, and writes down its end. */
export const deadLetterEnv = z.object({
  ...platformEnv,
  ...storage,
  DEAD_LETTER_QUEUE_URL: z.string().min(1),
});

/** telemetry/ruleErrors: consumes rule-errors, what a topic rule could not deliver. */
export const ruleErrorsEnv = z.object({
  ...platformEnv,
  RETRY_QUEUE_URL: z.string().min(1),
});
