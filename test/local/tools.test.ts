import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectLoadDevice } from '../../scripts/bench/loadDevice.ts';
import { outputsFile, readOutputs } from '../../scripts/outputs.ts';
import { until } from '../until.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { exchange, runCommand, runScript } from './runScript.ts';

jest.setTimeout(60_000);

let system: SystemUnderTest;
let directory: string;

beforeAll(async () => {
  system = await openSystem();
  directory = await mkdtemp(join(tmpdir(), 'fieldline-tools-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, command === 'openssl' ? ['version'] : ['--help'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** The test, or a skipped one whose name says what is missing. */
const testWith = (command: string) => (name: string, work: () => Promise<void>) =>
  isInstalled(command) ? test(name, work) : test.skip(`${name} (${command} is not installed)`, work);

test('outputs.json holds what its schema names, and nothing else', async () => {
  const written: unknown = JSON.parse(await readFile(outputsFile(), 'utf8'));
  expect(written).toEqual(await readOutputs());
});

describe('mosquitto_pub', () => {
  const withMosquitto = testWith('mosquitto_pub');
  const publish = ({ deviceId, files }: NewDevice, topic: string, message: string) =>
    runCommand('mosquitto_pub', [
      ...['--cafile', files.caFile, '--cert', files.certificateFile, '--key', files.privateKeyFile],
      ...[
        '-h',
        system.mqtt.host,
        '-p',
        String(system.mqtt.port),
        '-i',
        deviceId,
        '-q',
        '1',
        '-t',
        topic,
        '-m',
        message,
      ],
    ]);

  withMosquitto('publishes with a provisioned certificate', async () => {
    const device = await newDevice(system, 'mosquitto');
    const messageId = ulid();
    expect(await publish(device, device.topic, JSON.stringify({ messageId, temperature: 21.5 }))).toEqual({
      code: 0,
      output: '',
    });
    expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({ disposition: 'stored' });
  });

  withMosquitto('works as `npm run provision` prints it', async () => {
    const deviceId = newDeviceId('printed');
    const { output } = await runScript('provision.ts', [deviceId, '--local', '--out', join(directory, deviceId)]);
    const command = output.slice(output.indexOf('mosquitto_pub'));
    expect((await runCommand('sh', ['-c', command])).code).toBe(0);
    const [message] = await until('its record', async () => {
      const messages = await messagesOf(system, deviceId);
      return messages.length > 0 ? messages : undefined;
    });
    expect(message).toMatchObject({ disposition: 'stored' });
  });
});

describe('a device of the load generator', () => {
  const connect = ({ deviceId, files }: NewDevice) => connectLoadDevice({ deviceId, files, mqtt: system.mqtt });

  test('publishes what is acknowledged, and stored', async () => {
    const device = await newDevice(system, 'load');
    const connection = await connect(device);
    // Longer than a length of one byte tells.
    const ids = [ulid(), ulid()];
    const payloads = ids.map((messageId, index) => ({
      messageId,
      temperature: 20 + index,
      note: 'x'.repeat(1 + 200 * index),
    }));
    await Promise.all(
      payloads.map((payload) => connection.publish(device.topic, Buffer.from(JSON.stringify(payload)))),
    );
    await connection.close();
    for (const messageId of ids)
      expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({ disposition: 'stored' });
  });

  test('says that what the broker refuses was not published', async () => {
    const connection = await connect(await newDevice(system, 'load'));
    await expect(connection.publish('devices/telemetry/another', Buffer.from('{}'))).rejects.toThrow('ended');
    await connection.close();
  });
});

describe('openssl s_client', () => {
  const withOpenssl = testWith('openssl');
  /** An MQTT 3.1.1 CONNECT, a clean session and this client id (OASIS MQTT 3.1.1, 3.1). */
  const connectPacket = (clientId: string) => {
    const id = Buffer.from(clientId);
    const rest = Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, id.length, ...id]);
    return Buffer.concat([Buffer.from([0x10, rest.length]), rest]);
  };
  const connackAccepted = Buffer.from([0x20, 2, 0, 0]);

  async function connect({ deviceId, files }: NewDevice, credentials: readonly string[]): Promise<Buffer> {
    const { host, port } = system.mqtt;
    const args = ['s_client', '-quiet', '-connect', `${host}:${port}`, '-CAfile', files.caFile, '-verify_return_error'];
    return await exchange('openssl', [...args, '-servername', host, ...credentials], connectPacket(deviceId));
  }

  withOpenssl('connects with the provisioned certificate', async () => {
    const device = await newDevice(system, 'openssl');
    const { certificateFile, privateKeyFile } = device.files;
    const answer = await connect(device, ['-cert', certificateFile, '-key', privateKeyFile]);
    expect(answer.equals(connackAccepted)).toBe(true);
  });

  withOpenssl('is refused without one', async () => {
    const device = await newDevice(system, 'openssl');
    expect(await connect(device, [])).toHaveLength(0);
  });
});

describe('npm run simulate', () => {
  const simulate = (...args: string[]) =>
    runScript('simulate.ts', [
      '--devices',
      '3',
      '--rate',
      '10',
      '--duration',
      '3',
      '--prefix',
      `sim${ulid()}`,
      ...args,
    ]);
  const row = (output: string, name: string) => Number(new RegExp(`^ *${name} +(\\d+)$`, 'm').exec(output)?.[1]);
  const account = (output: string) =>
    Object.fromEntries(
      ['published', 'acknowledged', 'stored', 'duplicate', 'quarantined', 'dead-lettered', 'missing'].map((name) => [
        name,
        row(output, name),
      ]),
    );
  const all = {
    published: 90,
    acknowledged: 90,
    stored: 90,
    duplicate: 0,
    quarantined: 0,
    'dead-lettered': 0,
    missing: 0,
  };

  test.each([
    ['by default', [], all],
    ['as X-ray tracks by Basic Ingest', ['--format', 'xray', '--basic-ingest'], all],
    [
      'with payloads that can not be used',
      ['--bad', '5'],
      { ...all, published: 105, acknowledged: 105, quarantined: 15 },
    ],
    ['with every message twice', ['--repeat-ids'], { ...all, published: 180, acknowledged: 180, duplicate: 90 }],
  ])('accounts for every message %s', async (_how, args, expected) => {
    const { code, output } = await simulate(...args);
    expect({ code, ...account(output) }).toEqual({ code: 0, ...expected });
  });

  test('names a flag that it does not know, and exits with 2', async () => {
    const { code, output } = await simulate('--devises', '3');
    expect(code).toBe(2);
    expect(output).toContain('--devises');
  });

  test('says that nothing runs when nothing does', async () => {
    const { code, output } = await runScript('simulate.ts', [], { FIELDLINE_OUTPUTS: join(directory, 'nothing.json') });
    expect(code).toBe(1);
    expect(output).toContain('`npm start` starts it');
  });
});

describe('npm run provision', () => {
  const provision = (...args: string[]) => runScript('provision.ts', ['--local', ...args]);

  test('makes files that only their owner reads, and never overwrites them', async () => {
    const deviceId = newDeviceId('provisioned');
    const out = join(directory, deviceId);
    expect((await provision(deviceId, '--out', out)).code).toBe(0);
    const key = await readFile(join(out, 'private.key'));
    expect((await stat(join(out, 'private.key'))).mode & 0o777).toBe(0o600);

    const again = await provision(deviceId, '--out', out);
    expect(again.code).toBe(0);
    expect(again.output).toContain('Nothing was changed');
    const other = await provision(newDeviceId('other'), '--out', out);
    expect(other.code).toBe(1);
    expect(other.output).toContain('Nothing was changed');
    expect((await readFile(join(out, 'private.key'))).equals(key)).toBe(true);
  });

  test('does not overwrite a key without its description either', async () => {
    const deviceId = newDeviceId('provisioned');
    const out = join(directory, deviceId);
    await provision(deviceId, '--out', out);
    await rm(join(out, 'device.json'));
    const key = await readFile(join(out, 'private.key'));
    const again = await provision(deviceId, '--out', out);
    expect(again.code).toBe(1);
    expect(again.output).toContain('is not overwritten');
    expect((await readFile(join(out, 'private.key'))).equals(key)).toBe(true);
  });

  test.each(['../escape', 'a+b', 'x'.repeat(129), ''])('refuses the id %j', async (deviceId) => {
    const { code, output } = await provision('--out', join(directory, 'refused'), '--', deviceId);
    expect(code).toBe(2);
    expect(output).toMatch(/device id/);
  });

  test('wants exactly one id', async () => {
    expect((await provision()).code).toBe(2);
    expect((await provision('one', 'two')).code).toBe(2);
  });
});
