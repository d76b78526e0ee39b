// @peculiar/x509 needs it to be there first.
import 'reflect-metadata';

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  type IoTClient,
  ListThingPrincipalsCommand,
} from '@aws-sdk/client-iot';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { PlainError } from '../commandLine.ts';

export interface DeviceCertificate {
  readonly certificateId: string;
  readonly certificatePem: string;
  /** EC P-256 in SEC1 form, which every TLS stack of the device SDKs reads. */
  readonly privateKeyPem: string;
}

/**
 * Makes the thing (if it isn't there), a key and a certificate, and attaches both to the device policy. The key is made here
 * and never leaves the machine: AWS IoT sees a certificate request (AWS IoT API "CreateCertificateFromCsr").
 */
export const provisionDevice =
  ({ iot, policyName, thingTypeName }: { iot: IoTClient; policyName: string; thingTypeName: string }) =>
  async (deviceId: string): Promise<DeviceCertificate> => {
    await createThing(iot, deviceId, thingTypeName);
    const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(deviceId);
    const { certificateArn, certificateId, certificatePem } = await iot.send(
      new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: true }),
    );
    if (certificateArn === undefined || certificateId === undefined || certificatePem === undefined) {
      throw new Error(`AWS IoT gave no certificate for ${deviceId}.`);
    }
    await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
    await iot.send(new AttachThingPrincipalCommand({ thingName: deviceId, principal: certificateArn }));
    return { certificateId, certificatePem, privateKeyPem };
  };

/** Ids of the certificates that are attached to the thing; none if there is no such thing. */
export const listCertificateIds =
  (iot: IoTClient) =>
  async (deviceId: string): Promise<string[]> => {
    const { principals } = await iot
      .send(new ListThingPrincipalsCommand({ thingName: deviceId }))
      .catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return { principals: [] };
        throw error;
      });
    return (principals ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  };

async function createThing(iot: IoTClient, thingName: string, thingTypeName: string): Promise<void> {
  try {
    await iot.send(new CreateThingCommand({ thingName, thingTypeName }));
  } catch (error) {
    // CreateThing is idempotent for an equal thing; this is one of another type or with attributes.
    if (!(error instanceof Error) || error.name !== 'ResourceAlreadyExistsException') throw error;
    throw new PlainError(
      `The thing ${thingName} exists already and is not of the type ${thingTypeName}: ${error.message}`,
    );
  }
}

async function createKeyAndRequest(deviceId: string) {
  const keyPair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pkcs8 = keyPair.privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = keyPair.publicKey.export({ type: 'spki', format: 'der' });
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [deviceId] }],
    keys: {
      privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      publicKey: await crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return {
    privateKeyPem: keyPair.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    certificateSigningRequest: request.toString('pem'),
  };
}
