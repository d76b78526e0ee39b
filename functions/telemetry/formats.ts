import * as z from 'zod';
import { messageId } from '../model/identifiers.ts';

/**
 * The telemetry formats as schemas, for documents and for people who check before they send. Messages are read by the decoders, by
 * hand, for they are the hot path; a test holds the two together. What a schema can't say is in docs/telemetry-formats.md.
 */
const deviceId = z.string().meta({ description: 'The device that publishes; any other is refused' });
const time = z
  .union([z.iso.datetime({ offset: true }), z.int().min(0)])
  .meta({ description: 'ISO 8601 or epoch milliseconds; when it arrived, if it is left out' });
const unit = z.string().min(1).max(64);
const units = z.record(z.string(), unit).meta({ description: 'Metric → unit' });
const scalar = z.union([z.number(), z.string().min(1).max(1024), z.boolean()]);
const measurement = z.union([scalar, z.object({ value: scalar, unit: unit.optional() })]).meta({ id: 'Measurement' });
const metricName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/);
const measurements = z.record(metricName, measurement);

/** What is no metric. */
const heading = z.object({
  messageId: messageId.optional(),
  id: messageId.optional().meta({ description: 'The same as messageId, which comes first' }),
  deviceId: deviceId.optional(),
  timestamp: time.optional(),
  units: units.optional(),
});

export const flatTelemetry = heading
  .catchall(measurement)
  .meta({ id: 'FlatTelemetry', description: 'Every other field is a metric' });

export const flatTelemetryBatch = heading
  .extend({
    batch: z
      .array(heading.catchall(measurement))
      .min(1)
      .max(1000)
      .meta({ description: 'All of one device, and of one message id, which stand beside batch as a rule' }),
  })
  .meta({ id: 'FlatTelemetryBatch' });

export const envelopeTelemetry = z
  .object({
    id: messageId.optional(),
    source: deviceId.optional(),
    target: z.string().optional(),
    type: z.literal('telemetry'),
    payload: measurements,
    timestamp: time.optional(),
    metadata: z.looseObject({ units: units.optional() }).optional(),
  })
  .meta({ id: 'EnvelopeTelemetry' });

export const scadaTelemetry = z
  .object({
    messageId: messageId.optional(),
    deviceId: deviceId.optional(),
    protocol: z.string().optional(),
    timestamp: time.optional(),
    telemetry: measurements,
    units: units.optional(),
    metadata: z
      .looseObject({
        signalStrength: z.number().optional(),
        batteryLevel: z.number().optional(),
        location: z.object({ lat: z.number(), lon: z.number() }).optional(),
      })
      .optional(),
  })
  .meta({ id: 'ScadaTelemetry' });

export const xrayTelemetry = z
  .object({
    messageId: messageId.optional(),
    deviceId: deviceId.optional(),
    timestamp: time,
    data: z
      .array(z.tuple([z.number(), z.array(z.number())]))
      .min(1)
      .max(1000)
      .meta({ description: '[milliseconds after timestamp, [a value of each channel of the device’s type]]' }),
  })
  .meta({ id: 'XrayTelemetry' });
