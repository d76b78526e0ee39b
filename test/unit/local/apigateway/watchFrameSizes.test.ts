import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { watchFrameSizes } from '../../../../local/apigateway/watchFrameSizes.ts';

/** A masked text frame as clients send it. */
function frame(payload: number): Buffer {
  const length =
    payload < 126
      ? Buffer.from([0x80 | payload])
      : payload < 65_536
        ? Buffer.from([0x80 | 126, payload >> 8, payload & 255])
        : Buffer.from([0x80 | 127, 0, 0, 0, 0, ...new Uint8Array(new Uint32Array([payload]).buffer).reverse()]);
  return Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4 + payload, 0xff)]);
}

describe('the sizes of frames', () => {
  test('are read right however the bytes arrive', () => {
    const sizes = fc.array(
      fc.oneof(fc.nat(130), fc.integer({ min: 32_760, max: 32_776 }), fc.integer({ min: 65_530, max: 65_540 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 30 }),
        (payloads, cuts) => {
          const socket = new PassThrough();
          let reported = 0;
          watchFrameSizes(socket, 32_768, () => {
            reported += 1;
          });
          const bytes = Buffer.concat(payloads.map(frame));
          for (let position = 0, cut = 0; position < bytes.length; cut += 1) {
            const size = cuts[cut % cuts.length] ?? 1;
            socket.emit('data', bytes.subarray(position, position + size));
            position += size;
          }
          expect(reported).toBe(payloads.some((payload) => payload > 32_768) ? 1 : 0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
