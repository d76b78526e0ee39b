import { isFailure } from '../platform/failure.ts';
import { givenMessageId } from './arrival.ts';
import type { DeviceProfile } from './reading.ts';
import { readMessage } from './readMessage.ts';
import type { RoutedMessage } from './routedMessage.ts';
import { ownMessageId } from './stages/enrich.ts';

/** The id by which a message will be on record, told before it is queued. */
export function messageIdOf(bytes: Buffer, message: RoutedMessage, profile: DeviceProfile): string {
  const otherwise = () => givenMessageId({ bytes }) ?? ownMessageId(message);
  try {
    const outcome = readMessage(bytes, message, profile);
    return isFailure(outcome) ? otherwise() : outcome.messageId;
  } catch {
    return otherwise();
  }
}
