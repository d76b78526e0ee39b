import type { PublishPacket } from 'aedes';
import { brokerLimits, refuseTopic } from './limits.ts';
import { type MqttConnection, policyOf } from './mqttConnection.ts';
import type { DisconnectReason } from './presence.ts';
import { type ReservedTopicService, refuseReservedPublish, refuseReservedSubscribe } from './reservedTopics.ts';

/** Reason codes of MQTT 5 (§2.4). */
export const reasonCodes = {
  notAuthorized: 0x87,
  sessionTakenOver: 0x8e,
  topicNameInvalid: 0x90,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  qosNotSupported: 0x9b,
} as const;

const noQos2 = 'AWS IoT Core has no QoS 2';

/** What a CONNECT asks for. */
interface ConnectRequest {
  readonly protocolVersion?: number | undefined;
  readonly clean?: boolean | undefined;
  readonly will?: { readonly qos?: number | undefined } | undefined;
  readonly properties?: { readonly sessionExpiryInterval?: number | undefined } | undefined;
}

/** Why a client can't connect, or undefined (AWS: "AWS IoT Core policy actions", iot:Connect). */
export function refuseConnect(connection: MqttConnection, packet: ConnectRequest): string | undefined {
  const { clientId, identity } = connection;
  if (packet.protocolVersion !== 4 && packet.protocolVersion !== 5) return 'only MQTT 3.1.1 and MQTT 5 are spoken here';
  if (clientId === '') return 'a client id is required';
  if (Buffer.byteLength(clientId) > brokerLimits.clientIdBytes) {
    return `the client id is above ${brokerLimits.clientIdBytes} bytes`;
  }
  if (clientId.startsWith('$')) return 'a client id must not begin with $';
  if (packet.will?.qos === 2) return noQos2;
  if (!identity.isActive()) return 'the certificate is not ACTIVE';
  const persistent = packet.protocolVersion === 5 ? (packet.properties?.sessionExpiryInterval ?? 0) > 0 : !packet.clean;
  const attributes = [...(persistent ? ['PersistentConnect'] : []), ...(packet.will ? ['LastWill'] : [])];
  return policyOf(connection).allowsConnect(clientId, attributes) ? undefined : 'the policy does not allow iot:Connect';
}

export interface PublishRefusal {
  readonly reason: string;
  readonly ending: DisconnectReason;
  readonly code: number;
}

/** Why a client can't publish a message, or undefined. */
export function refusePublish(
  connection: MqttConnection,
  services: readonly ReservedTopicService[],
  { topic, payload, qos, retain }: Pick<PublishPacket, 'topic' | 'payload' | 'qos' | 'retain'>,
): PublishRefusal | undefined {
  const clientError = (reason: string, code: number) => ({ reason, code, ending: 'CLIENT_ERROR' as const });
  if (qos === 2) return clientError(noQos2, reasonCodes.qosNotSupported);
  const bytes = Buffer.byteLength(payload);
  if (bytes > brokerLimits.payloadBytes) {
    return clientError(`the payload is ${bytes} bytes, above ${brokerLimits.payloadBytes}`, reasonCodes.packetTooLarge);
  }
  const wrong = refuseTopic(topic) ?? refuseReservedPublish(topic, retain, services);
  if (wrong !== undefined) return clientError(wrong, reasonCodes.topicNameInvalid);
  const policy = policyOf(connection);
  const lacking = (['iot:Publish', ...(retain ? (['iot:RetainPublish'] as const) : [])] as const).find(
    (action) => !policy.allows(action, topic),
  );
  return (
    lacking && { reason: `the policy does not allow ${lacking}`, code: reasonCodes.notAuthorized, ending: 'AUTH_ERROR' }
  );
}

/** Why a client can't subscribe to a filter, or undefined: the rest of its SUBSCRIBE goes on. */
export function refuseSubscribe(connection: MqttConnection, filter: string): string | undefined {
  const { granted } = connection;
  if (granted.size >= brokerLimits.subscriptionsPerConnection && !granted.has(filter)) {
    return `a connection has at most ${brokerLimits.subscriptionsPerConnection} subscriptions`;
  }
  return (
    refuseTopic(filter) ??
    refuseReservedSubscribe(filter) ??
    (policyOf(connection).allows('iot:Subscribe', filter) ? undefined : 'the policy does not allow iot:Subscribe')
  );
}

/** Why a SUBSCRIBE ends its connection, or undefined: on AWS such a one gets no SUBACK. */
export function refuseSubscribePacket(
  { askedInTurn }: MqttConnection,
  qos: number,
): { readonly reason: string; readonly code: number } | undefined {
  if (qos === 2) return { reason: noQos2, code: reasonCodes.qosNotSupported };
  if (askedInTurn <= brokerLimits.subscriptionsPerRequest) return undefined;
  return {
    reason: `a SUBSCRIBE has at most ${brokerLimits.subscriptionsPerRequest} topic filters`,
    code: reasonCodes.quotaExceeded,
  };
}
