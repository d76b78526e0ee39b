import * as z from 'zod';
import { deviceId } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';
import { commandId, commandState, priority, shownCommand } from './command.ts';
import { isKeepable, keepableExpected } from './protocol.ts';

const daySeconds = 86_400;

/** What a person gives of a new command. */
export const newCommand = z
  .strictObject({
    name: z.string().min(1).max(64).meta({ description: "An action of the device's type" }),
    parameters: z.record(z.string(), z.unknown()).refine(isKeepable, keepableExpected).default({}).meta({
      description:
        'As the action wants them. A number that has a unit there may be given in another: `{"value": 68, "unit": "[degF]"}`.',
    }),
    priority: priority.default(5).meta({ description: 'Of those that wait for the device, the greater goes first' }),
    expiresIn: z
      .int()
      .min(1)
      .max(7 * daySeconds)
      .default(3600)
      .meta({ description: 'Seconds until it is not sent any more' }),
    timeout: z
      .int()
      .min(1)
      .max(daySeconds)
      .default(30)
      .meta({ description: 'Seconds from when it is sent until it must have ended' }),
  })
  .meta({ id: 'NewCommand' });

/** API Gateway waits for 30 seconds. */
const wait = z
  .string()
  .regex(/^(?:1?\d|2[0-5])s$/, "must be from '0s' to '25s'")
  .optional()
  .meta({ description: 'Answer when the command has ended, or after this', example: '5s' });

const ofDevice = z.object({ deviceId });
const params = z.object({ deviceId, commandId });

export const commandOperations = {
  createCommand: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/commands',
    tag: 'Commands',
    summary: 'Give a device a command',
    description:
      'It waits until the device is connected and has ended what came before, or until it expires. A device behind a gateway is told by its gateway: it waits for that to be connected. With an Idempotency-Key it is safe to repeat.',
    access: { permission: 'devices:operate', of: 'device', reach: true },
    params: ofDevice,
    query: z.object({ wait }),
    body: newCommand,
    answer: { status: 201, description: 'The command as it is now', content: json(shownCommand) },
    problems: {
      409: 'The device is disabled, or its id and that of its gateway are too long for one topic',
      422: "The device's type has no such action, or other parameters",
    },
  }),
  listCommands: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/commands',
    tag: 'Commands',
    summary: 'Commands of a device, the newest first',
    description:
      'With a state, one request looks at 2500 commands at most: a page may then hold fewer than `limit`, even none, and still have a `next`.',
    access: { permission: 'devices:read', of: 'device' },
    params: ofDevice,
    query: z.object({ ...pageQuery, state: commandState.optional() }),
    answer: { status: 200, description: 'A page of commands', content: json(page(shownCommand)) },
  }),
  getCommand: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/commands/{commandId}',
    tag: 'Commands',
    summary: 'A command: who asked for what, when it was in which state, how it ended',
    access: { permission: 'devices:read', of: 'device' },
    params,
    answer: { status: 200, description: 'The command', content: json(shownCommand) },
    problems: { 404: 'There is no such command of the device' },
  }),
  cancelCommand: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/commands/{commandId}/cancel',
    tag: 'Commands',
    summary: 'Take a command back that the device has not acknowledged',
    description: 'Safe to repeat. A command that was sent may be carried out all the same; its answer changes nothing.',
    access: { permission: 'devices:operate', of: 'device' },
    params,
    answer: { status: 200, description: 'The cancelled command', content: json(shownCommand) },
    problems: { 404: 'There is no such command of the device', 409: 'It is too late: the detail says its state' },
  }),
};
