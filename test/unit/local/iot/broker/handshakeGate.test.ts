import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createHandshakeGate, type HandshakeGate } from '../../../../../local/iot/broker/handshakeGate.ts';

let begun: (number | undefined)[];
let utilization: number;
let gate: HandshakeGate;

const peer = (remotePort: number) => ({ remoteAddress: '127.0.0.1', remotePort });

/** Connections, as far as the gate knows them, from these ports. */
const arrive = (count: number) =>
  Array.from({ length: count }, (_, port) => {
    const socket = Object.assign(new EventEmitter(), peer(port), {
      destroyed: false,
      destroy() {
        this.destroyed = true;
      },
    });
    gate.enter(socket as never);
    return socket;
  });

beforeEach(() => {
  jest.useFakeTimers();
  begun = [];
  utilization = 0;
  gate = createHandshakeGate(
    ({ remotePort }) => begun.push(remotePort),
    () => utilization,
  );
});
afterEach(() => {
  jest.useRealTimers();
});

test('lets eight handshakes begin, then one for each that ends, in the order in which they came', () => {
  arrive(12);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  gate.leave(peer(3));
  gate.leave(peer(7));
  // Told twice, or by a stranger, it is no more than once.
  gate.leave(peer(7));
  gate.leave(peer(99));
  expect(begun.slice(8)).toEqual([8, 9]);
});

test('while the thread is busy lets one in every twenty milliseconds, and goes on as before when it is not', () => {
  utilization = 0.9;
  arrive(12);
  jest.advanceTimersByTime(20);
  for (const port of begun.slice()) gate.leave(peer(port ?? 0));
  expect(begun.slice(8)).toEqual([8]);
  jest.advanceTimersByTime(20);
  expect(begun.slice(8)).toEqual([8, 9]);
  utilization = 0.5;
  jest.advanceTimersByTime(20);
  expect(begun.slice(8)).toEqual([8, 9, 10, 11]);
});

test('does not wait for a peer that says nothing, nor begin with one that is gone', () => {
  const sockets = arrive(12);
  sockets[8]?.destroy();
  jest.advanceTimersByTime(999);
  expect(begun).toHaveLength(8);
  jest.advanceTimersByTime(1);
  expect(begun.slice(8)).toEqual([9, 10, 11]);
});

test('closed, it ends those that wait, and begins with none', () => {
  const sockets = arrive(10);
  gate.close();
  jest.advanceTimersByTime(2000);
  gate.leave(peer(0));
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([...Array(8).fill(false), true, true]);
  expect(begun).toHaveLength(8);
});
