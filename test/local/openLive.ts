import { once } from 'node:events';
import WebSocket from 'ws';
import type { z } from 'zod';
import { type LiveUpdate, serverMessage } from '../../functions/live/protocol.ts';
import { signedWebSocketUrl } from '../../scripts/signing.ts';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';

type ServerMessage = z.infer<typeof serverMessage>;

/** A live connection: what it was sent, as it came. */
export interface Live {
  readonly updates: readonly LiveUpdate[];
  /** Sends a request and waits for the server's own answer. */
  ask(request: unknown): Promise<ServerMessage>;
  close(): Promise<void>;
}

export async function openLive({ websocket, aws }: SystemUnderTest): Promise<Live> {
  const socket = new WebSocket(signedWebSocketUrl({ url: websocket.url, region: aws.region, credentials: aws }));
  const updates: LiveUpdate[] = [];
  const answers: ServerMessage[] = [];
  socket.on('message', (data: Buffer) => {
    const message = serverMessage.parse(JSON.parse(data.toString()));
    if (message.type === 'updates') updates.push(...message.updates);
    else answers.push(message);
  });
  await once(socket, 'open');
  return {
    updates,
    async ask(request) {
      socket.send(JSON.stringify(request));
      return await until('an answer on the WebSocket', () => answers.shift());
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
