import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';

/** live/connection: the WebSocket routes $connect, $disconnect, $default, subscribe and unsubscribe. */
export const connectionEnv = z.object({
  ...platformEnv,
  CONNECTIONS_TABLE: z.string().min(1),
});

/** live/push: consumes the live queue and posts to the connections that subscribed. */
export const pushEnv = z.object({
  ...platformEnv,
  CONNECTIONS_TABLE: z.string().min(1),
  /** The API's endpoint with its stage, `wss://…/<stage>`; the management API answers at the same place over https. */
  WEBSOCKET_URL: z.string().regex(/^wss?:\/\//, 'must be a ws:// or wss:// URL'),
});
