import { type AsyncChannels, overMqtt } from '../platform/asyncChannel.ts';
import { commandMessage, commandResponse } from './protocol.ts';

const common = { servers: overMqtt, tag: 'Commands' } as const;
const names = { commandId: '01KA3V5Q0C7MZX9T2B4W6Y8D1F', attemptId: '01KA3V5Q0D2S4V6X8Z1B3D5F7H' };

export const commandChannels: AsyncChannels = {
  commands: {
    ...common,
    address: 'devices/commands/{deviceId}',
    summary: 'What a device is told to do',
    description:
      'One at a time, in order. A command may come more than once: a device carries out an attempt that it knows already no second ' +
      'time, and answers it with what it answered before.',
    operations: {
      sendCommand: {
        action: 'send',
        summary: 'A device is told to do something',
        qos: 1,
        replyOn: 'commandResponses',
        messages: [
          {
            name: 'CommandMessage',
            summary: 'An action of the device’s type, with its parameters',
            payload: commandMessage,
            correlatedBy: 'attemptId',
            examples: [
              {
                ...names,
                name: 'setTarget',
                parameters: { temperature: 55 },
                issuedAt: '2026-01-31T12:00:00.000Z',
                deadline: '2026-01-31T12:00:30.000Z',
              },
            ],
          },
        ],
      },
    },
  },
  commandResponses: {
    ...common,
    address: 'devices/commands/{deviceId}/response',
    summary: 'What a device answers to a command',
    operations: {
      receiveCommandResponse: {
        action: 'receive',
        summary: 'A device tells how a command goes',
        description:
          'First `acknowledged`, then any number of `progress`, then one of `succeeded`, `failed` and `rejected`; the first two may be left out.',
        qos: 1,
        messages: [
          {
            name: 'CommandResponse',
            summary: 'How far a command is, or how it ended',
            payload: commandResponse,
            correlatedBy: 'attemptId',
            examples: [{ ...names, status: 'progress', percent: 40, message: 'heating' }],
          },
        ],
      },
    },
  },
};
