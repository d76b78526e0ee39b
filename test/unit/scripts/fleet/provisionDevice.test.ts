// @peculiar/x509 needs it to be there first.
import 'reflect-metadata';

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { IoTClient } from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { provisionDevice } from '../../../../scripts/fleet/provisionDevice.ts';

/** AWS IoT, as far as it can be seen from here: the commands in order, each with its input. */
function recordingIot(fail: (command: string) => Error | undefined = () => undefined) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  const iot = new IoTClient({ region: 'eu-central-1' });
  iot.send = async (command: { constructor: { name: string }; input: object }) => {
    const { name } = command.constructor;
    sent.push({ name, input: { ...command.input } });
    const failure = fail(name);
    if (failure !== undefined) throw failure;
    return { certificateArn: 'arn:aws:iot:eu-central-1:1:cert/c0ffee', certificateId: 'c0ffee', certificatePem: 'PEM' };
  };
  return { iot, sent };
}

const names = { policyName: 'fieldline-dev-device', thingTypeName: 'fieldline-dev-device' };

describe('provisioning a device', () => {
  test('makes the thing, a certificate, and attaches both to the policy', async () => {
    const { iot, sent } = recordingIot();
    await provisionDevice({ iot, ...names })('boiler-7');
    const arn = 'arn:aws:iot:eu-central-1:1:cert/c0ffee';
    expect(sent).toMatchObject([
      { name: 'CreateThingCommand', input: { thingName: 'boiler-7', thingTypeName: 'fieldline-dev-device' } },
      { name: 'CreateCertificateFromCsrCommand', input: { setAsActive: true } },
      { name: 'AttachPolicyCommand', input: { policyName: 'fieldline-dev-device', target: arn } },
      { name: 'AttachThingPrincipalCommand', input: { thingName: 'boiler-7', principal: arn } },
    ]);
  });

  test('sends a request that the key signed, and never the key', async () => {
    const { iot, sent } = recordingIot();
    const { privateKeyPem } = await provisionDevice({ iot, ...names })('boiler-7');
    const request = new Pkcs10CertificateRequest(String(sent[1]?.input['certificateSigningRequest']));
    expect(await request.verify()).toBe(true);
    expect(request.subject).toBe('CN=boiler-7');
    const ofKey = createPublicKey(createPrivateKey(privateKeyPem)).export({ type: 'spki', format: 'der' });
    expect(Buffer.from(request.publicKey.rawData)).toEqual(ofKey);
    expect(JSON.stringify(sent)).not.toContain('PRIVATE KEY');
  });

  test('a thing of another type is told, and no certificate is made', async () => {
    const { iot, sent } = recordingIot((command) =>
      command === 'CreateThingCommand'
        ? Object.assign(new Error('Thing boiler-7 already exists'), { name: 'ResourceAlreadyExistsException' })
        : undefined,
    );
    await expect(provisionDevice({ iot, ...names })('boiler-7')).rejects.toThrow(
      'not of the type fieldline-dev-device',
    );
    expect(sent).toHaveLength(1);
  });
});
