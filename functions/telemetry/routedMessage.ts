import * as z from 'zod';

/**
 * What the topic rule sends to the telemetry queue: the exact bytes of the payload in base64, and an identity that comes
 * from the broker. A retry carries the same, with its attempt and the failure that caused it.
 */
export const routedMessage = z.object({
  /** The payload's exact bytes, base64. */
  payload: z.base64(),
  /** From the topic. The IoT policy binds it to the certificate's thing, or to the gateway, whose children the registry names. */
  deviceId: z.string().min(1).max(128),
  clientId: z.string().min(1),
  /** The gateway that published for the device, where one did: second part of its topic. */
  gatewayId: z.string().min(1).optional(),
  /** Certificate id (or other principal) that published. */
  principal: z.string().optional(),
  /** When the rule received the message, epoch milliseconds. What lies beyond the year 9998 is no time that can be shown. */
  receivedAt: z.number().int().positive().max(Date.UTC(9999, 0)),
  /** The broker's trace id: one per publish, the same in every redelivery of it. */
  traceId: z.string().min(1),
  /** How many deliveries to the pipeline have failed before this one. */
  attempt: z.number().int().nonnegative().default(0),
  /** Why the last attempt failed. */
  failure: z.string().optional(),
  /** Why it can't have come from the rule: another round must not make telemetry of it. */
  malformed: z.string().optional(),
});

export type RoutedMessage = z.infer<typeof routedMessage>;
