import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { z } from 'zod';
import type { checkChannel } from './channels.ts';
import type { addChannels, removeChannels, removeConnection, saveConnection } from './connections.ts';
import { readHolder } from './holder.ts';
import { type serverMessage, subscribeRequest } from './protocol.ts';

interface Connections {
  readonly save: ReturnType<typeof saveConnection>;
  readonly add: ReturnType<typeof addChannels>;
  readonly remove: ReturnType<typeof removeChannels>;
  readonly forget: ReturnType<typeof removeConnection>;
  readonly check: ReturnType<typeof checkChannel>;
}

type Answer = z.input<typeof serverMessage> | undefined;

/** The routes of the WebSocket API: $connect, $disconnect, subscribe, unsubscribe, and $default for all else. */
export const answerRoute =
  (connections: Connections) =>
  async (event: APIGatewayProxyWebsocketEventV2): Promise<Answer> => {
    const { connectionId, routeKey, connectedAt } = event.requestContext;
    switch (routeKey) {
      case '$connect':
        await connections.save(connectionId, connectedAt, readHolder(event));
        return undefined;
      case '$disconnect':
        await connections.forget(connectionId);
        return undefined;
      case 'subscribe':
      case 'unsubscribe':
        return subscription(connections, event);
      default:
        return refusal(
          'Unknown action',
          `Send {"action": "subscribe" | "unsubscribe", "channels": ["device:<deviceId>" | "room:<roomId>" | "application:<applicationId>" | "alarms:<applicationId>" | "system", …]}.`,
        );
    }
  };

async function subscription(
  { add, remove, check }: Connections,
  event: APIGatewayProxyWebsocketEventV2,
): Promise<Answer> {
  const { connectionId } = event.requestContext;
  // The route was selected by the body's action, so it is JSON.
  const request = subscribeRequest.safeParse(JSON.parse(event.body ?? '{}'));
  if (!request.success)
    return refusal(
      'Invalid request',
      request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  const wanted = [...new Set(request.data.channels)];
  if (request.data.action === 'unsubscribe') {
    await remove(connectionId, wanted);
    return { type: 'unsubscribed', channels: wanted };
  }
  const holder = readHolder(event);
  const refused = (await Promise.all(wanted.map((channel) => check(holder, channel)))).filter(
    (verdict) => verdict !== undefined,
  );
  const channels = wanted.filter((channel) => !refused.some((verdict) => verdict.channel === channel));
  await add(connectionId, channels, holder);
  return { type: 'subscribed', channels, ...(refused.length > 0 && { refused }) };
}

const refusal = (title: string, detail: string): Answer => ({ type: 'error', title, detail });
