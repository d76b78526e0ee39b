import { type Failure, isFailure, unauthentic } from '../platform/failure.ts';
import type { DeviceProfile } from './reading.ts';
import type { RoutedMessage } from './routedMessage.ts';
import { type Aggregated, aggregate } from './stages/aggregate.ts';
import { decode } from './stages/decode.ts';
import { enrich } from './stages/enrich.ts';
import { normalise } from './stages/normalise.ts';
import { validate } from './stages/validate.ts';

/** The pure stages, one after the other, for a device that may send: decode → validate → enrich → normalise → aggregate. */
export function readMessage(bytes: Buffer, message: RoutedMessage, profile: DeviceProfile): Aggregated | Failure {
  if (profile.status === 'disabled')
    return unauthentic(`The registry says that '${message.deviceId}' is disabled; an active device is expected.`);
  const decoded = decode(bytes, { receivedAt: message.receivedAt, profile });
  if (isFailure(decoded)) return decoded;
  const valid = validate(decoded, message);
  if (isFailure(valid)) return valid;
  return aggregate(normalise(enrich(valid, message, profile)));
}
