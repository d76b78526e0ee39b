import * as z from 'zod';
import { isMetricName, metricNameExpected } from '../telemetry/metricName.ts';
import {
  applicationId,
  configuration,
  deviceId,
  displayName,
  metadata,
  roomId,
  timestamp,
  typeName,
  unit,
  version,
} from './identifiers.ts';

/** What the registry knows of a device: its item `device` in the devices table. What it sends is in other items. */
export const device = z
  .object({
    deviceId,
    applicationId,
    name: displayName,
    /** A gateway publishes for its children. */
    kind: z.enum(['device', 'gateway']),
    /** Name of a device type of its application. */
    deviceType: typeName.optional(),
    roomId: roomId.optional(),
    /** The gateway that publishes for it. */
    gatewayId: deviceId.optional(),
    /** Of a gateway: devices that say it publishes for them; attaching and detaching keeps it right. */
    childCount: z.int().nonnegative().optional(),
    /** registered: never heard of. active: it announced itself or sent something. disabled: what it sends is quarantined. */
    status: z.enum(['registered', 'active', 'disabled']),
    model: z.string().max(128).optional(),
    firmware: z.string().max(128).optional(),
    capabilities: z.array(z.string().max(64)).max(64).optional(),
    /** How its payloads are read; told by their looks unless given. docs/telemetry-formats.md */
    format: z.enum(['envelope', 'xray', 'scada', 'flat']).optional(),
    /** Names of an X-ray track's channels. */
    channels: z
      .array(z.string().refine(isMetricName, `${metricNameExpected} is expected`))
      .min(1)
      .max(64)
      .optional(),
    /** Metric → unit of what it sends, as its device type says; only the type changes it. */
    units: z.record(z.string(), unit).optional(),
    metadata,
    configuration,
    version,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Device' });
export type Device = z.infer<typeof device>;
