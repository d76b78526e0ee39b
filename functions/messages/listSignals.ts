import type { Disposition } from '../model/message.ts';
import type { applicationMessages, MessageRange, PlacedMessage, Position } from './applicationMessages.ts';

interface SignalRequest extends Omit<MessageRange, 'expected'> {
  readonly disposition: Disposition;
  readonly limit: number;
  /** Signals to pass over: of numbered pages. */
  readonly skip: number;
  /** Which of these devices the caller sees. */
  readonly sees: (deviceIds: readonly string[]) => Promise<(deviceId: string) => boolean>;
}

interface SignalPage {
  readonly signals: PlacedMessage['message'][];
  /** There may be more behind this. */
  readonly next: Position | undefined;
}

/** What one request looks at; who sees little of an application gets a short page, and a cursor to go on from. */
const mostExamined = 5000;
/** Looked at together: who may see them is asked once. */
const chunkSize = 50;

/** A page of an application's messages that ended so and that the caller sees. */
export async function listSignals(
  read: ReturnType<typeof applicationMessages>,
  { disposition, limit, skip, sees, ...range }: SignalRequest,
): Promise<SignalPage> {
  const found: PlacedMessage['message'][] = [];
  const page = (next: Position | undefined) => ({ signals: found.slice(skip), next });
  let last: Position | undefined;
  let examined = 0;
  for await (const chunk of inChunks(read({ ...range, expected: skip + limit + 1 }), Math.min(chunkSize, limit + 1))) {
    const isSeen = await sees(chunk.map(({ message }) => message.deviceId));
    for (const { message, position } of chunk) {
      if (message.disposition === disposition && isSeen(message.deviceId)) {
        if (found.length === skip + limit) return page(last);
        found.push(message);
      }
      last = position;
    }
    examined += chunk.length;
    if (examined >= mostExamined) return page(last);
  }
  return page(undefined);
}

async function* inChunks<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
