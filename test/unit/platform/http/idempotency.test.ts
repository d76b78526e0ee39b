import { expect, test } from '@jest/globals';
import { reserveId } from '../../../../functions/platform/http/idempotency.ts';
import { memoryDb } from '../memoryDb.ts';

const day = 24 * 3600 * 1000;

test('each try of a request has the same id, within a day; another request has another', async () => {
  const reserve = reserveId({ db: memoryDb({ name: 'ephemeral', keys: ['id'] }), tableName: 'ephemeral' });
  const now = Date.now();
  const first = await reserve('ada /api/things k-1', now);
  expect(first).toEqual({ id: expect.stringMatching(/^[0-9A-Z]{26}$/), isRepeated: false });
  expect(await reserve('ada /api/things k-1', now + day / 2)).toEqual({ id: first.id, isRepeated: true });
  const others = [await reserve('ada /api/things k-2', now), await reserve('ada /api/things k-1', now + day)];
  for (const other of others) expect(other).toEqual({ id: expect.not.stringMatching(first.id), isRepeated: false });
});
