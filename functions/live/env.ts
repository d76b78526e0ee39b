import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** The API's endpoint with its stage, `wss://…/<stage>`; the management API answers at the same place over https. */
const webSocketUrl = z.string().regex(/^wss?:\/\//, 'must be a ws:// or wss:// URL');

/** live/connection: the WebSocket routes $connect, $disconnect, $default, subscribe and unsubscribe. */
export const connectionEnv = z.object({
  ...platformEnv,
  CONNECTIONS_TABLE: z.string().min(1),
  DIRECTORY_TABLE: z.string().min(1),
  DEVICES_TABLE: z.string().min(1),
  ROOMS_TABLE: z.string().min(1),
});

/** What posts to the connections that subscribed. */
export const pushingEnv = {
  CONNECTIONS_TABLE: z.string().min(1),
  DIRECTORY_TABLE: z.string().min(1),
  WEBSOCKET_URL: webSocketUrl,
};

/** live/push: consumes the live queue. */
export const pushEnv = z.object({ ...platformEnv, ...pushingEnv });

/** live/authorize: lets a connection in for a ticket, or for a signature of an API key. */
export const authorizeEnv = z.object({
  ...platformEnv,
  DIRECTORY_TABLE: z.string().min(1),
  EPHEMERAL_TABLE: z.string().min(1),
});

/** live/api: tickets over HTTP. */
export const liveApiEnv = z.object({ ...apiEnv, WEBSOCKET_URL: webSocketUrl });
