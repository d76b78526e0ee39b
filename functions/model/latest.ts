import * as z from 'zod';
import { metricValue } from '../live/protocol.ts';
import { deviceId, timestamp } from './identifiers.ts';

/** The newest value of a metric, by event time. */
export const latestValue = z
  .object({
    value: metricValue,
    /** Event time. */
    time: timestamp,
    receivedAt: timestamp,
    messageId: z.string(),
    unit: z.string().optional(),
  })
  .meta({ id: 'LatestValue' });

/** The newest values of a device; none of one that was never heard. */
export const latestValues = z
  .object({
    deviceId,
    /** When its last message arrived. */
    lastSeen: timestamp.optional(),
    metrics: z.record(z.string(), latestValue),
  })
  .meta({ id: 'LatestValues' });
export type LatestValues = z.infer<typeof latestValues>;
