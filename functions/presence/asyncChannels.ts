import * as z from 'zod';
import { type AsyncChannels, type AsyncMessage, overMqtt } from '../platform/asyncChannel.ts';
import { lifecycleEvent, subscriptionEvent } from './lifecycleEvent.ts';

const common = { servers: overMqtt, tag: 'Presence' } as const;

/** AWS IoT itself is who publishes it. */
const lifecycle = (address: string, summary: string, message: AsyncMessage) => ({
  ...common,
  address,
  summary,
  description: 'Published by AWS IoT, maybe twice and in any order. No device may subscribe to it.',
  operations: { [`receive${message.name}`]: { action: 'receive', summary, messages: [message] } as const },
});

export const presenceChannels: AsyncChannels = {
  heartbeats: {
    ...common,
    address: 'devices/heartbeat/{deviceId}',
    summary: 'A device says that it is there',
    operations: {
      receiveHeartbeat: {
        action: 'receive',
        summary: 'A device says that it is there',
        qos: 1,
        messages: [
          {
            name: 'Heartbeat',
            summary: 'Whatever the device sends: nobody reads it',
            payload: z.unknown().meta({ description: 'Anything, or nothing' }),
          },
        ],
      },
    },
  },
  connections: lifecycle('$aws/events/presence/connected/{clientId}', 'A device connected', {
    name: 'ConnectedEvent',
    summary: 'Who connected',
    payload: lifecycleEvent.extend({ eventType: z.literal('connected') }),
  }),
  disconnections: lifecycle('$aws/events/presence/disconnected/{clientId}', 'A device disconnected', {
    name: 'DisconnectedEvent',
    summary: 'Who disconnected, and why',
    payload: lifecycleEvent.extend({ eventType: z.literal('disconnected') }),
  }),
  subscriptions: lifecycle('$aws/events/subscriptions/subscribed/{clientId}', 'A device subscribed', {
    name: 'SubscribedEvent',
    summary: 'Who subscribed, and to what',
    payload: subscriptionEvent,
  }),
};
