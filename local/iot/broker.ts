import { createServer, type TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { CloudContext } from '../context.ts';
import type { CertificateAuthority } from './certificates.ts';
import { type ConnectionPolicy, connectionPolicy } from './connectionPolicy.ts';
import type { Registry } from './registry.ts';
import type { RulesEngine } from './rules/engine.ts';

/** AWS IoT Core message broker limits (AWS: "AWS IoT Core endpoints and quotas"). */
const limits = {
  payloadBytes: 128 * 1024,
  topicBytes: 256,
  topicSlashes: 7,
  clientIdBytes: 128,
  subscriptionsPerRequest: 8,
} as const;

const notAuthorized = 5;

export interface Broker {
  listen(host: string, port: number): Promise<void>;
  /** Publishes as the service itself: HTTP Publish, lifecycle events. */
  publish(topic: string, payload: Buffer, options: { qos: 0 | 1; retain: boolean }): Promise<void>;
  close(): Promise<void>;
}

interface Session {
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly clientId: string;
  readonly sourceIp: string | undefined;
  /** Forgotten when the registry changes, and worked out anew at the next use. */
  policy: ConnectionPolicy | undefined;
}

/**
 * The device gateway and message broker: MQTT 3.1.1 and 5 over TLS with client certificates. A QoS 1 publish is acknowledged when its
 * rules have run and all that they wrote is committed.
 */
export async function createBroker(
  context: CloudContext,
  { registry, authority, rules }: { registry: Registry; authority: CertificateAuthority; rules: RulesEngine },
): Promise<Broker> {
  const sessions = new Map<Client, Session>();
  const policyOf = (session: Session) =>
    (session.policy ??= connectionPolicy(registry, session.certificateArn, session.clientId));
  const sessionOf = (client: Client) => {
    const session = sessions.get(client);
    if (!session) throw new Error('The connection has no session.');
    return session;
  };

  const aedes = await Aedes.createBroker({
    concurrency: 1000,
    maxClientsIdLength: limits.clientIdBytes,
    // mqtt-packet's own bound: a little above the payload limit, for topic and properties.
    maximumPacketSize: limits.payloadBytes + 4096,
    receiveMaximum: 100,

    authenticate(client, _username, _password, done) {
      const session = identify(client);
      if (!session || !policyOf(session).allows('iot:Connect', session.clientId)) {
        context.log.warn('connect refused', { clientId: client.id, reason: session ? 'policy' : 'certificate' });
        done(Object.assign(new Error('Not authorized'), { returnCode: notAuthorized }) as AuthenticateError, false);
        return;
      }
      sessions.set(client, session);
      done(null, true);
    },

    authorizePublish(client, packet, done) {
      if (!client) return done(null);
      const session = sessionOf(client);
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      const refusal = refusePublish(session, packet.topic, payload, packet.qos, packet.retain);
      if (refusal) {
        context.log.warn('publish refused', { clientId: session.clientId, topic: packet.topic, reason: refusal });
        return done(new Error(refusal));
      }
      rules.publish({
        topic: packet.topic,
        payload,
        clientId: session.clientId,
        principal: session.certificateId,
        sourceIp: session.sourceIp,
      });
      if (packet.qos === 0) return done(null);
      void context.store.committed().then(() => done(null));
    },

    authorizeSubscribe(client, subscription, done) {
      const session = sessionOf(client);
      const allowed = subscription.qos < 2 && policyOf(session).allows('iot:Subscribe', subscription.topic);
      if (!allowed) context.log.warn('subscribe refused', { clientId: session.clientId, topic: subscription.topic });
      done(null, allowed ? subscription : null);
    },

    authorizeForward(client, packet) {
      const session = sessions.get(client);
      return session && policyOf(session).allows('iot:Receive', packet.topic) ? packet : null;
    },
  });

  function identify(client: Client): Session | undefined {
    const socket = client.conn as TLSSocket;
    const id = peerCertificateId(socket);
    const certificate = id === undefined ? undefined : registry.findCertificate(id);
    if (certificate?.status !== 'ACTIVE') return undefined;
    return {
      certificateId: certificate.id,
      certificateArn: certificate.arn,
      clientId: client.id,
      sourceIp: socket.remoteAddress,
      policy: undefined,
    };
  }

  function refusePublish(
    session: Session,
    topic: string,
    payload: Buffer,
    qos: number,
    retain: boolean,
  ): string | undefined {
    if (qos === 2) return 'AWS IoT Core has no QoS 2';
    if (payload.length > limits.payloadBytes)
      return `the payload is ${payload.length} bytes, above ${limits.payloadBytes}`;
    const counted = topic.startsWith('$aws/rules/') ? topic.split('/').slice(3).join('/') : topic;
    if (Buffer.byteLength(counted) > limits.topicBytes) return `the topic is above ${limits.topicBytes} bytes`;
    if (counted.split('/').length - 1 > limits.topicSlashes)
      return `the topic has more than ${limits.topicSlashes} slashes`;
    const policy = policyOf(session);
    if (!policy.allows('iot:Publish', topic)) return 'the policy does not allow iot:Publish';
    if (retain && !policy.allows('iot:RetainPublish', topic)) return 'the policy does not allow iot:RetainPublish';
    return undefined;
  }

  registry.changes.on('changed', (certificateId) => {
    for (const [client, session] of sessions) {
      if (certificateId !== undefined && session.certificateId !== certificateId) continue;
      session.policy = undefined;
      if (registry.findCertificate(session.certificateId)?.status !== 'ACTIVE') client.close();
    }
  });

  const presenceVersions = new Map<Client, number>();
  const lifecycleEvent = (client: Client, eventType: 'connected' | 'disconnected', fields: Record<string, unknown>) => {
    const session = sessions.get(client);
    if (!session) return;
    const versionNumber = presenceVersions.get(client) ?? registry.nextPresenceVersion(session.clientId);
    presenceVersions.set(client, versionNumber);
    const event = {
      clientId: session.clientId,
      timestamp: Date.now(),
      eventType,
      principalIdentifier: session.certificateId,
      sessionIdentifier: `${session.clientId}-${versionNumber}`,
      versionNumber,
      ...fields,
    };
    const topic = `$aws/events/presence/${eventType}/${session.clientId}`;
    void publish(topic, Buffer.from(JSON.stringify(event)), { qos: 0, retain: false });
  };
  aedes.on('clientReady', (client) =>
    lifecycleEvent(client, 'connected', { ipAddress: sessions.get(client)?.sourceIp }),
  );
  aedes.on('clientDisconnect', (client) => {
    lifecycleEvent(client, 'disconnected', { clientInitiatedDisconnect: false, disconnectReason: 'CONNECTION_LOST' });
    sessions.delete(client);
    presenceVersions.delete(client);
  });
  aedes.on('clientError', (client, error) =>
    context.log.info('connection ended', { clientId: client.id, reason: error.message }),
  );
  aedes.on('connectionError', (client, error) =>
    context.log.info('connection refused', { clientId: client.id, reason: error.message }),
  );

  const server = createServer({
    key: authority.server.key,
    cert: authority.server.cert,
    ca: authority.caPem,
    minVersion: 'TLSv1.2',
    requestCert: true,
    // The registry decides, by the certificate's fingerprint: on AWS too a registered certificate may have any issuer.
    rejectUnauthorized: false,
    ALPNProtocols: ['x-amzn-mqtt-ca', 'mqtt'],
  });
  server.on('secureConnection', (socket) => {
    const id = peerCertificateId(socket);
    const certificate = id === undefined ? undefined : registry.findCertificate(id);
    if (certificate?.status !== 'ACTIVE') {
      context.log.warn('TLS connection refused', {
        reason: certificate
          ? `certificate is ${certificate.status}`
          : id
            ? 'certificate is not registered'
            : 'no client certificate',
      });
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  server.on('tlsClientError', (error) => context.log.info('TLS handshake failed', { reason: error.message }));

  const publish: Broker['publish'] = (topic, payload, { qos, retain }) => {
    rules.publish({ topic, payload, clientId: undefined, principal: undefined, sourceIp: undefined });
    return new Promise((resolve, reject) => {
      aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  };

  return {
    publish,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close();
        aedes.close(() => resolve());
      }),
  };
}

function peerCertificateId(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
}
