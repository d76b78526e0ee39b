import { describe, expect, test } from '@jest/globals';
import { decodeTime } from 'ulid';
import * as z from 'zod';
import { parseEnv } from '../../../functions/platform/env.ts';
import { deterministicUlid, newId } from '../../../functions/platform/ulid.ts';

describe('a deterministic ULID', () => {
  test('is the same for the same time and seed, and another for another seed', () => {
    expect(deterministicUlid(1_700_000_000_000, 'a')).toBe(deterministicUlid(1_700_000_000_000, 'a'));
    expect(deterministicUlid(1_700_000_000_000, 'a')).not.toBe(deterministicUlid(1_700_000_000_000, 'b'));
  });

  test('carries its time, so that ids sort as the messages came', () => {
    expect(decodeTime(deterministicUlid(1_700_000_000_123, 'a'))).toBe(1_700_000_000_123);
    expect(deterministicUlid(1_700_000_000_000, 'z') < deterministicUlid(1_700_000_000_001, 'a')).toBe(true);
  });
});

test('a new id carries its time, and no two of one moment are the same', () => {
  const now = 1_700_000_000_123;
  const ids = Array.from({ length: 1000 }, () => newId(now));
  expect(new Set(ids).size).toBe(1000);
  expect(new Set(ids.map((id) => decodeTime(id)))).toEqual(new Set([now]));
  expect(new Set(ids.flatMap((id) => [...id.slice(10)])).size).toBe(32);
});

test('an environment that is not usable names each variable, and no value', () => {
  const schema = z.object({ TABLE: z.string().min(1), DAYS: z.coerce.number().int() });
  expect(parseEnv(schema, { TABLE: 'devices', DAYS: '30' })).toEqual({ TABLE: 'devices', DAYS: 30 });
  expect(() => parseEnv(schema, { DAYS: 'secret' })).toThrow(/TABLE: .*; DAYS: (?!.*secret)/);
});
