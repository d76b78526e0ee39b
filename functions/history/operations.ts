import * as z from 'zod';
import { deviceId, roomId, timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { order } from '../platform/http/timeRange.ts';
import { aggregateNames } from './aggregates.ts';
import { telemetryRangeQuery } from './telemetryRange.ts';

/** `a,b` as a list. */
const listed = (text: string) => text.split(',').map((part) => part.trim());

const query = {
  ...telemetryRangeQuery,
  metrics: z.string().max(2000).transform(listed).optional().meta({
    description: 'Names with commas between, at most 20; all (of bins: all numbers) unless given',
    example: 'temperature,humidity',
  }),
  aggregate: z
    .string()
    .max(200)
    .transform(listed)
    .pipe(z.array(z.enum(aggregateNames)))
    .optional()
    .meta({
      description: `What is made of the values of a bin, with commas between: ${aggregateNames.join(', ')}. mean unless given. first, last and count also of texts and booleans; percentiles are approximate.`,
      example: 'mean,max',
    }),
  units: z.string().max(2000).optional().meta({
    description:
      'Units to answer in, by UCUM code: `<metric>:<code>` with commas between. What is stored, unless given.',
    example: 'temperature:[degF],wind:km/h',
  }),
  format: z.enum(['json', 'csv']).optional().meta({ description: 'By the header Accept unless given' }),
};

const telemetry = z
  .object({
    deviceId: deviceId.optional(),
    roomId: roomId.optional(),
    from: timestamp,
    /** The range ends before this. */
    to: timestamp,
    bin: telemetryRangeQuery.bin.unwrap(),
    /** When bins begin, or points are; those that hold nothing are left out. */
    times: z.array(timestamp),
    /** Columns, each with a value for each of the times; null where it has none. */
    series: z.array(
      z.object({
        deviceId: deviceId.optional(),
        metric: z.string(),
        aggregate: z.enum(aggregateNames).optional(),
        /** UCUM code, where the metric has a unit. */
        unit: z.string().optional(),
        values: z.array(z.union([z.number(), z.string(), z.boolean()]).nullable()),
      }),
    ),
    next: z.string().optional(),
  })
  .meta({
    id: 'Telemetry',
    description: 'Columns, ready to chart: `times`, and beside them the values of each series.',
  });
export type Telemetry = z.infer<typeof telemetry>;

const content = { ...json(telemetry), 'text/csv; charset=utf-8': z.string() };

export const historyOperations = {
  getDeviceTelemetry: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/telemetry',
    tag: 'Telemetry',
    summary: 'What a device measured, in bins or point by point',
    description:
      'Points that it sent while in its application. With `bin=raw` points come in pages of `limit`; `next` (in CSV: the header Link) leads ' +
      'to the next. CSV has a header line and a column for the time and for each series.',
    access: { permission: 'telemetry:read', of: 'device' },
    params: z.object({ deviceId }),
    query: z.object({
      ...query,
      order: order('asc'),
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(5000)
        .default(1000)
        .meta({ description: 'Points a page, with bin=raw' }),
      next: z.string().max(2048).optional().meta({ description: 'Cursor: `next` of the page before, with bin=raw' }),
    }),
    answer: { status: 200, description: 'The series', content },
  }),
  getRoomTelemetry: operation({
    method: 'GET',
    path: '/api/rooms/{roomId}/telemetry',
    tag: 'Telemetry',
    summary: 'What the devices of a room measured, in bins',
    description:
      'Of the devices that are in the room now, for the whole range; all together, or a series for each. Of at most 500 devices.',
    access: { permission: 'telemetry:read', of: 'room' },
    params: z.object({ roomId }),
    query: z.object({
      ...query,
      groupBy: z
        .enum(['room', 'device'])
        .default('room')
        .meta({ description: 'One series of all devices together, or one for each device' }),
    }),
    answer: { status: 200, description: 'The series', content },
  }),
};
