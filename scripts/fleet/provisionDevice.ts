import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  type IoTClient,
  ListThingPrincipalsCommand,
} from '@aws-sdk/client-iot';
import { PlainError } from '../commandLine.ts';
import { createKeyAndRequest } from './deviceKey.ts';

/** A certificate whose key its device has. */
export interface SignedCertificate {
  readonly certificateId: string;
  readonly certificatePem: string;
}

export interface DeviceCertificate extends SignedCertificate {
  /** EC P-256 in SEC1 form, which every TLS stack of the device SDKs reads. */
  readonly privateKeyPem: string;
}

interface Registry {
  readonly iot: IoTClient;
  readonly policyName: string;
  readonly thingTypeName: string;
}

/** Makes the thing (if it isn't there) and a certificate for a key that stays where it is, and attaches both to the device policy. */
export const certifyDevice =
  ({ iot, policyName, thingTypeName }: Registry) =>
  async (deviceId: string, certificateSigningRequest: string): Promise<SignedCertificate> => {
    await createThing(iot, deviceId, thingTypeName);
    const certificate = await signRequest(iot, certificateSigningRequest, policyName);
    await iot.send(
      new AttachThingPrincipalCommand({
        thingName: deviceId,
        principal: certificate.certificateArn,
        // The certificate stands for this thing and can be given to no other.
        thingPrincipalType: 'EXCLUSIVE_THING',
      }),
    );
    return certificate;
  };

/** The same with a new key, which never leaves the machine: AWS IoT sees a request (AWS IoT API "CreateCertificateFromCsr"). */
export const provisionDevice =
  (registry: Registry) =>
  async (deviceId: string): Promise<DeviceCertificate> => {
    const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(deviceId);
    return { ...(await certifyDevice(registry)(deviceId, certificateSigningRequest)), privateKeyPem };
  };

/** An active certificate with a policy, of nobody yet. */
export async function signRequest(
  iot: IoTClient,
  certificateSigningRequest: string,
  policyName: string,
): Promise<SignedCertificate & { readonly certificateArn: string }> {
  const { certificateArn, certificateId, certificatePem } = await iot.send(
    new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: true }),
  );
  if (certificateArn === undefined || certificateId === undefined || certificatePem === undefined)
    throw new Error('AWS IoT gave no certificate.');
  await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  return { certificateArn, certificateId, certificatePem };
}

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
