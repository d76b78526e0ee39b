import WebSocket from 'ws';
import type * as z from 'zod';
import { serverMessage } from '../../functions/live/protocol.ts';
import type { SystemOutputs } from '../outputs.ts';
import { liveUrl, signIn } from '../signIn.ts';

export interface Watcher {
  /** Message id → when its update came, milliseconds of performance.now(). */
  readonly arrivals: ReadonlyMap<string, number>;
  /** WebSocket messages that brought them. */
  readonly frames: number;
  /** @throws Error when they have not all come in time (milliseconds). */
  until(count: number, patience: number): Promise<void>;
  close(): void;
}

const channelsPerRequest = 100;

/** Subscribes to devices the way a front end does, and notes when each update comes. */
export async function watchUpdates(
  { http, signIn: developer }: SystemOutputs,
  deviceIds: readonly string[],
): Promise<Watcher> {
  const socket = new WebSocket(await liveUrl(http, await signIn(http, developer)));
  const arrivals = new Map<string, number>();
  let frames = 0;
  let confirmed = 0;
  let changed = () => {};
  socket.on('message', (data) => {
    const now = performance.now();
    const message: z.infer<typeof serverMessage> = serverMessage.parse(JSON.parse(String(data)));
    if (message.type === 'subscribed') confirmed += message.channels.length;
    if (message.type === 'updates') {
      frames += 1;
      for (const { messageId } of message.updates) if (!arrivals.has(messageId)) arrivals.set(messageId, now);
    }
    changed();
  });
  const wait = (met: () => boolean, patience: number, what: () => string) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(what())), patience);
      changed = () => {
        if (!met()) return;
        clearTimeout(timer);
        resolve();
      };
      changed();
    });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  for (let from = 0; from < deviceIds.length; from += channelsPerRequest) {
    const channels = deviceIds.slice(from, from + channelsPerRequest).map((deviceId) => `device:${deviceId}`);
    socket.send(JSON.stringify({ action: 'subscribe', channels }));
  }
  await wait(
    () => confirmed === deviceIds.length,
    30_000,
    () => `Only ${confirmed} of ${deviceIds.length} subscriptions were confirmed.`,
  );
  return {
    arrivals,
    get frames() {
      return frames;
    },
    until: (count, patience) =>
      wait(
        () => arrivals.size >= count,
        patience,
        () => `Only ${arrivals.size} of ${count} updates came in ${patience / 1000} s.`,
      ),
    close: () => socket.close(),
  };
}
