import type { Duplex } from 'node:stream';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { CloudContext } from '../../context.ts';
import type { Faults } from '../../faults/faults.ts';
import type { Registry } from '../registry/registry.ts';
import type { RulesEngine } from '../rules/engine.ts';
import { filterTakes } from '../topicFilter.ts';
import { brokerPersistence } from './brokerPersistence.ts';
import type { ConnectionIdentity } from './connectionIdentity.ts';
import { createLifecycleEvents } from './lifecycleEvents.ts';
import { appliedKeepAlive, brokerLimits } from './limits.ts';
import { internals, isParentOfFilter, type MqttConnection, newConnection, policyOf } from './mqttConnection.ts';
import type { DisconnectReason } from './presence.ts';
import { reasonCodes, refuseConnect, refusePublish, refuseSubscribe, refuseSubscribePacket } from './refusals.ts';
import { isBasicIngest, type ReservedTopicService } from './reservedTopics.ts';
import type { RetainedMessages } from './retainedMessages.ts';
import { openSessions } from './sessions.ts';
import { openWills } from './wills.ts';

/** Publishes as a service of AWS IoT. Resolves when the message has gone to subscribers and rules. */
export type ServicePublish = (
  topic: string,
  payload: Buffer,
  options: { readonly qos: 0 | 1; readonly retain: boolean; readonly properties?: PublishPacket['properties'] },
) => Promise<void>;

export interface Broker {
  /** A connection whose other end is known. */
  accept(stream: Duplex, identity: ConnectionIdentity, closedByClient?: () => boolean): void;
  readonly publish: ServicePublish;
  /** Services that answer on reserved topics; they need `publish` themselves. */
  serve(service: ReservedTopicService): void;
  /** Carries out what a process that died left undone: last wills and disconnect events. */
  recover(): void;
  close(): Promise<void>;
}

/** CONNACK of MQTT 3.1.1 with return code 7: what AWS answers instead of 5. */
const connack7 = Buffer.from([0x20, 0x02, 0x00, 0x07]);

/**
 * The message broker: MQTT 3.1.1 and 5. A QoS 1 publish is acknowledged when its rules have run, and what they wrote, and what is
 * kept for persistent sessions, is committed.
 */
