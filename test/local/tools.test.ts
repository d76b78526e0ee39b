import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeCertificateCommand } from '@aws-sdk/client-iot';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectLoadDevice } from '../../scripts/bench/loadDevice.ts';
import { createKeyAndRequest } from '../../scripts/fleet/deviceKey.ts';
import { outputsFile, readOutputs } from '../../scripts/outputs.ts';
import { until } from '../until.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { exchange, runCommand, runScript } from './runScript.ts';

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
    expect(await publish(device, device.topic, JSON.stringify({ messageId, temperature: 21.5 }))).toMatchObject({
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
    ['of a fleet that came in by claim', ['--claim'], all],
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

  const deviceIn = async (out: string) => JSON.parse(await readFile(join(out, 'device.json'), 'utf8'));
  const statusOf = async (certificateId: string) =>
    (await system.iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription?.status;

  test('puts the device into the registry', async () => {
    const deviceId = newDeviceId('provisioned');
    const { output } = await provision(deviceId, '--out', join(directory, deviceId), '--application', 'plant');
    expect(output).toContain(`${deviceId} is in the registry, in the application 'plant'`);
    const { Item } = await system.db.send(
      new GetCommand({ TableName: system.tables.devices, Key: { deviceId, item: 'device' } }),
    );
    expect(Item).toMatchObject({ applicationId: 'plant', status: 'registered', version: 1 });
  });

  test('provisions by claim with a token, once, and without AWS credentials', async () => {
    const deviceId = newDeviceId('claimed');
    const claim = join(directory, `${deviceId}-claim`);
    expect((await provision('make-claim', claim)).code).toBe(0);
    const token = /^ {2}([\w-]{43})$/m.exec((await provision('token', deviceId)).output)?.[1] ?? '';
    const asDevice = (out: string) =>
      runScript('provision.ts', [deviceId, '--claim', claim, `--token=${token}`, '--out', out], {
        FIELDLINE_OUTPUTS: join(directory, 'nothing.json'),
      });
    const out = join(directory, deviceId);
    const { code, output } = await asDevice(out);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining(`${deviceId} is provisioned`) });
    expect(await statusOf((await deviceIn(out)).certificateId)).toBe('ACTIVE');
    const again = await asDevice(join(directory, `${deviceId}-again`));
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('AccessDenied') });
  });

  test('rotates a certificate in its folder, and revokes it', async () => {
    const deviceId = newDeviceId('rotated');
    const out = join(directory, deviceId);
    await provision(deviceId, '--out', out);
    const [key, { certificateId: old }] = [await readFile(join(out, 'private.key')), await deviceIn(out)];
    const rotated = await runScript('provision.ts', ['rotate', deviceId, '--out', out, '--grace', '0']);
    expect(rotated).toMatchObject({ code: 0, output: expect.stringContaining(old.slice(0, 12)) });
    const { certificateId } = await deviceIn(out);
    expect(certificateId).not.toBe(old);
    expect((await readFile(join(out, 'private.key'))).equals(key)).toBe(false);
    expect((await stat(join(out, 'private.key'))).mode & 0o777).toBe(0o600);
    await until('the end of the old certificate', async () => (await statusOf(old)) === 'INACTIVE');

    expect((await provision('revoke', deviceId)).code).toBe(0);
    expect(await statusOf(certificateId)).toBe('REVOKED');
    const revoked = await provision('revoke', deviceId);
    expect(revoked).toMatchObject({ code: 1, output: expect.stringContaining('no ACTIVE certificate') });
  });

  test('signs a request whose key stays where it is', async () => {
    const deviceId = newDeviceId('requested');
    const out = join(directory, deviceId);
    const request = join(directory, `${deviceId}.csr`);
    await writeFile(request, (await createKeyAndRequest(deviceId)).certificateSigningRequest);
    expect((await provision(deviceId, '--csr', request, '--out', out)).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(['AmazonRootCA.pem', 'certificate.pem', 'device.json']);
    const rotate = await runScript('provision.ts', ['rotate', deviceId, '--out', out]);
    expect(rotate).toMatchObject({ code: 1, output: expect.stringContaining('only who has it can rotate') });
    const wrong = await provision(newDeviceId(), '--csr', join(out, 'certificate.pem'));
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('no certificate request') });
  });

  test.each([
    [['boiler-7', '--claim', 'x'], '--claim and --token go together'],
    [['boiler-7', '--token', 'x'], '--claim and --token go together'],
    [['rotate', 'a/b'], 'A device id has'],
    [['renew', 'boiler-7'], 'rotate, revoke, token, make-claim'],
    [['rotate', 'boiler-7', '--grace', '901'], '--grace'],
  ])('names what is wrong with %j', async (args, problem) => {
    const { code, output } = await runScript('provision.ts', args);
    expect(code).toBe(2);
    expect(output).toContain(problem);
  });
});
