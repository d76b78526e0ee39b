import type { SQSRecord } from 'aws-lambda';
import { type RoutedMessage, routedMessage } from './routedMessage.ts';
import { messageIdPattern } from './stages/validate.ts';

/** One message of a batch, as it came from a queue. */
export interface Arrival {
  readonly record: SQSRecord;
  readonly message: RoutedMessage;
  /** The payload's exact bytes; of a message that no rule made, the queue message's own text. */
  readonly bytes: Buffer;
  /** Why it can't have come from the topic rule. */
  readonly malformed?: string;
}

/** Reads a queue message; what the rule did not make is an arrival too, so that its end is written down. */
export function readArrival(record: SQSRecord): Arrival {
  const parsed = parse(record.body);
  if ('message' in parsed) {
    const { message } = parsed;
    const bytes = Buffer.from(message.payload, 'base64');
    return { record, message, bytes, ...(message.malformed !== undefined && { malformed: message.malformed }) };
  }
  const bytes = Buffer.from(record.body);
  const message: RoutedMessage = {
    payload: bytes.toString('base64'),
    deviceId: 'unknown',
    clientId: 'unknown',
    receivedAt: Number(record.attributes.SentTimestamp),
    traceId: record.messageId,
    attempt: 0,
    malformed: parsed.problem,
  };
  return { record, message, bytes, malformed: parsed.problem };
}

function parse(body: string): { readonly message: RoutedMessage } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return { problem: `The queue message is not JSON: ${(error as Error).message}.` };
  }
  const result = routedMessage.safeParse(json);
  if (result.success) return { message: result.data };
  return {
    problem: `The queue message is not what the topic rule makes. ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
  };
}

/** The id that the payload gives, read without the stages: a message that they refuse is still found by it. */
export function givenMessageId({ bytes, malformed }: Pick<Arrival, 'bytes' | 'malformed'>): string | undefined {
  if (malformed !== undefined) return undefined;
  try {
    const json: { messageId?: unknown; id?: unknown } | null = JSON.parse(bytes.toString());
    const id = json?.messageId ?? json?.id;
    return typeof id === 'string' && messageIdPattern.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