export async function createBroker(
  context: CloudContext,
  {
    registry,
    rules,
    retained,
    faults,
  }: {
    readonly registry: Registry;
    readonly rules: RulesEngine;
    readonly retained: RetainedMessages;
    readonly faults?: Pick<Faults, 'any' | 'publish'> | undefined;
  },
): Promise<Broker> {
  const sessions = openSessions(context.store);
  const wills = openWills(context.store);
  const services: ReservedTopicService[] = [];
  const waiting = new WeakMap<object, Pick<MqttConnection, 'identity' | 'closedByClient'>>();
  const connections = new WeakMap<Client, MqttConnection>();
  const refusals = new WeakMap<Client, string>();
  const live = new Map<string, Client>();
  const underway = new Set<Promise<void>>();
  const { persistence, keep } = brokerPersistence({
    sessions,
    retained,
    wills,
    granted: (clientId, filter) => {
      const client = live.get(clientId);
      return client === undefined || (connections.get(client)?.granted.has(filter) ?? false);
    },
    mayPublishWill: (client, will) => refusePublish(connectionOf(client), services, will) === undefined,
  });

  const connectionOf = (client: Client) => {
    const connection = connections.get(client);
    if (!connection) throw new Error('The MQTT connection is unknown.');
    return connection;
  };

  /** What is to be done with a message that a client may publish. */
  const take = (
    topic: string,
    payload: Buffer,
    connection: MqttConnection | undefined,
    properties: PublishPacket['properties'],
  ) => {
    void rules.publish({
      topic,
      payload,
      clientId: connection?.clientId,
      principal: connection?.identity.principal,
      sourceIp: connection?.identity.sourceIp,
      ...(properties && { properties }),
    });
    const service = services.find((each) => each.takes(topic));
    service?.handle({
      topic,
      payload,
      clientId: connection?.clientId,
      certificateId: connection?.identity.certificateId,
      reply: (answerTopic, answer) => reply(connection, answerTopic, answer),
    });
  };

  const reply = (connection: MqttConnection | undefined, topic: string, payload: Buffer) => {
    const client = connection && live.get(connection.clientId);
    if (!connection || !client || connections.get(client) !== connection) return;
    const subscribed = [...connection.granted].some((filter) => filterTakes(filter, topic));
    if (!subscribed || !policyOf(connection).allows('iot:Receive', topic)) return;
    client.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => {});
  };

  const aedes = await Aedes.createBroker({
    concurrency: 1000,
    maxClientsIdLength: brokerLimits.clientIdBytes,
    // mqtt-packet's own bound: a little above the payload limit, for topic and properties.
    maximumPacketSize: brokerLimits.payloadBytes + 4096,
    receiveMaximum: brokerLimits.receiveMaximum,
    topicAliasMaximum: brokerLimits.topicAliases,
    keepaliveLimit: brokerLimits.keepAliveSeconds.most,
    sessionExpiryIntervalLimit: brokerLimits.sessionExpirySeconds,
    persistence,

    preConnect(client, packet, done) {
      const known = waiting.get(client.conn);
      const refuse = (reason: string) => {
        context.log.warn('connect refused', { clientId: packet.clientId, reason });
        // MQTT 5 has a reason for it, which goes with aedes's own CONNACK.
        if (packet.protocolVersion === 5) {
          refusals.set(client, reason);
          done(null, true);
        } else client.conn.write(connack7, () => done(new Error(reason), false));
      };
      if (!known) return done(new Error('The connection has no identity.'), false);
      const connection = newConnection(known, packet.clientId);
      connections.set(client, connection);
      const refusal = refuseConnect(connection, packet);
      if (refusal !== undefined) return refuse(refusal);
      // An MQTT 5 client hears of another keep-alive in its CONNACK; one of MQTT 3.1.1 just has it.
      if (packet.protocolVersion === 4) packet.keepalive = appliedKeepAlive(packet.keepalive);
      else if (packet.keepalive !== appliedKeepAlive(packet.keepalive))
        internals(client)._serverKeepAlive = appliedKeepAlive(packet.keepalive);
      sessions.endIfOver(packet.clientId);
      done(null, true);
    },

    authenticate(client, _username, _password, done) {
      const refusal = refusals.get(client);
      if (refusal !== undefined)
        return done(Object.assign(new Error(refusal), { returnCode: 5 }) as AuthenticateError, false);
      const before = live.get(client.id);
      if (before === undefined) return done(null, true);
      connectionOf(before).ending ??= 'DUPLICATE_CLIENTID';
      // Its end is told, and its session let go, before the new connection has anything.
      before.disconnect({ reasonCode: reasonCodes.sessionTakenOver }, () => done(null, true));
    },

    authorizePublish(client, packet, done) {
      if (!client) return done(null);
      const connection = connectionOf(client);
      const given = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      // The payload identifies the message on its way through aedes, so no two share an empty one.
      const payload = given.length > 0 ? given : Buffer.alloc(0);
      packet.payload = payload;
      const refusal = refusePublish(connection, services, packet);
      if (refusal) {
        context.log.warn('publish refused', {
          clientId: connection.clientId,
          topic: packet.topic,
          reason: refusal.reason,
        });
        // A last will: its connection has ended already.
        if (client.closed) return done(new Error(refusal.reason));
        // A QoS 1 publish of MQTT 5 that the policy doesn't allow is refused in its PUBACK; else the connection ends.
        if (client.version === 5 && packet.qos === 1 && refusal.ending === 'AUTH_ERROR')
          return done(new Error(refusal.reason));
        connection.ending ??= refusal.ending;
        if (client.version === 5) return client.disconnect({ reasonCode: refusal.code });
        return done(new Error(refusal.reason));
      }
      const { topic, retain, properties } = packet;
      const accept = () => {
        if (packet.qos === 0) {
          take(topic, payload, connection, properties);
          return done(null);
        }
        keep(packet);
        take(topic, payload, connection, properties);
        void track(context.store.committed().then(() => done(null)));
      };
      if (!faults?.any || client.closed) return accept();
      const again = () => {
        take(topic, payload, connection, properties);
        if (!isBasicIngest(topic))
          void track(deliver(topic, Buffer.from(payload), { qos: packet.qos === 0 ? 0 : 1, retain, properties }));
      };
      const cut = () => void client.conn.destroy();
      const acceptAndCut = () => {
        again();
        void track(context.store.committed().then(cut));
      };
      // Of one that had to wait, the connection may be gone: it was not acknowledged.
      const acceptLater = () => !client.closed && accept();
      faults.publish({ topic, client: connection.clientId, accept: acceptLater, again, acceptAndCut, cut });
    },

    authorizeSubscribe(client, subscription, done) {
      const connection = connectionOf(client);
      const { topic } = subscription;
      if (connection.askedInTurn === 0)
        queueMicrotask(() => {
          connection.askedInTurn = 0;
        });
      connection.askedInTurn += 1;
      const ended = refuseSubscribePacket(connection, subscription.qos);
      // A session that is restored has more than a packet holds.
      if (ended && client.connected) {
        context.log.warn('subscribe refused', { clientId: connection.clientId, topic, reason: ended.reason });
        connection.ending ??= 'CLIENT_ERROR';
        if (client.version === 5) client.disconnect({ reasonCode: ended.code });
        return done(new Error(ended.reason));
      }
      const refusal = refuseSubscribe(connection, topic);
      if (refusal !== undefined)
        context.log.warn('subscribe refused', { clientId: connection.clientId, topic, reason: refusal });
      else connection.granted.add(topic);
      done(null, refusal === undefined ? subscription : null);
    },

    authorizeForward(client, packet) {
      const connection = connections.get(client);
      if (!connection || !policyOf(connection).allows('iot:Receive', packet.topic)) return null;
      // aedes lets `a/#` take `a`, too.
      if (!isParentOfFilter(connection, packet.topic)) return packet;
      return [...connection.granted].some((filter) => filterTakes(filter, packet.topic)) ? packet : null;
    },
  });

  /** What the close waits for. */
  const track = (work: Promise<void>) => {
    underway.add(work);
    const done = () => underway.delete(work);
    work.then(done, done);
    return work;
  };
  const deliver = (topic: string, payload: Buffer, { qos, retain, properties }: Parameters<ServicePublish>[2]) =>
    new Promise<void>((resolve, reject) => {
      const packet = {
        cmd: 'publish',
        topic,
        payload,
        qos,
        retain,
        dup: false,
        ...(properties && { properties }),
      } as const;
      // After the close there is nobody left to deliver to.
      aedes.publish(packet, (error) => (error && !aedes.closed ? reject(error) : resolve()));
    });
  const publish: ServicePublish = (topic, payload, options) => {
    take(topic, payload, undefined, options.properties);
    // Basic Ingest has no subscribers.
    return aedes.closed || isBasicIngest(topic) ? Promise.resolve() : track(deliver(topic, payload, options));
  };
  const lifecycle = createLifecycleEvents(context.store, publish);

  registry.changes.on('changed', (certificateId) => {
    for (const client of live.values()) {
      const connection = connectionOf(client);
      if (certificateId !== undefined && connection.identity.certificateId !== certificateId) continue;
      connection.policy = undefined;
      if (connection.identity.isActive()) continue;
      connection.ending ??= 'AUTH_ERROR';
      client.disconnect({ reasonCode: reasonCodes.notAuthorized });
    }
  });

  // It is registered, and has no CONNACK yet: with that, what it sends is carried out, before aedes calls it ready.
  aedes.on('client', (client) => {
    if (client.closed) return;
    live.set(client.id, client);
    const connection = connectionOf(client);
    const resumed = !client.clean && sessions.has(client.id);
    if (!client.clean)
      sessions.resume(client.id, Math.min(client.sessionExpiryInterval, brokerLimits.sessionExpirySeconds));
    const { thing } = policyOf(connection);
    connection.presence = lifecycle.connected(
      {
        clientId: client.id,
        principal: connection.identity.principal,
        thingName: thing?.exclusive ? thing.name : undefined,
      },
      { resumed, ipAddress: connection.identity.sourceIp },
    );
  });
  aedes.on('clientDisconnect', (client) => {
    const isLast = live.get(client.id) === client;
    if (isLast) live.delete(client.id);
    const connection = connections.get(client);
    if (isLast && !client.clean) {
      sessions.setExpiry(client.id, Math.min(client.sessionExpiryInterval, brokerLimits.sessionExpirySeconds));
      sessions.away(client.id);
    }
    if (connection) tellGone(client, connection);
  });
  aedes.on('keepaliveTimeout', (client) => {
    connectionOf(client).ending ??= 'MQTT_KEEP_ALIVE_TIMEOUT';
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const topics = subscriptions.filter(({ qos }) => qos < 0x80).map(({ topic }) => topic);
    const presence = client && connections.get(client)?.presence;
    if (presence && topics.length > 0) lifecycle.subscribed(presence, topics);
  });
  aedes.on('unsubscribe', (topics, client) => {
    const connection = client && connections.get(client);
    if (!connection || client.closed) return;
    for (const topic of topics) connection.granted.delete(topic);
    if (connection.presence) lifecycle.unsubscribed(connection.presence, topics);
  });
  aedes.on('clientError', (client, error) => {
    const connection = connections.get(client);
    // An error of the socket has a code; what has none is about what the client sent.
    if (connection && (error as NodeJS.ErrnoException).code === undefined && error.name !== 'AbortError')
      connection.ending ??= 'CLIENT_ERROR';
    context.log.info('connection ended', { clientId: client.id, reason: error.message });
  });
  aedes.on('connectionError', (client, error) =>
    context.log.info('connection refused', { clientId: client.id, reason: error.message }),
  );
  (aedes as unknown as { on(event: 'error', listener: (error: Error) => void): void }).on('error', (error) =>
    context.log.error('broker', { error: error.message }),
  );

  const endingOf = (client: Client, { ending, closedByClient }: MqttConnection): DisconnectReason => {
    if (aedes.closed) return 'SERVER_INITIATED_DISCONNECT';
    if (ending) return ending;
    return internals(client)._disconnected || closedByClient() ? 'CLIENT_INITIATED_DISCONNECT' : 'CONNECTION_LOST';
  };

  const tellGone = (client: Client, connection: MqttConnection) => {
    if (!connection.presence) return;
    lifecycle.disconnected(connection.presence, endingOf(client, connection));
    connection.presence = undefined;
  };

  const sweep = setInterval(() => sessions.endAllOver(), 60_000);
  sweep.unref();

  return {
    publish,
    serve: (service) => void services.push(service),
    accept(stream, identity, closedByClient = () => false) {
      waiting.set(stream, { identity, closedByClient });
      const client = aedes.handle(stream);
      // A WebSocket's close frame is as good as a DISCONNECT: no last will.
      for (const event of ['end', 'close']) {
        stream.prependOnceListener(event, () => {
          if (closedByClient()) internals(client)._disconnected = true;
        });
      }
    },
    recover() {
      lifecycle.endLeftBehind();
      for (const { clientId, topic, payload, qos, retain } of wills.list()) {
        wills.drop(clientId);
        void publish(topic, payload, { qos: qos === 0 ? 0 : 1, retain });
      }
    },
    async close() {
      clearInterval(sweep);
      await Promise.allSettled(underway);
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await Promise.allSettled(underway);
      await context.store.committed();
    },
  };
}
