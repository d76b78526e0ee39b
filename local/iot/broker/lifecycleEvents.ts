import type { StateStore } from '../../storage/stateStore.ts';
import type { ServicePublish } from './broker.ts';
import { type DisconnectReason, openPresence, type Presence } from './presence.ts';

/** Tells of connections and subscriptions on `$aws/events/…` (AWS: "Lifecycle events"). */
export function createLifecycleEvents(store: StateStore, publish: ServicePublish) {
  const presence = openPresence(store);
  const tell = (
    kind: 'presence' | 'subscriptions',
    eventType: string,
    { clientId, principal, thingName, ...session }: Presence,
    fields: object,
  ) => {
    // Such a client id would make a topic of another shape.
    if (/[#+]/.test(clientId)) return;
    const event = {
      clientId,
      ...(thingName !== undefined && { thingName }),
      timestamp: Date.now(),
      eventType,
      sessionIdentifier: session.sessionIdentifier,
      principalIdentifier: principal,
      ...fields,
    };
    void publish(`$aws/events/${kind}/${eventType}/${clientId}`, Buffer.from(JSON.stringify(event)), {
      qos: 0,
      retain: false,
    });
  };
  const disconnected = (connection: Presence, reason: DisconnectReason) => {
    presence.disconnect(connection);
    const { versionNumber } = connection;
    tell('presence', 'disconnected', connection, {
      clientInitiatedDisconnect: reason === 'CLIENT_INITIATED_DISCONNECT',
      disconnectReason: reason,
      versionNumber,
    });
  };
  return {
    connected(
      given: Pick<Presence, 'clientId' | 'principal' | 'thingName'>,
      { resumed, ipAddress }: { resumed: boolean; ipAddress: string | undefined },
    ): Presence {
      const connection = presence.connect(given, resumed);
      tell('presence', 'connected', connection, { ipAddress, versionNumber: connection.versionNumber });
      return connection;
    },
    disconnected,
    subscribed: (connection: Presence, topics: readonly string[]) =>
      tell('subscriptions', 'subscribed', connection, { topics }),
    unsubscribed: (connection: Presence, topics: readonly string[]) =>
      tell('subscriptions', 'unsubscribed', connection, { topics }),
    /** After a start: whoever was connected when the process died no longer is. */
    endLeftBehind(): void {
      for (const connection of presence.leftBehind()) disconnected(connection, 'SERVER_ERROR');
    },
  };
}
