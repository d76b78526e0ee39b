import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { noArguments, positiveNumber, readCommandLine, UsageError, wholeNumber } from '../../../scripts/commandLine.ts';

const read = (...argv: string[]) =>
  readCommandLine({
    usage: '',
    options: { devices: { type: 'string' }, rate: { type: 'string' }, 'basic-ingest': { type: 'boolean' } },
    schema: z.object({
      arguments: noArguments,
      devices: wholeNumber(1, 10).default(5),
      rate: positiveNumber(100).default(1),
      basicIngest: z.boolean().default(false),
    }),
    argv,
  });

describe('a command line', () => {
  test('gives checked values, with defaults', () => {
    expect(read('--devices', '7', '--basic-ingest')).toEqual({ arguments: [], devices: 7, rate: 1, basicIngest: true });
  });

  test.each([
    [['--devices', '0'], '--devices: must be a whole number between 1 and 10'],
    [['--devices', '2.5'], '--devices: must be a whole number'],
    [['--rate', '0'], '--rate: must be above 0 and at most 100'],
    [['--rate', 'fast'], '--rate: must be a number'],
    [['--speed', '1'], "Unknown option '--speed'"],
    [['fifty'], 'Not understood: fifty'],
  ])('%j is refused by name', (argv, message) => {
    expect(() => read(...argv)).toThrow(UsageError);
    expect(() => read(...argv)).toThrow(message);
  });
});

test('a command ends when a pipe has taken all that it printed', async () => {
  const commandLine = join(import.meta.dirname, '../../../scripts/commandLine.ts');
  const program = `import { runCommand } from ${JSON.stringify(commandLine)};
    await runCommand('print', async () => { console.log('x'.repeat(5_000_000)); });`;
  const options = { maxBuffer: 10_000_000 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], options);
  expect(stdout.length).toBe(5_000_001);
});
