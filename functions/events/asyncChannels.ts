import * as z from 'zod';
import { messageId } from '../model/identifiers.ts';
import { type AsyncChannels, overMqtt } from '../platform/asyncChannel.ts';

export const eventChannels: AsyncChannels = {
  deviceEvents: {
    servers: overMqtt,
    tag: 'Events',
    address: 'devices/events/{deviceId}/{event}',
    summary: 'Something happened to a device, as it says itself',
    operations: {
      receiveDeviceEvent: {
        action: 'receive',
        summary: 'A device tells of an event of its type',
        qos: 1,
        messages: [
          {
            name: 'DeviceEvent',
            summary: 'The event’s data, as the device’s type describes it',
            payload: z.unknown().meta({ description: 'JSON' }),
            headers: z.object({
              messageId: messageId
                .meta({ description: 'What the device sends again within a week with the same id is one event' })
                .optional(),
            }),
            examples: [{ temperature: 96.5 }],
          },
        ],
      },
    },
  },
};
