import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createFunctionPool, type FunctionPool } from '../../../../local/lambda/functionPool.ts';
import { functionFolders } from './functionFolder.ts';

const folders = functionFolders();
afterAll(folders.close);

const pools: FunctionPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const poolOf = (code: string, limit: number, most = limit): FunctionPool => {
  const pool = createFunctionPool(folders.configure(code), { limit, most, variables: () => ({}), write: () => {} });
  pools.push(pool);
  return pool;
};

interface Run {
  readonly id: string;
  readonly began: number;
  readonly ended: number;
}

describe('the environments of a function', () => {
  const busy = `
    import { randomUUID } from 'node:crypto';
    const id = randomUUID();
    export const handler = async () => {
      const began = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { id, began, ended: Date.now() };
    };`;

  test('are never more than the limit; who comes above it waits', async () => {
    const pool = poolOf(busy, 2);
    const results = await Promise.all(Array.from({ length: 6 }, () => pool.invoke('{}')));
    const runs = results.map(({ payload }) => payload as Run);
    const atOnce = runs.map(({ began }) => runs.filter((other) => other.began <= began && began < other.ended).length);
    expect(Math.max(...atOnce)).toBe(2);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(2);
  });

  const slow = `
    export const handler = async ({ wait, work }) => {
      if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
      for (const end = Date.now() + (work ?? 0); Date.now() < end; );
      return 'done';
    };`;

  test('are more than the limit while all of them wait for something, up to another limit', async () => {
    const pool = poolOf(slow, 1, 2);
    const order: string[] = [];
    const invoke = async (name: string, event: object) => {
      await pool.invoke(JSON.stringify(event));
      order.push(name);
    };
    const first = invoke('first', { wait: 3000 });
    const second = invoke('second', { wait: 1000 });
    await Promise.all([first, second, invoke('third', {})]);
    expect(order).toEqual(['second', 'third', 'first']);
  });

  test('are no more than the limit while one is at work', async () => {
    const pool = poolOf(slow, 1, 2);
    const order: string[] = [];
    await Promise.all([
      pool.invoke('{"work":1500}').then(() => order.push('first')),
      pool.invoke('{}').then(() => order.push('second')),
    ]);
    expect(order).toEqual(['first', 'second']);
  });

  const named = `
    import { randomUUID } from 'node:crypto';
    const id = randomUUID();
    export const handler = async ({ wait }) => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      return id;
    };`;

  test('are used again, one after another', async () => {
    const pool = poolOf(busy, 5);
    const ids = new Set<string>();
    for (let call = 0; call < 3; call += 1) ids.add(((await pool.invoke('{}')).payload as Run).id);
    expect(ids.size).toBe(1);
  });

  test('are used again the oldest first, whatever ended last', async () => {
    const pool = poolOf(named, 2);
    const invoke = async (wait: number) => (await pool.invoke(JSON.stringify({ wait }))).payload;
    const [oldest, other] = await Promise.all([invoke(50), invoke(400)]);
    expect(other).not.toBe(oldest);
    expect(await invoke(0)).toBe(oldest);
    expect(await Promise.all([invoke(100), invoke(0)])).toEqual([oldest, other]);
    expect(await invoke(0)).toBe(oldest);
  });

  test('that end make room for new ones, and for who waits', async () => {
    const pool = poolOf("export const handler = async ({ die }) => { if (die) process.exit(1); return 'alive'; }", 1);
    const [died, lived] = await Promise.all([pool.invoke('{"die":true}'), pool.invoke('{}')]);
    expect(died.functionError).toBe('Unhandled');
    expect(lived).toEqual({ payload: 'alive' });
    expect(await pool.invoke('{}')).toEqual({ payload: 'alive' });
  });

  test('are none with a reserved concurrency of 0: every call is throttled', async () => {
    await expect(poolOf(busy, 0).invoke('{}')).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  });
});
