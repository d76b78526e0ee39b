import * as z from 'zod';
import { deviceId, timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const messageSummary = z
  .object({
    deviceId,
    messageId: z.string(),
    disposition: z.enum(['stored', 'duplicate', 'quarantined', 'dead-lettered']),
    receivedAt: timestamp,
    /** Latest event time in the message. */
    eventTime: timestamp.optional(),
    points: z.int().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'MessageSummary' });

export const messageOperations = {
  listDeviceMessages: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/messages',
    tag: 'Messages',
    summary: 'Messages of a device, newest first',
    access: { permission: 'messages:read', of: 'device' },
    params: z.object({ deviceId }),
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of messages', content: json(page(messageSummary)) },
  }),
};
