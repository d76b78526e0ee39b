import * as z from 'zod';
import { commandId, shownCommand } from '../commands/command.ts';
import { newCommand } from '../commands/operations.ts';
import { applicationId, roomId } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';
import {
  compensation,
  deadlineIn,
  filter,
  groupState,
  mostTargets,
  outcome,
  quorum,
  shownGroup,
  storedTarget,
  timeout,
} from './groupCommand.ts';
import { groupReport } from './report.ts';

const { name, parameters, priority } = newCommand.shape;
const inTime = (given: { readonly timeout: number; readonly deadlineIn: number }) => given.deadlineIn > given.timeout;
const tooShort = { message: 'must be longer than the timeout: until then a device is sent it', path: ['deadlineIn'] };
const times = { timeout: timeout.default(30), deadlineIn: deadlineIn.default(300) };

const newGroupCommand = z
  .strictObject({
    name,
    parameters,
    priority,
    filter: filter.default({}),
    quorum: quorum.default({ percent: 100, leaveOut: [] }),
    ...times,
    compensation: z
      .strictObject({ ...compensation.shape, name, parameters, ...times })
      .refine(inTime, tooShort)
      .optional()
      .meta({ description: 'A command for those that succeeded, if too few do' }),
  })
  .refine(inTime, tooShort)
  .meta({ id: 'NewGroupCommand' });

const withReport = shownGroup.extend({ report: groupReport }).meta({ id: 'GroupCommandWithReport' });

const child = storedTarget
  .extend({
    command: shownCommand.optional(),
    compensatingCommand: shownCommand.optional(),
  })
  .meta({ id: 'GroupCommandChild', description: 'A device of a group command, and its commands as they are now' });

const listQuery = z.object({ ...pageQuery, state: groupState.optional() });
const childrenQuery = z.object({
  ...pageQuery,
  outcome: z
    .enum(['open', ...outcome.options])
    .optional()
    .meta({ description: 'Only those that ended so' }),
});

const creation = {
  method: 'POST',
  tag: 'Commands',
  description: `Up to ${mostTargets} devices. Who can't carry it out is refused, and named in the report. It is answered before the devices are told; with an Idempotency-Key it is safe to repeat.`,
  body: newGroupCommand,
  answer: { status: 202, description: 'The command: its devices are told now', content: json(withReport) },
  problems: { 422: 'No device matches, none can do this, or there are too many' },
} as const;
const list = {
  method: 'GET',
  tag: 'Commands',
  description:
    'With a filter, one request looks at 2500 commands at most: a page may then hold fewer than `limit`, even none, and still have a `next`.',
  query: listQuery,
  answer: { status: 200, description: 'A page of commands', content: json(page(shownGroup)) },
} as const;
const single = {
  method: 'GET',
  tag: 'Commands',
  description: 'The counts add up to its devices at any moment. Names are of devices that the caller sees.',
  answer: { status: 200, description: 'The command and its report', content: json(withReport) },
  problems: { 404: 'There is no such command' },
} as const;
const children = {
  method: 'GET',
  tag: 'Commands',
  query: childrenQuery,
  answer: { status: 200, description: 'A page of devices, by id', content: json(page(child)) },
  problems: { 404: 'There is no such command' },
} as const;
const cancellation = {
  method: 'POST',
  tag: 'Commands',
  description:
    'Devices that have acknowledged theirs carry it out. Those that succeeded are compensated, if that was asked for and the quorum is missed. Safe to repeat.',
  answer: { status: 202, description: 'The command: what can be taken back is', content: json(withReport) },
  problems: { 404: 'There is no such command', 409: 'It is too late: the detail says its state' },
} as const;

const operate = { permission: 'devices:operate' } as const;
const read = { permission: 'devices:read' } as const;
const inRoom = z.object({ roomId });
const ofRoom = z.object({ roomId, commandId });
const inApplication = z.object({ applicationId });
const ofApplication = z.object({ applicationId, commandId });
const roomPath = '/api/rooms/{roomId}/commands';
const applicationPath = '/api/applications/{applicationId}/commands';

export const groupCommandOperations = {
  createRoomCommand: operation({
    ...creation,
    path: roomPath,
    summary: 'Give the devices in a room a command',
    access: { ...operate, of: 'room' },
    params: inRoom,
  }),
  listRoomCommands: operation({
    ...list,
    path: roomPath,
    summary: 'Commands of a room, the newest first',
    access: { ...read, of: 'room' },
    params: inRoom,
  }),
  getRoomCommand: operation({
    ...single,
    path: `${roomPath}/{commandId}`,
    summary: 'A command of a room, and what became of its devices',
    access: { ...read, of: 'room' },
    params: ofRoom,
  }),
  listRoomCommandChildren: operation({
    ...children,
    path: `${roomPath}/{commandId}/children`,
    summary: 'Devices of a command of a room',
    access: { ...read, of: 'room' },
    params: ofRoom,
  }),
  cancelRoomCommand: operation({
    ...cancellation,
    path: `${roomPath}/{commandId}/cancel`,
    summary: 'Cancel a command of a room',
    access: { ...operate, of: 'room' },
    params: ofRoom,
  }),
  createApplicationCommand: operation({
    ...creation,
    path: applicationPath,
    summary: 'Give devices of an application a command',
    access: { ...operate, of: 'application' },
    params: inApplication,
  }),
  listApplicationCommands: operation({
    ...list,
    path: applicationPath,
    summary: 'Commands of an application, the newest first; without those of its rooms',
    access: { ...read, of: 'application' },
    params: inApplication,
  }),
  getApplicationCommand: operation({
    ...single,
    path: `${applicationPath}/{commandId}`,
    summary: 'A command of an application, and what became of its devices',
    access: { ...read, of: 'application' },
    params: ofApplication,
  }),
  listApplicationCommandChildren: operation({
    ...children,
    path: `${applicationPath}/{commandId}/children`,
    summary: 'Devices of a command of an application',
    access: { ...read, of: 'application' },
    params: ofApplication,
  }),
  cancelApplicationCommand: operation({
    ...cancellation,
    path: `${applicationPath}/{commandId}/cancel`,
    summary: 'Cancel a command of an application',
    access: { ...operate, of: 'application' },
    params: ofApplication,
  }),
};
