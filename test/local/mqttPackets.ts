import { readFile } from 'node:fs/promises';
import { connect, type TLSSocket } from 'node:tls';
import { until } from '../until.ts';
import type { NewDevice } from './newDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';

/** MQTT as packets, written by hand: what a client library would not send, and every code that comes back. */
export interface PacketClient {
  /** How the broker answered the CONNECT, as in `CONNACK 0x00`, or `closed`. */
  readonly connack: string;
  readonly received: readonly { readonly topic: string; readonly payload: string }[];
  /** @returns the broker's answer: `PUBACK 0x..`, `DISCONNECT 0x..` or `closed` */
  publish(topic: string, payload: string, options?: PublishOptions): Promise<string>;
  /** @returns `SUBACK 0x..`, `DISCONNECT 0x..` or `closed` */
  subscribe(topicFilter: string): Promise<string>;
  readonly isOpen: () => boolean;
  /** Ends it without a DISCONNECT: a last will is due. */
  vanish(): void;
  close(): Promise<void>;
}

interface PublishOptions {
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  /** Properties of MQTT 5, encoded. */
  readonly properties?: Buffer;
}

export interface Credentials {
  readonly caPem: string;
  readonly certificatePem?: string;
  readonly privateKeyPem?: string;
}

interface ConnectOptions {
  /** 4 is MQTT 3.1.1. */
  readonly version?: 4 | 5;
  readonly will?: { readonly topic: string; readonly payload: string; readonly retain?: boolean };
}

const field = (value: string | Buffer) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
};
const uint16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);

function packet(firstByte: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([firstByte, ...length]), body]);
}

/** Properties: topic alias (MQTT 5, 3.3.2.3.4) and response topic (3.3.2.3.5). */
export const topicAlias = (alias: number) => Buffer.concat([Buffer.from([0x23]), uint16(alias)]);
export const responseTopic = (topic: string) => Buffer.concat([Buffer.from([0x08]), field(topic)]);

const noProperties = Buffer.from([0]);
const sized = (properties: Buffer) => Buffer.concat([Buffer.from([properties.length]), properties]);

function connectPacket(clientId: string, { version = 5, will }: ConnectOptions): Buffer {
  const flags = 0x02 | (will ? 0x04 : 0) | (will?.retain ? 0x20 : 0);
  const properties = version === 5 ? [noProperties] : [];
  return packet(
    0x10,
    Buffer.concat([
      field('MQTT'),
      Buffer.from([version, flags, 0, 60]),
      ...properties,
      field(clientId),
      ...(will ? [...properties, field(will.topic), field(will.payload)] : []),
    ]),
  );
}

/** The credentials of a device's files. */
export async function credentialsOf({ files }: Pick<NewDevice, 'files'>): Promise<Credentials> {
  const [caPem, certificatePem, privateKeyPem] = await Promise.all(
    [files.caFile, files.certificateFile, files.privateKeyFile].map((file) => readFile(file, 'utf8')),
  );
  return { caPem: caPem ?? '', certificatePem: certificatePem ?? '', privateKeyPem: privateKeyPem ?? '' };
}

const hex = (code: number) => `0x${code.toString(16).padStart(2, '0')}`;

