import { s3Client } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { archiveEvents } from './archiveEvents.ts';
import { analyticsEnv } from './env.ts';

const env = parseEnv(analyticsEnv);

export const handler = sqsHandler(archiveEvents({ s3: s3Client(), bucket: env.ANALYTICS_BUCKET }));
