import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryPage, writeCursor } from '../platform/http/paging.ts';
import type { messageOperations } from './operations.ts';

/** As telemetry/ingest writes it; times are epoch milliseconds. */
const messageItem = z.object({
  deviceId: z.string(),
  messageId: z.string(),
  disposition: z.enum(['stored', 'duplicate', 'quarantined', 'dead-lettered']),
  receivedAt: z.number(),
  eventTime: z.number().optional(),
  points: z.number().optional(),
  reason: z.string().optional(),
});

const iso = (time: number) => new Date(time).toISOString();

export const messageHandlers = ({
  db,
  messagesTable,
}: {
  readonly db: Sends;
  readonly messagesTable: string;
}): Handlers<typeof messageOperations> => ({
  listDeviceMessages: async ({ params, query }) => {
    const { items, lastKey } = await queryPage(
      db,
      {
        TableName: messagesTable,
        IndexName: 'byDevice',
        KeyConditionExpression: 'deviceId = :device',
        ExpressionAttributeValues: { ':device': params.deviceId },
        ScanIndexForward: false,
      },
      query,
    );
    return { body: { items: z.array(messageItem).parse(items).map(toSummary), ...writeCursor(lastKey) } };
  },
});

function toSummary({ receivedAt, eventTime, ...rest }: z.infer<typeof messageItem>) {
  return { ...rest, receivedAt: iso(receivedAt), ...(eventTime !== undefined && { eventTime: iso(eventTime) }) };
}
