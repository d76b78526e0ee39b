import * as z from 'zod';
import { auditEntry } from '../model/audit.ts';
import { event, severities } from '../model/event.ts';
import { applicationId, deviceId, roomId, timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const params = z.object({ applicationId });

const span = {
  from: timestamp.optional().meta({ description: 'Not before' }),
  to: timestamp.optional().meta({ description: 'Not after' }),
  order: z.enum(['asc', 'desc']).default('desc').meta({ description: 'desc: the newest first' }),
};

const entity = z.string().min(3).max(256).optional().meta({ description: 'As in `device:boiler-7`' });
const type = event.shape.type.optional().meta({ description: 'As in `device.registered`' });

const filtered =
  'With filters, one request looks at 2500 entries at most: a page may then hold fewer than `limit`, even none, and still have a `next`.';

export const journalOperations = {
  listAudit: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/audit',
    tag: 'Events',
    summary: 'Who changed what in an application, and when',
    description: filtered,
    access: { permission: 'audit:read', of: 'application' },
    params,
    query: z.object({
      ...pageQuery,
      ...span,
      entity,
      actor: z.string().min(1).max(256).optional().meta({ description: 'As in `user:<id>`' }),
    }),
    answer: { status: 200, description: 'A page of the audit log', content: json(page(auditEntry)) },
  }),
  listEvents: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/events',
    tag: 'Events',
    summary: 'What happened in an application',
    description: filtered,
    access: { permission: 'events:read', of: 'application' },
    params,
    query: z.object({ ...pageQuery, ...span, entity, type }),
    answer: { status: 200, description: 'A page of events', content: json(page(event)) },
  }),
  listDeviceEvents: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/events',
    tag: 'Events',
    summary: 'What happened to a device',
    description: filtered,
    access: { permission: 'events:read', of: 'device' },
    params: z.object({ deviceId }),
    query: z.object({ ...pageQuery, ...span, type }),
    answer: { status: 200, description: 'A page of events', content: json(page(event)) },
  }),
  noteDeviceEvent: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/events',
    tag: 'Events',
    summary: 'Note something about a device',
    description: 'It becomes an event `user.noted` of the device, published as every event is.',
    access: { permission: 'devices:operate', of: 'device' },
    params: z.object({ deviceId }),
    body: z
      .strictObject({
        text: z.string().trim().min(1).max(1024),
        severity: z.enum(severities).default('info').meta({ description: 'Above info people are notified' }),
      })
      .meta({ id: 'Note' }),
    answer: { status: 201, description: 'The event', content: json(event) },
  }),
  listRoomEvents: operation({
    method: 'GET',
    path: '/api/rooms/{roomId}/events',
    tag: 'Events',
    summary: 'What happened to a room',
    description: `Of the room itself; what happened to its devices is with each device. ${filtered}`,
    access: { permission: 'events:read', of: 'room' },
    params: z.object({ roomId }),
    query: z.object({ ...pageQuery, ...span, type }),
    answer: { status: 200, description: 'A page of events', content: json(page(event)) },
  }),
};
