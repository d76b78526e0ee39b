import { readFile } from 'node:fs/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Publisher } from '../fleet/connectDevice.ts';
import type { ConnectOptions } from '../fleet/openFleet.ts';

const connectPacket = 0x10;
const connack = Buffer.from([0x20, 2, 0, 0]);
const publishQos1 = 0x32;
const puback = 0x40;
const pubackBytes = 4;
const lastPacketId = 0xffff;

/**
 * A device that costs the load generator little: MQTT 3.1.1 over mutual TLS and QoS 1 as the device SDK does it, but no more of MQTT
 * than a publish and its PUBACK. The generator shares the machine with what it measures, and the SDK takes a third of both.
 */
export async function connectLoadDevice({ deviceId, files, mqtt }: ConnectOptions): Promise<Publisher> {
  const socket = connect({ host: mqtt.host, port: mqtt.port, ...(await readCredentials(files)) });
  const waiting = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const fail = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  socket.setNoDelay(true);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error(`The connection of ${deviceId} ended.`)));
  await accepted(socket, deviceId);

  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const received = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (; at + pubackBytes <= received.length; at += pubackBytes) {
      if (received[at] !== puback) return void socket.destroy(new Error(`${deviceId} got a packet that is no PUBACK.`));
      const id = received.readUInt16BE(at + 2);
      waiting.get(id)?.resolve();
      waiting.delete(id);
    }
    rest = received.subarray(at);
  });
  let packetId = 0;
  return {
    deviceId,
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        packetId = packetId === lastPacketId ? 1 : packetId + 1;
        waiting.set(packetId, { resolve, reject });
        socket.write(publishPacket(topic, packetId, payload));
      }),
    close: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.removeAllListeners('close').once('close', () => resolve());
        socket.end(Buffer.from([0xe0, 0]));
        socket.resume();
      }),
  };
}

/** What TLS takes of a device's files. */
export async function readCredentials(
  files: ConnectOptions['files'],
): Promise<Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>> {
  const [ca, cert, key] = await Promise.all(
    [files.caFile, files.certificateFile, files.privateKeyFile].map((file) => readFile(file)),
  );
  return { ca, cert, key };
}

/** Sends CONNECT and waits for the CONNACK. @throws Error when the broker refuses. */
export function accepted(socket: TLSSocket, clientId: string): Promise<void> {
  const id = Buffer.from(clientId);
  const keepAliveSeconds = 300;
  const head = [0, 4, ...Buffer.from('MQTT'), 4, 0x02, keepAliveSeconds >> 8, keepAliveSeconds & 0xff, 0, id.length];
  return new Promise((resolve, reject) => {
    const refuse = (error?: Error) => reject(error ?? new Error(`The broker closed the connection of ${clientId}.`));
    socket.once('error', refuse).once('end', refuse);
    socket.once('secureConnect', () => {
      socket.write(Buffer.from([connectPacket, ...remainingLength(head.length + id.length), ...head, ...id]));
      socket.once('data', (answer: Buffer) => {
        socket.off('error', refuse).off('end', refuse);
        if (answer.equals(connack)) resolve();
        else reject(new Error(`The broker refused the connection of ${clientId}: ${answer.toString('hex')}`));
      });
    });
  });
}

function publishPacket(topic: string, packetId: number, payload: Buffer): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = remainingLength(2 + topicBytes + 2 + payload.length);
  const packet = Buffer.allocUnsafe(1 + length.length + 2 + topicBytes + 2 + payload.length);
  packet[0] = publishQos1;
  let at = 1;
  for (const byte of length) {
    packet[at] = byte;
    at += 1;
  }
  at = packet.writeUInt16BE(topicBytes, at);
  at += packet.write(topic, at);
  at = packet.writeUInt16BE(packetId, at);
  payload.copy(packet, at);
  return packet;
}

/** MQTT 3.1.1, section 2.2.3: seven bits a byte, the low ones first. */
export function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; ; rest >>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
