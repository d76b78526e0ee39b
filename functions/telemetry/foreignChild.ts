import { type Failure, unauthentic } from '../platform/failure.ts';
import type { DeviceProfile } from './reading.ts';
import type { RoutedMessage } from './routedMessage.ts';

/** A gateway publishes for the devices that the registry gives to it; for any other this is the failure. */
export function refuseForeignChild(
  { gatewayId, deviceId }: Pick<RoutedMessage, 'gatewayId' | 'deviceId'>,
  profile: Pick<DeviceProfile, 'gatewayId'>,
): Failure | undefined {
  if (gatewayId === undefined || profile.gatewayId === gatewayId) return undefined;
  return unauthentic(
    `The gateway '${gatewayId}' published for '${deviceId}', which the registry does not name as its child. Set the gatewayId of the device to the gateway's, if it is.`,
  );
}
