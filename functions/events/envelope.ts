import * as z from 'zod';
import { type Event, event, type Severity, severities } from '../model/event.ts';
import { severityOf } from './severity.ts';

/** Who an event comes from, by its actor. */
const sourceKinds = ['device', 'user', 'system'] as const;

/**
 * An event as the topic `events` and the archive have it: the event message of the system's documents (docs/events.md), which is why
 * it has names that the HTTP API's events have not.
 */
export const eventEnvelope = z
  .object({
    /** Of the event: it is the same however often it comes. */
    id: event.shape.eventId,
    /** Who made it happen. */
    source: event.shape.actor,
    type: z.literal('event'),
    event_type: event.shape.type,
    payload: event.shape.data,
    timestamp: event.shape.at,
    metadata: event.shape.metadata.unwrap().extend({
      applicationId: event.shape.applicationId,
      /** What it happened to. */
      entity: event.shape.entity,
      sourceKind: z.enum(sourceKinds),
      severity: z.enum(severities),
    }),
  })
  .meta({ id: 'EventEnvelope' });
export type EventEnvelope = z.infer<typeof eventEnvelope>;

export function toEnvelope(happened: Event): EventEnvelope {
  const { eventId, applicationId, at, type, entity, actor, data, metadata } = happened;
  return {
    id: eventId,
    source: actor,
    type: 'event',
    event_type: type,
    payload: data,
    timestamp: at,
    metadata: {
      ...metadata,
      applicationId,
      entity,
      sourceKind: sourceKindOf(actor),
      severity: severityOf(happened),
    },
  };
}

export function fromEnvelope({ id, source, event_type, payload, timestamp, metadata }: EventEnvelope): Event {
  const { applicationId, entity, sourceKind: _, severity: __, ...rest } = metadata;
  return {
    eventId: id,
    applicationId,
    at: timestamp,
    type: event_type,
    entity,
    actor: source,
    data: payload,
    ...(Object.keys(rest).length > 0 && { metadata: rest }),
  };
}

/** What subscriptions of the topic can filter by. */
export interface EventAttributes {
  readonly eventType: string;
  readonly entityKind: string;
  readonly applicationId: string;
  readonly sourceKind: (typeof sourceKinds)[number];
  readonly severity: Severity;
  /** Of an event that a device told of: its name in the device's type. */
  readonly deviceEvent?: string;
}

export function attributesOf({ event_type, payload, metadata }: EventEnvelope): EventAttributes {
  const { applicationId, entity, sourceKind, severity } = metadata;
  const { name } = payload;
  return {
    eventType: event_type,
    entityKind: kindOf(entity),
    applicationId,
    sourceKind,
    severity,
    ...(event_type === deviceEventType && typeof name === 'string' && { deviceEvent: name }),
  };
}

/** What a device told of by itself: `data` has the event's name and its data. */
export const deviceEventType = 'device.event';

/** Those who watch hear of these as changes of another kind (`presence`, `command`, `twin`), by whoever writes the event. */
export const toldByTheirMakers = [
  'device.online',
  'device.offline',
  'device.commandEnded',
  'device.twinChanged',
] as const;

/** `device` of `device:boiler-7`. */
const kindOf = (reference: string): string => reference.split(':', 1)[0] ?? '';

function sourceKindOf(actor: string): EventAttributes['sourceKind'] {
  const kind = kindOf(actor);
  if (kind === 'device') return 'device';
  return kind === 'user' || kind === 'apiKey' ? 'user' : 'system';
}
