import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deviceDirectory, readDeviceFile, writeCertificateFiles } from '../../../../scripts/fleet/certificateFiles.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'certificates-'));
});
afterEach(() => rm(parent, { recursive: true }));

const aws = { mqtt: { host: 'example-ats.iot.eu-central-1.amazonaws.com', port: 8883 } };
const certificate = { certificateId: 'c0ffee', certificatePem: 'CERTIFICATE', privateKeyPem: 'KEY' };

describe('the files of a device', () => {
  test('keep the private key for its owner and say where to connect', async () => {
    const directory = deviceDirectory(parent, 'plant:boiler-7');
    const files = await writeCertificateFiles(directory, aws, 'plant:boiler-7', certificate);
    expect((await stat(files.privateKeyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(files.privateKeyFile, 'utf8')).toBe('KEY');
    expect(await readDeviceFile(directory)).toEqual({
      deviceId: 'plant:boiler-7',
      certificateId: 'c0ffee',
      endpoint: aws.mqtt,
    });
  });

  test("carry Amazon's root certificates for AWS", async () => {
    const { caFile } = await writeCertificateFiles(parent, aws, 'a', certificate);
    expect(new X509Certificate(await readFile(caFile)).subject).toContain('CN=Amazon Root CA 1');
  });

  test('are never overwritten, except where that is asked for', async () => {
    await writeCertificateFiles(parent, aws, 'a', certificate);
    await expect(writeCertificateFiles(parent, aws, 'b', certificate)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readDeviceFile(parent)).toMatchObject({ deviceId: 'a' });
    await writeCertificateFiles(parent, aws, 'b', certificate, { replace: true });
    expect(await readDeviceFile(parent)).toMatchObject({ deviceId: 'b' });
  });

  test('are not there before they were written', async () => {
    expect(await readDeviceFile(join(parent, 'none'))).toBeUndefined();
  });
});
