import type { Client } from 'aedes';
import type { ConnectionPolicy } from '../connectionPolicy.ts';
import type { ConnectionIdentity } from './connectionIdentity.ts';
import type { DisconnectReason, Presence } from './presence.ts';

/** One MQTT connection, from its CONNECT on. */
export interface MqttConnection {
  readonly identity: ConnectionIdentity;
  readonly clientId: string;
  readonly closedByClient: () => boolean;
  /** Forgotten when the registry changes, and worked out anew at the next use. */
  policy: ConnectionPolicy | undefined;
  presence: Presence | undefined;
  /** Why it ends, as soon as that is known. */
  ending: DisconnectReason | undefined;
  /** Topic filters that it was granted. */
  readonly granted: Set<string>;
  /** Subscriptions asked for in this turn: all of one SUBSCRIBE packet. */
  askedInTurn: number;
}

export const newConnection = (
  known: Pick<MqttConnection, 'identity' | 'closedByClient'>,
  clientId: string,
): MqttConnection => ({
  ...known,
  clientId,
  policy: undefined,
  presence: undefined,
  ending: undefined,
  granted: new Set(),
  askedInTurn: 0,
});

export function policyOf(connection: MqttConnection): ConnectionPolicy {
  connection.policy ??= connection.identity.policyFor(connection.clientId);
  return connection.policy;
}

/** Whether one of its filters is `topic/#`, or like it: aedes lets those take the topic itself, AWS does not. */
export function isParentOfFilter({ granted }: MqttConnection, topic: string): boolean {
  const depth = topic.split('/').length + 1;
  for (const filter of granted) if (filter.endsWith('/#') && filter.split('/').length === depth) return true;
  return false;
}

/** What aedes keeps for itself and we must read or set. */
interface ClientInternals {
  _disconnected: boolean;
  _serverKeepAlive?: number;
}
export const internals = (client: Client) => client as unknown as ClientInternals;
