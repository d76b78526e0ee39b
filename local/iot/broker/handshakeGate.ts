import type { Socket } from 'node:net';

/** TLS handshakes under way at once, on this one thread: each more makes all that is connected already wait a millisecond longer. */
const atOnce = 8;
/** One that takes longer waits for its client, not for this thread: it counts no more. Milliseconds. */
const countedFor = 1000;
/** While connections wait, a look at how busy this thread is; in between one may come in, however busy it is. Milliseconds. */
const lookEvery = 20;
/** Part of its time that this thread is at work when it has none left for more. */
const busy = 0.7;

export interface HandshakeGate {
  /** Begins the handshake of a connection, now or when it is its turn. */
  enter(socket: Socket): void;
  /** The handshake of this peer has ended, well or not. */
  leave(peer: Peer): void;
  close(): void;
}

type Peer = Pick<Socket, 'remoteAddress' | 'remotePort'>;

/**
 * Lets a fleet in that comes all at once a few at a time, in its order, and fewer while there is other work: devices that are connected
 * hardly notice. AWS IoT has many machines for that, and limits the connections a second (AWS: "AWS IoT Core quotas", connect requests).
 * @param utilization part of its time that this thread was at work since it was asked last
 */
export function createHandshakeGate(
  begin: (socket: Socket) => void,
  utilization: () => number = loopUtilization(),
): HandshakeGate {
  const waiting: Socket[] = [];
  const underWay = new Map<string, NodeJS.Timeout>();
  let untilNextLook = Number.POSITIVE_INFINITY;
  let looking: NodeJS.Timeout | undefined;
  const nameOf = ({ remoteAddress, remotePort }: Peer) => `${remoteAddress} ${remotePort}`;

  const letIn = () => {
    while (underWay.size < atOnce && untilNextLook > 0) {
      const socket = waiting.shift();
      if (socket === undefined) return;
      if (socket.destroyed) continue;
      untilNextLook -= 1;
      const name = nameOf(socket);
      underWay.set(name, setTimeout(leave, countedFor, name).unref());
      begin(socket);
    }
    lookLater();
  };
  const lookLater = () => {
    if (looking !== undefined || waiting.length === 0) return;
    utilization();
    looking = setTimeout(() => {
      looking = undefined;
      untilNextLook = utilization() > busy ? 1 : Number.POSITIVE_INFINITY;
      letIn();
    }, lookEvery).unref();
  };
  const leave = (name: string) => {
    clearTimeout(underWay.get(name));
    if (underWay.delete(name)) letIn();
  };

  return {
    enter(socket) {
      socket.on('error', () => socket.destroy());
      waiting.push(socket);
      letIn();
    },
    leave: (peer) => leave(nameOf(peer)),
    close() {
      for (const timer of underWay.values()) clearTimeout(timer);
      for (const socket of waiting.splice(0)) socket.destroy();
    },
  };
}

function loopUtilization(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
