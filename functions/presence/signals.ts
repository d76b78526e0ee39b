import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { commandTopic } from '../commands/protocol.ts';
import { deviceId } from '../model/identifiers.ts';
import { lifecycleEvent, subscriptionEvent } from './lifecycleEvent.ts';

/** What the topic rules make of a lifecycle event: its exact bytes, and who from the topic, which only AWS IoT may publish on. */
const routedEvent = z.object({
  payload: z.base64(),
  deviceId: z.string().min(1),
  event: z.enum(['connected', 'disconnected', 'subscribed']),
  /** When the rule received it, epoch milliseconds. */
  receivedAt: z.number().int().positive(),
});

/** A heartbeat, as the topic rule makes it whatever its payload; here of a device that was not known to be online. */
export const heard = z.object({
  deviceId: z.string().min(1),
  /** When the rule received it, epoch milliseconds. */
  receivedAt: z.number().int().positive(),
  /** Certificate id. */
  principal: z.string().optional(),
});
export type Heard = z.infer<typeof heard>;

/** What comes by the presence queue. */
const presenceMessage = z.union([
  routedEvent,
  z.object({ heard: z.array(heard).min(1) }),
  /** Devices whose state may be over. */
  z.object({ check: z.array(z.string()).min(1) }),
]);
export type PresenceMessage = z.input<typeof presenceMessage>;

/** A connection that began or ended. */
export interface ConnectionSignal {
  readonly connected: boolean;
  readonly version: number;
  readonly session: string;
  /** The event's own time, and when the rule received it. */
  readonly at: number;
  readonly receivedAt: number;
  readonly certificateId: string;
  readonly reason: string | undefined;
}

/** All that a batch says of one device. */
export interface Signals {
  readonly connections: ConnectionSignal[];
  heard?: Heard;
  /** It is a thing of AWS IoT that only its own certificate speaks for. */
  isThing: boolean;
  /** It has just begun to listen for commands. */
  listens: boolean;
  /** It has just begun to listen for commands of devices behind it. */
  listensForChildren: boolean;
  /** Its time may be over. */
  isDue: boolean;
  /** SQS delivers again: what was to follow from it may not have been done. */
  isRepeated: boolean;
  readonly records: SQSRecord[];
}

/**
 * Sorts a batch by device.
 * @returns also the records that can't be read, and how many named a client that can't be a device, as one with a claim certificate
 */
export function gatherSignals(records: readonly SQSRecord[]): {
  readonly devices: ReadonlyMap<string, Signals>;
  readonly unreadable: { readonly record: SQSRecord; readonly problem: string }[];
  readonly strangers: number;
} {
  const devices = new Map<string, Signals>();
  const unreadable: { record: SQSRecord; problem: string }[] = [];
  let strangers = 0;
  const of = (id: string, record: SQSRecord): Signals => {
    const known = devices.get(id);
    const signals = known ?? {
      connections: [],
      isThing: false,
      listens: false,
      listensForChildren: false,
      isDue: false,
      isRepeated: false,
      records: [],
    };
    if (known === undefined) devices.set(id, signals);
    if (!signals.records.includes(record)) signals.records.push(record);
    signals.isRepeated ||= record.attributes.ApproximateReceiveCount !== '1';
    return signals;
  };
  for (const record of records) {
    try {
      const message = presenceMessage.parse(JSON.parse(record.body));
      if ('check' in message) for (const id of message.check) of(id, record).isDue = true;
      else if ('heard' in message) for (const sign of message.heard) addHeard(of(sign.deviceId, record), sign);
      else {
        const payload = JSON.parse(Buffer.from(message.payload, 'base64').toString());
        const add = readEvent(message, payload);
        if (deviceId.safeParse(message.deviceId).success) add(of(message.deviceId, record));
        else strangers += 1;
      }
    } catch (error) {
      unreadable.push({ record, problem: (error as Error).message });
    }
  }
  return { devices, unreadable, strangers };
}

function addHeard(signals: Signals, sign: Heard): void {
  // Who may publish on a device's own topics is the thing of that name: the policy says so.
  signals.isThing = true;
  if (signals.heard === undefined || sign.receivedAt > signals.heard.receivedAt) signals.heard = sign;
}

/** @throws ZodError */
function readEvent(message: z.infer<typeof routedEvent>, payload: unknown): (signals: Signals) => void {
  if (message.event === 'subscribed') {
    const { topics } = subscriptionEvent.parse(payload);
    return (signals) => {
      signals.listens ||= topics.includes(commandTopic(message.deviceId));
      signals.listensForChildren ||= topics.some((topic) => topic.startsWith(commandTopic('', message.deviceId)));
    };
  }
  const event = lifecycleEvent.parse(payload);
  return (signals) => {
    signals.isThing ||= event.thingName === message.deviceId;
    signals.connections.push({
      connected: event.eventType === 'connected',
      version: event.versionNumber,
      session: event.sessionIdentifier,
      at: event.timestamp,
      receivedAt: message.receivedAt,
      certificateId: event.principalIdentifier,
      reason: event.disconnectReason,
    });
  };
}
