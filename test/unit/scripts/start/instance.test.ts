import { spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { takeInstance } from '../../../../scripts/start/instance.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'instance-'));
});
afterEach(() => rm(directory, { recursive: true }));

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

describe('the folder of a running system', () => {
  test('is refused while another process runs on it', async () => {
    const other = spawn('sleep', ['60']);
    await writeFile(join(directory, 'running.pid'), String(other.pid));
    await expect(takeInstance(directory, { fresh: false })).rejects.toThrow(`process ${other.pid}`);
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill();
    await ended;
    await (await takeInstance(directory, { fresh: false })).release();
  });

  test('loses the outputs that a killed process left behind, and keeps its data', async () => {
    const first = await takeInstance(directory, { fresh: false });
    await writeFile(first.outputsFile, '{}');
    await writeFile(join(first.stateDir, 'data'), 'x');
    await first.release();
    const second = await takeInstance(directory, { fresh: false });
    expect(await exists(second.outputsFile)).toBe(false);
    expect(await exists(join(second.stateDir, 'data'))).toBe(true);
  });

  test('begins anew when fresh', async () => {
    const first = await takeInstance(directory, { fresh: false });
    await writeFile(join(first.stateDir, 'data'), 'x');
    await first.release();
    const second = await takeInstance(directory, { fresh: true });
    expect(await exists(join(second.stateDir, 'data'))).toBe(false);
  });
});
