import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { pushFrom } from './dependencies.ts';
import { pushEnv } from './env.ts';
import { pushUpdates } from './pushUpdates.ts';

export const handler = sqsHandler(pushUpdates({ push: pushFrom(parseEnv(pushEnv), documentClient()) }));
