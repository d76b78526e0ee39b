import * as z from 'zod';

/** What every lifecycle event has (AWS IoT Developer Guide: "Lifecycle events"). They come out of order, and twice. */
const lifecycleEvent = z.looseObject({
  clientId: z.string(),
  timestamp: z.int().meta({ description: 'Epoch milliseconds' }),
  sessionIdentifier: z.string(),
  principalIdentifier: z.string().meta({ description: 'Certificate id' }),
});
const versionNumber = z.int().meta({ description: 'Grows with each connection of the client: orders the events' });

export const connectedEvent = lifecycleEvent.extend({
  eventType: z.literal('connected'),
  ipAddress: z.string().optional(),
  versionNumber,
});

export const disconnectedEvent = lifecycleEvent.extend({
  eventType: z.literal('disconnected'),
  clientInitiatedDisconnect: z.boolean().optional(),
  disconnectReason: z.string().optional(),
  versionNumber,
});

export const subscribedEvent = lifecycleEvent.extend({
  eventType: z.literal('subscribed'),
  topics: z.array(z.string()).meta({ description: 'Topic filters' }),
});
