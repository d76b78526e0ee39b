import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { archiveRaw } from '../../../functions/telemetry/stores/rawArchive.ts';
import { down, recordingClient } from '../platform/recordingClient.ts';
import { noon } from './samples.ts';

const raw = (bytes: Uint8Array | string, traceId = 't1') => ({ bytes: Buffer.from(bytes), traceId, receivedAt: noon });

describe('the raw archive', () => {
  test('each message is one range that inflates to its exact bytes, and the whole is valid gzip', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 12 }),
        async (payloads) => {
          const s3 = recordingClient();
          const locations = await archiveRaw({ s3, bucket: 'raw' })(
            payloads.map((bytes, index) => raw(bytes, `t${index}`)),
          );
          const body: Buffer = s3.calls[0]?.input.Body;
          expect(
            locations.map(({ offset, length }) => [...gunzipSync(body.subarray(offset, offset + length))]),
          ).toEqual(payloads.map((bytes) => [...bytes]));
          expect(gunzipSync(body).equals(Buffer.concat(payloads))).toBe(true);
          expect(new Set(locations.map(({ key }) => key))).toEqual(new Set([s3.calls[0]?.input.Key]));
        },
      ),
    );
  });

  test('is one object per batch, by hour', async () => {
    const s3 = recordingClient();
    await archiveRaw({ s3, bucket: 'raw' })([raw('a'), raw('b', 't2')]);
    expect(s3.calls).toMatchObject([
      { name: 'PutObjectCommand', input: { Bucket: 'raw', ContentType: 'application/gzip' } },
    ]);
    expect(s3.calls[0]?.input.Key).toMatch(/^raw\/2026\/01\/31\/12\/[0-9a-f]{32}\.gz$/);
  });

  test('a batch that is delivered again writes the same object; another batch another', async () => {
    const s3 = recordingClient();
    const archive = archiveRaw({ s3, bucket: 'raw' });
    await archive([raw('a'), raw('b', 't2')]);
    await archive([raw('a'), raw('b', 't2')]);
    await archive([raw('a', 't3'), raw('b', 't2')]);
    const [first, again, other] = s3.calls.map(({ input }) => input);
    expect(again).toEqual(first);
    expect(other.Key).not.toBe(first.Key);
  });

  test('nothing to keep is no object', async () => {
    const s3 = recordingClient();
    expect(await archiveRaw({ s3, bucket: 'raw' })([])).toEqual([]);
    expect(s3.calls).toEqual([]);
  });

  test('a bucket that is down is a throw: nothing has a place', async () => {
    await expect(archiveRaw({ s3: recordingClient(down()), bucket: 'raw' })([raw('a')])).rejects.toThrow('it is down');
  });
});
