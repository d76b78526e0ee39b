import { type AsyncChannels, type AsyncMessage, overMqtt } from '../platform/asyncChannel.ts';
import { commandMessage, commandResponse } from './protocol.ts';

const common = { servers: overMqtt, tag: 'Commands' } as const;
const names = { commandId: '01KA3V5Q0C7MZX9T2B4W6Y8D1F', attemptId: '01KA3V5Q0D2S4V6X8Z1B3D5F7H' };

const command: AsyncMessage = {
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
};
const response: AsyncMessage = {
  name: 'CommandResponse',
  summary: 'How far a command is, or how it ended',
  payload: commandResponse,
  correlatedBy: 'attemptId',
  examples: [{ ...names, status: 'progress', percent: 40, message: 'heating' }],
};
const course =
  'First `acknowledged`, then any number of `progress`, then one of `succeeded`, `failed` and `rejected`; the first two may be left out.';

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
        messages: [command],
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
        description: course,
        qos: 1,
        messages: [response],
      },
    },
  },
  gatewayCommands: {
    ...common,
    address: 'gateways/{gatewayId}/devices/commands/{deviceId}',
    summary: 'What a device behind a gateway is told to do',
    description:
      'As on the topic of a device, to its gateway: for each device one at a time, in order, maybe more than once. A gateway subscribes ' +
      'with `+` for the device.',
    operations: {
      sendGatewayCommand: {
        action: 'send',
        summary: 'A gateway is told what one of its devices is to do',
        qos: 1,
        replyOn: 'gatewayCommandResponses',
        messages: [command],
      },
    },
  },
  gatewayCommandResponses: {
    ...common,
    address: 'gateways/{gatewayId}/devices/commands/{deviceId}/response',
    summary: 'What a gateway answers to a command of a device behind it',
    description: 'The registry says whose children devices are; answers for others are refused.',
    operations: {
      receiveGatewayCommandResponse: {
        action: 'receive',
        summary: 'A gateway tells how a command of one of its devices goes',
        description: course,
        qos: 1,
        messages: [response],
      },
    },
  },
};
