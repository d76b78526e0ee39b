import { type LiveUpdate, serverMessage } from '../functions/live/protocol.ts';
import { api } from './session.ts';

export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Tries again after so many seconds. */
  | { readonly kind: 'waiting'; readonly seconds: number };

interface LiveSocketOptions {
  onState(state: LiveState): void;
  onUpdates(updates: readonly LiveUpdate[]): void;
  /** The server did not take a request. */
  onRefusal(words: string): void;
}

/** As the subscribe request allows (functions/live/protocol.ts). */
const channelsPerRequest = 100;
const firstDelay = 500;
const longestDelay = 15_000;

/** A connection for live updates that comes back by itself, each time with a new ticket, and subscribes anew. */
export function openLiveSocket({ onState, onUpdates, onRefusal }: LiveSocketOptions) {
  const channels = new Set<string>();
  let socket: WebSocket | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const send = (wanted: readonly string[]) => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    for (let from = 0; from < wanted.length; from += channelsPerRequest) {
      socket.send(JSON.stringify({ action: 'subscribe', channels: wanted.slice(from, from + channelsPerRequest) }));
    }
  };

  const connect = async () => {
    clearTimeout(retry);
    retry = undefined;
    onState({ kind: 'connecting' });
    const { data: ticket } = await api.POST('/api/live/tickets').catch(() => ({ data: undefined }));
    if (ticket === undefined) return connectLater();
    const opened = new WebSocket(ticket.url);
    socket = opened;
    opened.addEventListener('open', () => {
      onState({ kind: 'live' });
      send([...channels]);
    });
    opened.addEventListener('message', ({ data }) => hear(data));
    opened.addEventListener('close', connectLater);
  };

  const connectLater = () => {
    socket = undefined;
    // Half of the delay is by chance, so that many pages don't come back in step.
    const longest = Math.min(longestDelay, firstDelay * 2 ** failures);
    const delay = longest / 2 + (Math.random() * longest) / 2;
    failures += 1;
    onState({ kind: 'waiting', seconds: Math.ceil(delay / 1000) });
    retry = setTimeout(connect, delay);
  };

  const hear = (data: unknown) => {
    const { data: message } = serverMessage.safeParse(parseJson(data));
    if (message === undefined) return;
    // An open alone proves little: a server that closes at once would be called twice a second.
    failures = 0;
    if (message.type === 'updates') onUpdates(message.updates);
    else if (message.type === 'error') onRefusal(`${message.title}: ${message.detail}`);
  };

  addEventListener('online', () => {
    if (retry !== undefined) void connect();
  });
  void connect();

  return {
    /** Channels that are subscribed already are left out. */
    subscribe(wanted: readonly string[]): void {
      const added = wanted.filter((channel) => !channels.has(channel));
      for (const channel of added) channels.add(channel);
      send(added);
    },
  };
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