/** Connects by TLS, and by MQTT as whoever the client id says. */
export async function connectByPackets(
  { mqtt: { host, port } }: Pick<SystemUnderTest, 'mqtt'>,
  { caPem, certificatePem, privateKeyPem }: Credentials,
  clientId: string,
  options: ConnectOptions = {},
): Promise<PacketClient> {
  const { version = 5 } = options;
  const socket: TLSSocket = connect({
    host,
    port,
    ca: caPem,
    ...(certificatePem !== undefined && { cert: certificatePem }),
    ...(privateKeyPem !== undefined && { key: privateKeyPem }),
  });
  const received: { topic: string; payload: string }[] = [];
  const answers: string[] = [];
  let open = true;
  let bytes = Buffer.alloc(0);
  // `once` of node:events would reject when the broker resets what it ends.
  const becomes = (event: 'secureConnect' | 'close') => new Promise<void>((resolve) => socket.once(event, resolve));
  socket.on('error', () => {});
  socket.on('close', () => {
    open = false;
  });
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const whole = takePacket(bytes);
      if (whole === undefined) return;
      bytes = bytes.subarray(whole.size);
      const answer = readPacket(whole.type, whole.body, version, received);
      if (answer !== undefined) answers.push(answer);
    }
  });
  const answer = (wanted: string) =>
    until(`${wanted} or the end`, () => {
      const index = answers.findIndex((each) => each.startsWith(wanted) || each.startsWith('DISCONNECT'));
      return index >= 0 ? answers.splice(index, 1)[0] : open ? undefined : 'closed';
    });

  await Promise.race([becomes('secureConnect'), becomes('close')]);
  socket.write(connectPacket(clientId, options));
  const connack = await answer('CONNACK');
  let lastId = 0;
  return {
    connack,
    received,
    isOpen: () => open,
    async publish(topic, payload, { qos = 1, retain = false, properties = Buffer.alloc(0) } = {}) {
      lastId += 1;
      const body = [
        field(topic),
        ...(qos > 0 ? [uint16(lastId)] : []),
        ...(version === 5 ? [sized(properties)] : []),
        Buffer.from(payload),
      ];
      socket.write(packet(0x30 | (qos << 1) | (retain ? 1 : 0), Buffer.concat(body)));
      // QoS 0 is not acknowledged: a PINGREQ behind it shows that it was taken.
      if (qos === 0) socket.write(Buffer.from([0xc0, 0]));
      return answer(qos === 0 ? 'PINGRESP' : 'PUBACK');
    },
    subscribe(topicFilter) {
      lastId += 1;
      const head = [uint16(lastId), ...(version === 5 ? [noProperties] : [])];
      socket.write(packet(0x82, Buffer.concat([...head, field(topicFilter), Buffer.from([1])])));
      return answer('SUBACK');
    },
    vanish: () => void socket.destroy(),
    async close() {
      if (!open) return;
      const closed = becomes('close');
      socket.end(packet(0xe0, Buffer.alloc(0)));
      socket.resume();
      await closed;
    },
  };
}

function takePacket(
  bytes: Buffer,
): { readonly type: number; readonly body: Buffer; readonly size: number } | undefined {
  let length = 0;
  for (let index = 1; index < Math.min(bytes.length, 5); index += 1) {
    const digit = bytes[index] ?? 0;
    length += (digit & 0x7f) * 128 ** (index - 1);
    if (digit & 0x80) continue;
    const size = index + 1 + length;
    if (bytes.length < size) return undefined;
    return { type: bytes[0] ?? 0, body: bytes.subarray(index + 1, size), size };
  }
  return undefined;
}

/** What a packet answers; messages are put aside. */
function readPacket(
  type: number,
  body: Buffer,
  version: 4 | 5,
  received: { topic: string; payload: string }[],
): string | undefined {
  switch (type >> 4) {
    case 2:
      return `CONNACK ${hex(body[1] ?? 0)}`;
    case 3: {
      const topicLength = body.readUInt16BE(0);
      const afterTopic = 2 + topicLength + ((type >> 1) & 3 ? 2 : 0);
      const payloadAt = version === 5 ? afterTopic + 1 + (body[afterTopic] ?? 0) : afterTopic;
      received.push({ topic: body.toString('utf8', 2, 2 + topicLength), payload: body.toString('utf8', payloadAt) });
      return undefined;
    }
    case 4:
      return `PUBACK ${hex(body[2] ?? 0)}`;
    case 9:
      return `SUBACK ${hex(body.at(-1) ?? 0)}`;
    case 13:
      return 'PINGRESP';
    case 14:
      return `DISCONNECT ${hex(body[0] ?? 0)}`;
    default:
      return undefined;
  }
}
