import * as z from 'zod';
import { metricValue } from '../live/protocol.ts';
import { device } from '../model/device.ts';
import { applicationId, deviceId, roomId, timestamp } from '../model/identifiers.ts';
import { room } from '../model/room.ts';
import {
  exportContent,
  exportQuery,
  importBody,
  importBodyLimit,
  importBodyTypes,
  importMode,
  importReport,
} from '../platform/http/bulk.ts';
import { mergePatchTypes, patchOfRecord, removable } from '../platform/http/mergePatch.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const params = z.object({ roomId });

const newRoom = room
  .pick({ roomId: true, name: true, type: true })
  .partial({ roomId: true })
  .extend({
    applicationId: applicationId.optional(),
    metadata: room.shape.metadata.default({}),
    configuration: room.shape.configuration.default({}),
  })
  .strict()
  .meta({ id: 'NewRoom' });

const roomPatch = room
  .pick({ name: true })
  .partial()
  .extend({
    ...removable({ type: room.shape.type.unwrap() }),
    metadata: patchOfRecord,
    configuration: patchOfRecord,
  })
  .strict()
  .meta({ id: 'RoomPatch', description: 'JSON Merge Patch (RFC 7396): null removes a field.' });

/** One metric over the devices of a room; in two units it is there twice. */
const metricOverDevices = z
  .object({
    metric: z.string(),
    unit: z.string().optional(),
    /** Devices that have a value of it. */
    count: z.int(),
    newest: z.object({ value: metricValue, time: timestamp, deviceId }),
    /** Of the newest value of each device, where it is a number. */
    min: z.number().optional(),
    max: z.number().optional(),
    mean: z.number().optional(),
  })
  .meta({ id: 'MetricOverDevices' });

const roomState = z
  .object({
    roomId,
    /** Devices in it. */
    devices: z.int(),
    /** Of them, those that are online. */
    online: z.int(),
    /** When the last message of any of them arrived. */
    lastSeen: timestamp.optional(),
    metrics: z.array(metricOverDevices),
  })
  .meta({ id: 'RoomState' });
export type RoomState = z.infer<typeof roomState>;

/** Columns of rooms in CSV, in the order in which they are written. */
export const roomColumns = ['roomId', 'name', 'type', 'metadata', 'configuration'] as const;

const roomRow = room
  .pick({ roomId: true, name: true, type: true, metadata: true, configuration: true })
  .meta({ id: 'RoomRow' });

export const roomOperations = {
  listRooms: operation({
    method: 'GET',
    path: '/api/rooms',
    tag: 'Rooms',
    summary: 'Rooms of an application',
    description:
      'With filters, one request looks at 2500 rooms at most: a page may then hold fewer than `limit`, even none, and still have a `next`.',
    access: { permission: 'rooms:read', of: 'application' },
    query: z.object({
      ...pageQuery,
      applicationId: applicationId.optional(),
      type: room.shape.type,
      text: z.string().trim().min(1).max(128).optional().meta({ description: 'In their id, name, type or metadata' }),
      sort: z.enum(['roomId', 'name']).default('roomId'),
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    answer: { status: 200, description: 'A page of rooms', content: json(page(room)) },
  }),
  createRoom: operation({
    method: 'POST',
    path: '/api/rooms',
    tag: 'Rooms',
    summary: 'Make a room',
    access: { permission: 'rooms:manage', of: 'application' },
    body: newRoom,
    answer: { status: 201, description: 'The room', content: json(room) },
    problems: { 409: 'There is a room with this id' },
  }),
  getRoom: operation({
    method: 'GET',
    path: '/api/rooms/{roomId}',
    tag: 'Rooms',
    summary: 'A room',
    access: { permission: 'rooms:read', of: 'room' },
    params,
    answer: { status: 200, description: 'The room', content: json(room) },
  }),
  patchRoom: operation({
    method: 'PATCH',
    path: '/api/rooms/{roomId}',
    tag: 'Rooms',
    summary: 'Change a room',
    description: 'JSON Merge Patch (RFC 7396): null removes a field.',
    access: { permission: 'rooms:manage', of: 'room' },
    params,
    body: roomPatch,
    bodyTypes: mergePatchTypes,
    versioned: true,
    answer: { status: 200, description: 'The room as it is now', content: json(room) },
    problems: { 409: 'Others keep changing it' },
  }),
  deleteRoom: operation({
    method: 'DELETE',
    path: '/api/rooms/{roomId}',
    tag: 'Rooms',
    summary: 'Delete a room',
    access: { permission: 'rooms:manage', of: 'room' },
    params,
    query: z.object({
      devices: z
        .literal('detach')
        .optional()
        .meta({ description: 'Its devices stay, without a room. Safe to repeat.' }),
    }),
    versioned: true,
    answer: { status: 204, description: 'It is gone' },
    problems: { 409: 'Devices are in it', 503: 'Its devices are being moved out: ask again' },
  }),
  listRoomDevices: operation({
    method: 'GET',
    path: '/api/rooms/{roomId}/devices',
    tag: 'Rooms',
    summary: 'Devices in a room, by id',
    access: { permission: 'rooms:read', of: 'room' },
    params,
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of devices', content: json(page(device)) },
  }),
  getRoomState: operation({
    method: 'GET',
    path: '/api/rooms/{roomId}/state',
    tag: 'Rooms',
    summary: 'What the devices in a room say: each metric over all of them',
    access: { permission: 'rooms:read', of: 'room' },
    params,
    answer: { status: 200, description: 'The state of the room', content: json(roomState) },
  }),
  importRooms: operation({
    method: 'POST',
    path: '/api/rooms/import',
    tag: 'Rooms',
    summary: 'Make and change up to 500 rooms',
    description:
      'A row is a JSON Merge Patch of its room: what is not given stays, null and an empty cell remove. A bad row is refused with its reason, and never stops the others.',
    access: { permission: 'rooms:manage', of: 'application' },
    query: z.object({ applicationId: applicationId.optional(), mode: importMode }),
    body: importBody,
    bodyTypes: importBodyTypes,
    bodyLimit: importBodyLimit,
    answer: { status: 200, description: 'What became of each row', content: json(importReport) },
  }),
  exportRooms: operation({
    method: 'GET',
    path: '/api/rooms/export',
    tag: 'Rooms',
    summary: 'Rooms of an application as importRooms takes them',
    access: { permission: 'rooms:read', of: 'application' },
    query: z.object({ ...exportQuery, applicationId: applicationId.optional() }),
    answer: { status: 200, description: 'A page of rooms', content: exportContent(roomRow) },
  }),
};
