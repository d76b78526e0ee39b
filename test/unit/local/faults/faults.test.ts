import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { faultOrderFor } from '../../../../local/faults/faultOrder.ts';
import { createFaults, type Faults } from '../../../../local/faults/faults.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const schema = faultOrderFor(['dynamodb', 's3', 'lambda']);
const order = (faults: Faults, given: object) => faults.order(schema.parse(given));
const put = { service: 'dynamodb', operations: ['PutItem'], caller: 'role' } as const;
const struck = (faults: Faults) => faults.list().map((fault) => fault.struck);

describe('faults of calls', () => {
  test('there are none until one is ordered, and none when all have ended', async () => {
    const faults = createFaults();
    expect(faults.any).toBe(false);
    order(faults, { service: 'dynamodb', kind: 'throttle', count: 1 });
    expect(faults.any).toBe(true);
    await expect(faults.call(put, () => 'done')).rejects.toThrow('Throughput exceeds');
    expect(faults.any).toBe(false);
    expect(await faults.call(put, () => 'done')).toBe('done');
  });

  test('strike the service, operation and caller that they name, and no other', () => {
    const faults = createFaults();
    order(faults, { service: 'dynamodb', kind: 'error', operation: 'PutItem', caller: 'role' });
    for (const other of [
      { ...put, service: 's3' },
      { ...put, operations: ['GetItem'] },
      { ...put, caller: 'account' as const },
    ])
      expect(faults.callNow(other, () => 'done')).toBe('done');
    expect(() => faults.callNow(put, () => 'done')).toThrow(expect.objectContaining({ status: 500 }));
  });

  test('of roles strike functions and rules, of rules no functions', () => {
    const faults = createFaults();
    const byRule = { ...put, caller: 'rule' as const };
    order(faults, { service: 'dynamodb', kind: 'error', caller: 'rule', count: 1 });
    expect(faults.callNow(put, () => 'done')).toBe('done');
    expect(() => faults.callNow(byRule, () => 'done')).toThrow();
    order(faults, { service: 'dynamodb', kind: 'error', caller: 'role' });
    expect(() => faults.callNow(byRule, () => 'done')).toThrow();
    expect(() => faults.callNow(put, () => 'done')).toThrow();
  });

  test('end when their time is over', () => {
    const faults = createFaults();
    order(faults, { service: 'dynamodb', kind: 'error', seconds: 2 });
    jest.advanceTimersByTime(1_999);
    expect(() => faults.callNow(put, () => 'done')).toThrow();
    jest.advanceTimersByTime(1);
    expect(faults.callNow(put, () => 'done')).toBe('done');
    expect(faults.list()).toMatchObject([{ struck: 1, ended: true }]);
  });

  test('after the work leave it done', () => {
    const faults = createFaults();
    order(faults, { service: 'dynamodb', kind: 'drop', after: true, count: 1 });
    const work = jest.fn();
    expect(() => faults.callNow(put, work)).toThrow('cut');
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('with a probability strike about so often', () => {
    const faults = createFaults();
    order(faults, { service: 'dynamodb', kind: 'latency', milliseconds: 0, probability: 0.25 });
    for (let call = 0; call < 4_000; call += 1) faults.callNow(put, () => 'done');
    expect(struck(faults)[0]).toBeGreaterThan(800);
    expect(struck(faults)[0]).toBeLessThan(1_200);
  });

  test('are cleared one by one or all at once', () => {
    const faults = createFaults();
    const [first] = ['s3', 's3', 's3'].map((service) => order(faults, { service, kind: 'drop' }));
    expect(faults.clear(first?.id)).toBe(1);
    expect(faults.clear(first?.id)).toBe(0);
    expect(faults.clear()).toBe(2);
    expect(faults.any).toBe(false);
  });
});

describe('a publish that is to be overtaken', () => {
  const publisher = (faults: Faults) => {
    const accepted: string[] = [];
    const nothing = () => {};
    const publish = (name: string) =>
      faults.publish({
        ...{ topic: name, client: 'device', again: nothing, acceptAndCut: nothing, cut: nothing },
        accept: () => accepted.push(name),
      });
    return { accepted, publish };
  };

  test('comes after the next one', () => {
    const faults = createFaults();
    order(faults, { service: 'mqtt', kind: 'reorder', count: 1 });
    const { accepted, publish } = publisher(faults);
    publish('first');
    expect(accepted).toEqual([]);
    // Its order has ended, but it still waits.
    expect(faults.any).toBe(true);
    publish('second');
    expect(accepted).toEqual(['second', 'first']);
    expect(faults.any).toBe(false);
  });

  test('comes alone when there is no other in time', () => {
    const faults = createFaults();
    order(faults, { service: 'mqtt', kind: 'reorder', milliseconds: 100 });
    const { accepted, publish } = publisher(faults);
    publish('first');
    jest.advanceTimersByTime(100);
    expect(accepted).toEqual(['first']);
  });
});

test('a kill strikes the function that it names', () => {
  const faults = createFaults();
  order(faults, { service: 'lambda', kind: 'kill', function: 'ingest', milliseconds: 7 });
  expect(faults.killAfter('other')).toBeUndefined();
  expect(faults.killAfter('ingest')).toBe(7);
});
