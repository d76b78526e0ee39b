import { pushFrom } from '../live/dependencies.ts';
import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { tellCommandsAtOnce } from './effects.ts';
import { respondEnv } from './env.ts';
import { findGateway, respondBatch } from './respond.ts';

const env = parseEnv(respondEnv);
const db = documentClient();
const sqs = sqsClient();
/** Milliseconds that a post may take; then the live queue has it, which can wait. */
const patience = 1000;

export const handler = sqsHandler(
  respondBatch({
    effects: effectsFrom(env, { db, sqs }),
    tellAtOnce: tellCommandsAtOnce({ push: pushFrom(env, db, { patience }), sqs, queueUrl: env.LIVE_QUEUE_URL }),
    findGateway: findGateway({ db, tableName: env.DEVICES_TABLE }),
    sqs,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
  }),
);
