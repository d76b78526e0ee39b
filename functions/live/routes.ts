import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { z } from 'zod';
import type { addChannels, removeChannels, removeConnection, saveConnection } from './connections.ts';
import { type serverMessage, subscribeRequest } from './protocol.ts';

interface Connections {
  readonly save: ReturnType<typeof saveConnection>;
  readonly add: ReturnType<typeof addChannels>;
  readonly remove: ReturnType<typeof removeChannels>;
  readonly forget: ReturnType<typeof removeConnection>;
}

type Answer = z.input<typeof serverMessage> | undefined;

/** The routes of the WebSocket API: $connect, $disconnect, subscribe, unsubscribe, and $default for all else. */
export const answerRoute =
  (connections: Connections) =>
  async ({ requestContext, body }: APIGatewayProxyWebsocketEventV2): Promise<Answer> => {
    const { connectionId, routeKey, connectedAt } = requestContext;
    switch (routeKey) {
      case '$connect':
        await connections.save(connectionId, connectedAt);
        return undefined;
      case '$disconnect':
        await connections.forget(connectionId);
        return undefined;
      case 'subscribe':
      case 'unsubscribe':
        return subscription(connections, connectionId, body);
      default:
        return refusal(
          'Unknown action',
          `Send {"action": "subscribe" | "unsubscribe", "channels": ["device:<deviceId>" | "room:<roomId>" | "application:<applicationId>", …]}.`,
        );
    }
  };

async function subscription(
  { add, remove }: Connections,
  connectionId: string,
  body: string | undefined,
): Promise<Answer> {
  // The route was selected by the body's action, so it is JSON.
  const request = subscribeRequest.safeParse(JSON.parse(body ?? '{}'));
  if (!request.success)
    return refusal(
      'Invalid request',
      request.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  const channels = [...new Set(request.data.channels)];
  if (request.data.action === 'subscribe') {
    await add(connectionId, channels);
    return { type: 'subscribed', channels };
  }
  await remove(connectionId, channels);
  return { type: 'unsubscribed', channels };
}

const refusal = (title: string, detail: string): Answer => ({ type: 'error', title, detail });
