import { deterministicUlid } from '../../platform/ulid.ts';
import type { Decoded, DeviceProfile } from '../reading.ts';
import type { RoutedMessage } from '../routedMessage.ts';

/** A message with the identity that the broker knows and what the registry says of its device. */
export interface Enriched extends Omit<Decoded, 'messageId' | 'claimedDeviceId'> {
  readonly messageId: string;
  readonly deviceId: string;
  readonly deviceType: string | undefined;
  readonly applicationId: string;
  readonly roomId?: string | undefined;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** Stage 3. Units that the payload leaves out come from the device's type. */
export function enrich(decoded: Decoded, message: RoutedMessage, profile: DeviceProfile): Enriched {
  const { claimedDeviceId: _, messageId, ...rest } = decoded;
  return {
    ...rest,
    messageId: messageId ?? ownMessageId(message),
    deviceId: message.deviceId,
    deviceType: profile.deviceType,
    applicationId: profile.applicationId,
    roomId: profile.roomId,
    receivedAt: message.receivedAt,
    units: { ...profile.units, ...decoded.units },
  };
}

/** The id of a message that gives none, the same at every delivery. */
export function ownMessageId({ receivedAt, traceId }: Pick<RoutedMessage, 'receivedAt' | 'traceId'>): string {
  return deterministicUlid(receivedAt, traceId);
}
