import { defaultApplication } from '../model/application.ts';
import type { Device } from '../model/device.ts';

/** A metric's value. Numbers are finite. */
export type MetricValue = number | string | boolean;

/** One point in time of one device. */
export interface Reading {
  /** Event time, epoch milliseconds. */
  readonly time: number;
  readonly values: Readonly<Record<string, MetricValue>>;
}

export type Format = 'envelope' | 'xray' | 'scada' | 'flat';

/** A payload understood, not checked yet. */
export interface Decoded {
  readonly format: Format;
  /** The message's own id, when it gives one. */
  readonly messageId: string | undefined;
  /** Who the payload says it is from; the broker knows better. */
  readonly claimedDeviceId: string | undefined;
  readonly readings: readonly Reading[];
  /** Metric → unit, as the payload gives them. */
  readonly units: Readonly<Record<string, string>>;
}

/** What the registry knows of a device that decides how its messages are read. */
export interface DeviceProfile {
  readonly deviceType: string | undefined;
  readonly applicationId: string;
  readonly roomId: string | undefined;
  readonly gatewayId: string | undefined;
  /** Undefined: the registry does not know it yet. */
  readonly status: Device['status'] | undefined;
  readonly format: Format | undefined;
  readonly units: Readonly<Record<string, string>>;
  /** Names of an X-ray track's channels. */
  readonly channels: readonly string[];
}

export const unknownProfile: DeviceProfile = {
  deviceType: undefined,
  applicationId: defaultApplication,
  roomId: undefined,
  gatewayId: undefined,
  status: undefined,
  format: undefined,
  units: {},
  channels: ['a', 'b', 'c'],
};
