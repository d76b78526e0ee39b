import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client } from 'aedes';
import { hasWildcard } from '../topicFilter.ts';
import type { RetainedMessages } from './retainedMessages.ts';
import type { Sessions, Subscription } from './sessions.ts';
import type { Wills } from './wills.ts';

/** A packet as aedes hands it around; `messageExpiry` is epoch milliseconds. */
export type BrokerPacket = Pick<AedesPublishPacket, 'topic' | 'payload' | 'qos' | 'retain'> & {
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  readonly messageId?: number | undefined;
  readonly messageExpiry?: number;
  readonly properties?: object | undefined;
};

/** Messages that come from a queue rather than from a publisher carry this instead of the broker's id, and their place as counter. */
const fromQueue = 'queue';

interface InFlight {
  /** The broker's counter of a message → its place in the queue. */
  readonly byCounter: Map<number, number>;
  readonly byMessageId: Map<number, number>;
}

/**
 * Puts sessions, retained messages and wills behind the interface that aedes asks of its persistence. A message may be kept before
 * aedes publishes it, so that its publisher hears of it only when it is committed: `keep` does that, and what aedes asks for
 * afterwards is known by the payload, which aedes passes on as it is.
 */
export function brokerPersistence({
  sessions,
  retained,
  wills,
  granted,
  mayPublishWill,
}: {
  readonly sessions: Sessions;
  readonly retained: RetainedMessages;
  readonly wills: Wills;
  /** Whether the client's subscription was allowed: aedes hands over those of a packet that were refused, too. */
  readonly granted: (clientId: string, filter: string) => boolean;
  readonly mayPublishWill: (client: Client, will: BrokerPacket) => boolean;
}) {
  const kept = new WeakMap<object, ReadonlyMap<string, number>>();
  const inFlight = new Map<string, InFlight>();
  const flightOf = (client: string) => {
    let flight = inFlight.get(client);
    if (!flight) {
      flight = { byCounter: new Map(), byMessageId: new Map() };
      inFlight.set(client, flight);
    }
    return flight;
  };
  const bytes = ({ payload }: BrokerPacket) => (Buffer.isBuffer(payload) ? payload : Buffer.from(payload));
  const expiryOf = (packet: BrokerPacket) => {
    const seconds = (packet.properties as { messageExpiryInterval?: number } | undefined)?.messageExpiryInterval;
    return packet.messageExpiry ?? (seconds ? Date.now() + seconds * 1000 : undefined);
  };
  const message = (packet: BrokerPacket) => ({
    topic: packet.topic,
    payload: bytes(packet),
    properties: packet.properties as Record<string, unknown> | undefined,
    expiresAt: expiryOf(packet),
  });
  const retain = (packet: BrokerPacket) => retained.put({ ...message(packet), qos: packet.qos === 0 ? 0 : 1 });

  const persistence = {
    // aedes asks whether this is an async function.
    async setup() {},

    async storeRetained(packet: BrokerPacket) {
      if (!kept.has(packet.payload as object)) retain(packet);
    },
    /** Only a filter without wildcards gets the retained message (AWS: "MQTT", retained messages). */
    createRetainedStreamCombi(filters: readonly string[]) {
      const found = filters.flatMap((filter) => (hasWildcard(filter) ? [] : (retained.find(filter) ?? [])));
      return Readable.from(
        found.map(({ expiresAt, ...each }) => ({
          cmd: 'publish',
          retain: true,
          ...each,
          ...(expiresAt !== undefined && { messageExpiry: expiresAt }),
        })),
      );
    },

    async addSubscriptions(client: Client, subscriptions: readonly Subscription[]) {
      for (const { topic, qos, rh, rap, nl, subscriptionIdentifier } of subscriptions) {
        if (granted(client.id, topic))
          sessions.subscribe(client.id, { topic, qos, rh, rap, nl, subscriptionIdentifier });
      }
    },
    async removeSubscriptions(client: Client, filters: readonly string[]) {
      for (const filter of filters) sessions.unsubscribe(client.id, filter);
    },
    async subscriptionsByClient({ id }: { readonly id: string }) {
      return sessions.subscriptions(id);
    },
    async subscriptionsByTopic(topic: string) {
      return sessions.interestedIn(topic).map((clientId) => ({ clientId, topic, qos: 1 }));
    },
    /** A clean start, or the end of a session. */
    async cleanSubscriptions({ id }: { readonly id: string }) {
      sessions.end(id);
      inFlight.delete(id);
    },

    async outgoingEnqueue({ clientId }: { readonly clientId: string }, packet: BrokerPacket) {
      flightOf(clientId).byCounter.set(packet.brokerCounter ?? 0, sessions.enqueue(clientId, message(packet)));
    },
    async outgoingEnqueueCombi(subscriptions: ReadonlyArray<{ readonly clientId: string }>, packet: BrokerPacket) {
      const places = kept.get(packet.payload as object);
      for (const { clientId } of subscriptions) {
        const place = places?.get(clientId) ?? sessions.enqueue(clientId, message(packet));
        flightOf(clientId).byCounter.set(packet.brokerCounter ?? 0, place);
      }
    },
    /** A message is on its way to its client, under this message id. */
    async outgoingUpdate(client: Client, packet: BrokerPacket) {
      const flight = flightOf(client.id);
      const place =
        packet.brokerId === fromQueue ? packet.brokerCounter : flight.byCounter.get(packet.brokerCounter ?? 0);
      if (place !== undefined && packet.messageId !== undefined) flight.byMessageId.set(packet.messageId, place);
    },
    /** Acknowledged, or not to be delivered. */
    async outgoingClearMessageId(client: Client, packet: BrokerPacket) {
      const flight = inFlight.get(client.id);
      if (!flight) return undefined;
      const counter = packet.brokerCounter ?? 0;
      const place =
        flight.byMessageId.get(packet.messageId ?? 0) ??
        (packet.brokerId === fromQueue ? counter : flight.byCounter.get(counter));
      if (place === undefined) return undefined;
      flight.byMessageId.delete(packet.messageId ?? 0);
      for (const [each, its] of flight.byCounter) {
        if (its !== place) continue;
        flight.byCounter.delete(each);
        break;
      }
      sessions.acknowledge(place);
      return packet;
    },
    outgoingStream({ id }: { readonly id: string }) {
      // What was in flight on the last connection is sent anew.
      inFlight.delete(id);
      return Readable.from(
        sessions.queued(id).map(({ place, expiresAt, properties, ...each }) => ({
          cmd: 'publish',
          qos: 1,
          retain: false,
          dup: false,
          brokerId: fromQueue,
          brokerCounter: place,
          ...each,
          ...(properties && { properties }),
          ...(expiresAt !== undefined && { messageExpiry: expiresAt }),
        })),
      );
    },

    // There is no QoS 2 on AWS IoT Core.
    async incomingStorePacket() {},
    async incomingGetPacket() {
      throw new Error('no such packet');
    },
    async incomingDelPacket() {},

    async putWill(client: Client, will: BrokerPacket) {
      const { topic, qos, retain } = will;
      if (mayPublishWill(client, will)) wills.put(client.id, { topic, payload: bytes(will), qos, retain });
    },
    async delWill({ id }: { readonly id: string }) {
      wills.drop(id);
    },
    // The start carries out what a crash left behind.
    streamWill: () => Readable.from([]),
    async destroy() {},
  };

  return {
    persistence,
    /** Keeps a QoS 1 message for the sessions and the topic that it is for, before it is acknowledged to its publisher. */
    keep(packet: BrokerPacket): void {
      const clients = sessions.interestedIn(packet.topic);
      if (clients.length === 0 && !packet.retain) return;
      const queued = message(packet);
      kept.set(packet.payload as object, new Map(clients.map((client) => [client, sessions.enqueue(client, queued)])));
      if (packet.retain) retain(packet);
    },
  };
}
