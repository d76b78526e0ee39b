import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { outputsFile } from '../../scripts/outputs.ts';
import { startFleet } from '../../scripts/start/fleetProcess.ts';
import { until } from '../until.ts';

const run = promisify(execFile);

/** The page's commands in their order, as a newcomer copies them; only the places differ, for this system is not in .fieldline/. */
async function commandsOf(page: string, certificates = 'certificates/boiler-7'): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) =>
    block.replaceAll('.fieldline/outputs.json', outputsFile()).replaceAll('certificates/boiler-7', certificates),
  );
}

const shell = async (...script: string[]) => (await run('bash', ['-euo', 'pipefail', '-c', script.join('\n')])).stdout;

/** What a block leaves in its shell, for the shells of other blocks: an account may sign in ten times a minute. */
function shellAfter(block: string): Promise<string> {
  const names = [...block.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  return shell('{', block, '} > /dev/null', `declare -p ${names.join(' ')}`, 'declare -f');
}

describe('the guides to a first device and to its twin', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fieldline-guide-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('take a newcomer from signing in to a device in a room that does what it is to do', async () => {
    const blocks = await commandsOf('docs/guide/first-device.md', join(folder, 'boiler-7'));
    const [signIn = '', provision = '', speak = '', see = '', move = '', measured = ''] = blocks;
    expect(blocks).toHaveLength(6);
    expect(JSON.parse(await shell(signIn))).toMatchObject({ isPlatformAdmin: true });
    const signedIn = await shellAfter(signIn);
    expect(await shell(provision)).toContain('boiler-7');
    await shell(signedIn, speak);
    await until('the message on record, and its value', async () => {
      const answer = await shell(signedIn, see);
      // It may be stored after its values were asked for, and before its record was.
      return answer.includes('"disposition":"stored"') && answer.includes('"value":71.5');
    });
    const moved = await shell(signedIn, move);
    expect(JSON.parse(lastJson(moved))).toMatchObject({
      roomId: 'hall-2',
      metrics: [{ metric: 'temperature', newest: { value: 71.5, deviceId: 'boiler-7' } }],
    });
    await until('the point in the telemetry store', async () => (await shell(signedIn, measured)).includes('71.5'));

    const twinBlocks = await commandsOf('docs/guide/twin.md', join(folder, 'boiler-7'));
    const [want = '', pending = '', report = '', history = ''] = twinBlocks;
    expect(twinBlocks).toHaveLength(4);
    const pendingPaths = async () =>
      JSON.parse(lastJson(await shell(signedIn, pending))).pending.map(({ path }: { path: string }) => path);
    await shell(signedIn, want);
    expect(await pendingPaths()).toEqual(['/setpoint', '/mode']);
    // Where the device is, the block before says.
    const place = speak.split('\n')[0] ?? '';
    await shell(signedIn, place, report);
    await until('the confirmation of one value', async () => (await pendingPaths()).join() === '/mode');
    await until('both changes', async () => {
      const { items } = JSON.parse(lastJson(await shell(signedIn, history)));
      return items.length === 2 && items[0].confirmed.includes('/setpoint');
    });
  });
});

describe('the guide to commands', () => {
  let fleet: ReturnType<typeof startFleet>;
  beforeAll(async () => {
    fleet = startFleet({ devices: 1, outputsFile: outputsFile() });
    await fleet.publishing;
  });
  afterAll(() => fleet.stop());

  test('tells a simulated station what to do, also while it is away', async () => {
    const [signIn = '', type = '', tell = '', ask = '', refused = '', away = '', all = '', simulate = '', ...more] =
      await commandsOf('docs/guide/commands.md');
    expect(more).toEqual([]);
    const signedIn = await shellAfter(signIn);
    await until('the type of the station', async () => (await shell(signedIn, type)).includes('setTarget'));
    expect(JSON.parse(await shell(signedIn, tell))).toMatchObject({ state: 'succeeded', result: { target: 21.5 } });
    expect(JSON.parse(await shell(signedIn, ask))).toMatchObject({ name: 'reboot' });
    expect(JSON.parse(await shell(signedIn, refused))).toMatchObject({ status: 422 });
    const answers = await shell(signedIn, away);
    expect(JSON.parse(lastJson(answers))).toMatchObject({ name: 'setTarget', state: 'succeeded' });
    expect(JSON.parse(await shell(signedIn, all)).items).toMatchObject([
      { name: 'setTarget', state: 'succeeded', parameters: { temperature: 18 } },
      { name: 'sleep', state: 'succeeded' },
      { name: 'reboot', state: 'succeeded' },
      { name: 'setTarget', state: 'succeeded', parameters: { temperature: 21.5 } },
    ]);
    expect(await shell(simulate)).toMatch(/commands +0/);
  });
});

/** Of several answers without a line between them. */
const lastJson = (text: string): string => text.slice(text.lastIndexOf('}{') + 1).trim();
