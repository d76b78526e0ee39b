import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readReadings, shippedReadings, startingRow } from '../../../../scripts/fleet/readings.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'readings-'));
});
afterAll(() => rm(directory, { recursive: true }));

const csv = async (text: string) => {
  const file = join(directory, 'readings.csv');
  await writeFile(file, text);
  return file;
};

describe('readings', () => {
  test('the shipped ones are a year of hours with three metrics', async () => {
    const readings = await readReadings(shippedReadings);
    expect(readings).toHaveLength(8759);
    expect(readings[0]).toEqual({ pressure: 1016.6, temperature: 4, wind: 3.8 });
  });

  test('columns that are not numbers throughout are left out', async () => {
    const file = await csv('date,place,level,flow\r\n2026-01-01,dock,1.5,\r\n2026-01-02,dock,-2,3\r\n');
    expect(await readReadings(file)).toEqual([{ level: 1.5 }, { level: -2 }]);
  });

  test.each([
    ['a\n', 'has no readings'],
    ['a,b\n1,2\n3\n', 'row 2: 1 cells, and the header has 2'],
    ['name\nx\n', 'no column that holds a number'],
  ])('%j is refused with its reason', async (text, reason) => {
    await expect(readReadings(await csv(text))).rejects.toThrow(reason);
  });

  test('a missing file is refused by name', async () => {
    await expect(readReadings(join(directory, 'none.csv'))).rejects.toThrow('none.csv');
  });

  test('devices of a fleet start at rows of their own', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => startingRow(index, 8759));
    expect(new Set(rows).size).toBe(1000);
  });
});
