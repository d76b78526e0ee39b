import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { DeviceCertificate, Endpoint } from './iotDevice.ts';

/** MQTT 3.1.1 as bytes, for what a well-behaved client can't do: vanish without a DISCONNECT, or look at a return code. */
export interface RawClient {
  readonly socket: TLSSocket;
  /** The return code of the CONNACK. */
  readonly returnCode: number;
}

const field = (value: string | Buffer) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

function connectPacket(
  clientId: string,
  keepAlive: number,
  will: { topic: string; payload: string } | undefined,
): Buffer {
  const flags = 0x02 | (will ? 0x04 : 0);
  const body = Buffer.concat([
    field('MQTT'),
    Buffer.from([4, flags, keepAlive >> 8, keepAlive & 0xff]),
    field(clientId),
    ...(will ? [field(will.topic), field(will.payload)] : []),
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

/** Connects by TLS, sends a CONNECT and waits for the CONNACK. */
export async function connectRaw(
  { port, caPem }: Endpoint,
  { certificatePem, privateKey }: Pick<DeviceCertificate, 'certificatePem' | 'privateKey'>,
  clientId: string,
  options: { keepAlive?: number; will?: { topic: string; payload: string }; alpn?: string } = {},
): Promise<RawClient> {
  const socket = connect({
    host: 'localhost',
    port,
    ca: caPem,
    cert: certificatePem,
    key: privateKey,
    ...(options.alpn !== undefined && { ALPNProtocols: [options.alpn] }),
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  socket.write(connectPacket(clientId, options.keepAlive ?? 60, options.will));
  const [connack] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
  return { socket, returnCode: Buffer.isBuffer(connack) ? (connack[3] ?? -1) : -1 };
}
