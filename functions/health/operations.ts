import * as z from 'zod';
import { timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';

const status = z.enum(['healthy', 'unhealthy']);

const health = z
  .object({
    status,
    flows: z.array(
      z.object({
        name: z.string(),
        status,
        /** Milliseconds until the part that the flow rests on answered. */
        latency: z.number(),
        lastCheck: timestamp,
      }),
    ),
  })
  .meta({ id: 'Health' });

export const healthOperations = {
  getHealth: operation({
    method: 'GET',
    path: '/api/health',
    tag: 'Health',
    summary: 'Whether each flow answers',
    access: 'public',
    answer: { status: 200, description: 'Every flow answers', content: json(health) },
    // Not a problem document: it says which flow is ill.
    otherAnswers: { 503: { description: 'A flow does not answer', content: json(health) } },
  }),
};
