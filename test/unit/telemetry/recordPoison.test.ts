import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import { recordPoison } from '../../../functions/telemetry/recordPoison.ts';
import { type Faults, pipeline } from './pipeline.ts';
import { queued, routed } from './samples.ts';

const context = { getRemainingTimeInMillis: () => 1000 };
const poison = (traceId: string) => routed({ messageId: 'm1', flow: 1 }, { traceId });

async function record(bodies: unknown[], faults: Faults = {}, stored: ReadonlyMap<string, string> = new Map()) {
  const { dependencies, kept } = pipeline(faults);
  const { failed } = await recordPoison({ ...dependencies, readStored: async () => stored })(
    bodies.map((body, index) => queued(body, `sqs-${index}`)),
    context,
  );
  return { ...kept, failed: failed.map(({ messageId }) => messageId) };
}

describe('what SQS gave up on', () => {
  test('is kept raw, dead-lettered and recorded, under the id that it gives', async () => {
    const { records, archived, deadLetters, failed } = await record([poison('t1')]);
    expect(archived).toEqual(['t1']);
    expect(records).toMatchObject([
      {
        deviceId: 'boiler-7',
        traceId: 't1',
        disposition: 'dead-lettered',
        failureClass: 'processing',
        reason: expect.stringContaining('did not finish'),
      },
    ]);
    expect(records[0]?.messageId).toBe('m1');
    expect(deadLetters).toMatchObject([
      { disposition: 'dead-lettered', message: poison('t1'), messageKey: `boiler-7/${records[0]?.messageId}` },
    ]);
    expect(failed).toEqual([]);
  });

  test('gets an id of its own where its payload gives none', async () => {
    for (const payload of ['{', '{"temperature": 20}', '{"messageId": "not an id"}', 'null', '[1]']) {
      const { records } = await record([{ ...poison('t1'), payload: Buffer.from(payload).toString('base64') }]);
      expect(records[0]?.messageId).toMatch(/^[0-9A-Z]{26}$/);
    }
  });

  test('is left alone where it was stored before the function died, and is not where another publish was', async () => {
    const payload = Buffer.from('{"messageId": "m-1", "temperature": 20}').toString('base64');
    const bodies = [{ ...poison('t1'), payload }];
    const known = (traceId: string) => new Map([['boiler-7/m-1', traceId]]);
    expect(await record(bodies, {}, known('t1'))).toMatchObject({
      records: [],
      deadLetters: [],
      archived: [],
      failed: [],
    });
    expect(await record(bodies, {}, known('t0'))).toMatchObject({ records: [{ traceId: 't1' }], failed: [] });
  });

  test('says how it failed before, if it did', async () => {
    const { records } = await record([{ ...poison('t1'), failure: 'storage: slow' }]);
    expect(records[0]?.reason).toContain('storage: slow');
  });

  test('may be nothing that a rule made', async () => {
    const { records } = await record(['no JSON']);
    expect(records).toMatchObject([{ deviceId: 'unknown', traceId: 'sqs-0', failureClass: 'validation' }]);
  });

  test('stays with SQS where its dead letter or its record could not be written, and there alone', async () => {
    const bodies = ['t0', 't1', 't2'].map(poison);
    expect((await record(bodies, { deadLetters: ({ message }) => message.traceId === 't1' })).failed).toEqual([
      'sqs-1',
    ]);
    expect((await record(bodies, { records: ({ traceId }) => traceId === 't2' })).failed).toEqual(['sqs-2']);
    expect((await record(bodies, { deadLetters: () => true })).records).toEqual([]);
  });

  test('stays with SQS as a whole while the archive is down', async () => {
    await expect(record([poison('t1')], { archive: true })).rejects.toThrow('it is down');
  });
});
