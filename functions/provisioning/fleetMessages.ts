import * as z from 'zod';
import { certificateId } from '../model/certificate.ts';
import { applicationId, deviceId } from '../model/identifiers.ts';

/** AWS IoT Developer Guide: "Device provisioning MQTT API". */
const ownershipToken = z.string().meta({ description: 'Proves, for an hour, whose certificate it is' });

export const createKeysRequest = z.object({});

export const createFromCsrRequest = z.object({
  certificateSigningRequest: z.string().meta({ description: 'PEM of a PKCS #10 request' }),
});

export const ownedCertificate = z.object({
  certificateId,
  certificatePem: z.string(),
  certificateOwnershipToken: ownershipToken,
});

export const ownedKeys = ownedCertificate.extend({ privateKey: z.string().meta({ description: 'PEM' }) });

export const registerThingRequest = z.object({
  certificateOwnershipToken: ownershipToken,
  parameters: z.object({
    DeviceId: deviceId,
    Token: z.string().meta({ description: 'The token that was made for the device' }),
  }),
});

export const registerThingAnswer = z.object({
  thingName: deviceId,
  deviceConfiguration: z.object({
    applicationId,
    telemetryRule: z.string().meta({ description: 'Name of the rule for Basic Ingest' }),
  }),
});

export const fleetRefusal = z.object({ statusCode: z.int(), errorCode: z.string(), errorMessage: z.string() });
