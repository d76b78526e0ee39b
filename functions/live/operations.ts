import * as z from 'zod';
import { timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';

export const liveOperations = {
  createLiveTicket: operation({
    method: 'POST',
    path: '/api/live/tickets',
    tag: 'Live',
    summary: 'A ticket for one connection to the WebSocket API',
    description:
      'Open a WebSocket at `url` within a minute. Then send `{"action": "subscribe", "channels": ["device:boiler-7"]}`; channels ' +
      'are `device:{deviceId}`, `room:{roomId}`, `application:{applicationId}`, `alarms:{applicationId}` and, for admins of the ' +
      'platform, `system`. The connection ends with the access token that asks here: come back with a new ticket.',
    access: 'signedIn',
    answer: {
      status: 201,
      description: 'The ticket',
      content: json(
        z
          .object({
            ticket: z.string(),
            expiresAt: timestamp,
            /** With the ticket in it. */
            url: z.string(),
          })
          .meta({ id: 'LiveTicket' }),
      ),
    },
    answersSecret: true,
  }),
};
