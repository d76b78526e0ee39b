import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { CloudContext } from '../../context.ts';
import type { CertificateAuthority } from '../certificates.ts';
import { createHandshakeGate, type HandshakeGate } from './handshakeGate.ts';
import { brokerLimits } from './limits.ts';

/** What the endpoint hands on, by the protocol that it recognised. */
export interface EndpointHandlers {
  /** MQTT over TLS. */
  mqtt(socket: TLSSocket): void;
  /** MQTT over a WebSocket whose upgrade request is authentic, else a refusal (HTTP 403). */
  webSocket(
    request: IncomingMessage,
  ): { accept(stream: Duplex, closedByClient: () => boolean): void } | { readonly refused: string };
  /** HTTPS: publish, shadows. */
  https(request: IncomingMessage, response: ServerResponse): void;
}

/** `mqtt` stands for port 8883, `https` for 443, where MQTT takes an ALPN name. */
type PortRole = 'mqtt' | 'https';

const alpn = {
  mqtt: 'x-amzn-mqtt-ca',
  https: 'x-amzn-http-ca',
  customAuthentication: 'mqtt',
  http: 'http/1.1',
} as const;

export interface DeviceEndpoint {
  listen(host: string, port: number, role: PortRole): Promise<void>;
  close(): void;
}

/** The data endpoint: TLS, and what speaks inside (AWS: "Device communication protocols", port mappings and ALPN). */
export function createDeviceEndpoint(
  context: Pick<CloudContext, 'log'>,
  authority: CertificateAuthority,
  handlers: EndpointHandlers,
): DeviceEndpoint {
  const sockets = new Set<TLSSocket>();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: brokerLimits.payloadBytes + 4096,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });

  const https = createHttpServer({ keepAliveTimeout: 60_000 }, handlers.https);
  https.on('upgrade', (request, socket, head) => {
    const refuse = (status: string, reason: string) => {
      context.log.warn('WebSocket refused', { reason });
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    };
    if (new URL(request.url ?? '/', 'https://endpoint').pathname !== '/mqtt')
      return refuse('404 Not Found', `there is nothing at ${request.url}`);
    const answer = handlers.webSocket(request);
    if ('refused' in answer) return refuse('403 Forbidden', answer.refused);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      let closeFrame = false;
      // 1006 stands for a connection that ended without a close frame.
      webSocket.once('close', (code) => {
        closeFrame = code !== 1006;
      });
      answer.accept(createWebSocketStream(webSocket), () => closeFrame);
    });
  });

  const route = (socket: TLSSocket, role: PortRole) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    if (socket.alpnProtocol === alpn.mqtt) return handlers.mqtt(socket);
    if (socket.alpnProtocol === alpn.https || socket.alpnProtocol === alpn.http)
      return void https.emit('connection', socket);
    if (socket.alpnProtocol === alpn.customAuthentication) {
      context.log.warn('TLS connection refused', {
        reason: "ALPN name 'mqtt' asks for custom authentication, which the local cloud does not honour",
      });
      return void socket.destroy();
    }
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      // A request line begins with a letter, a CONNECT packet with 0x10.
      if (/[A-Z]/.test(String.fromCharCode(chunk[0] ?? 0))) https.emit('connection', socket);
      else if (role === 'mqtt') handlers.mqtt(socket);
      else {
        context.log.warn('TLS connection refused', {
          reason: `MQTT on the HTTPS port needs the ALPN name ${alpn.mqtt}`,
        });
        socket.destroy();
        return;
      }
      process.nextTick(() => socket.resume());
    });
  };

  let closed = false;
  const doors: { readonly server: Server; readonly gate: HandshakeGate }[] = [];
  const serve = (role: PortRole) => {
    const secured = createTlsServer({
      key: authority.server.key,
      cert: authority.server.cert,
      ca: authority.caPem,
      minVersion: 'TLSv1.2',
      requestCert: true,
      // The registry decides, by the certificate's fingerprint: on AWS too a registered certificate may have any issuer.
      rejectUnauthorized: false,
      ALPNProtocols: Object.values(alpn),
    });
    const gate = createHandshakeGate((socket) => secured.emit('connection', socket));
    secured.on('secureConnection', (socket) => {
      gate.leave(socket);
      // A handshake that was under way ends after the close, when there is nobody left to ask.
      if (closed) return void socket.destroy();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      route(socket, role);
    });
    secured.on('tlsClientError', (error, socket) => {
      gate.leave(socket);
      context.log.info('TLS handshake failed', { reason: error.message });
    });
    // A device acknowledges late what comes in one packet; without noDelay the next one would wait for that, 40 ms.
    const server = createServer({ pauseOnConnect: true, noDelay: true }, gate.enter);
    doors.push({ server, gate });
    return server;
  };

  return {
    listen: (host, port, role) =>
      new Promise((resolve, reject) => {
        const server = serve(role);
        server.once('error', reject);
        server.listen(port, host, resolve);
      }),
    close() {
      closed = true;
      for (const { server, gate } of doors) {
        server.close();
        gate.close();
      }
      webSockets.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
