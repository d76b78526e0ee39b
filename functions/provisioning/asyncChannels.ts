import { type AsyncChannel, type AsyncChannels, type AsyncMessage, overMqtt } from '../platform/asyncChannel.ts';
import { announcement } from './announcement.ts';
import {
  certificateRefusal,
  confirmAnswer,
  confirmRequest,
  rotateAnswer,
  rotateRequest,
} from './certificateMessages.ts';
import {
  createFromCsrRequest,
  createKeysRequest,
  fleetRefusal,
  ownedCertificate,
  ownedKeys,
  registerThingAnswer,
  registerThingRequest,
} from './fleetMessages.ts';

const common = { servers: overMqtt, tag: 'Provisioning' } as const;

interface Asking extends Pick<AsyncChannel, 'address' | 'summary' | 'description'> {
  readonly request: AsyncMessage;
  readonly answer: AsyncMessage;
  readonly refusal: AsyncMessage;
  readonly security?: readonly ['claimCertificate'];
}

/** A topic to ask on, and below it the two to be answered on, as AWS IoT does it. */
const asking = (
  name: string,
  { address, summary, request, answer, refusal, security = undefined, ...described }: Asking,
): AsyncChannels => {
  const access = security === undefined ? {} : { security };
  return {
    [name]: {
      ...common,
      ...described,
      address,
      summary,
      operations: {
        [`receive${request.name}`]: {
          action: 'receive',
          summary: request.summary,
          messages: [request],
          qos: 1,
          replyOn: `${name}Answers`,
          ...access,
        },
      },
    },
    [`${name}Answers`]: {
      ...common,
      address: `${address}/{outcome}`,
      summary: `${summary}: what is answered`,
      operations: {
        [`send${answer.name}`]: {
          action: 'send',
          summary: answer.summary,
          messages: [answer, refusal],
          qos: 1,
          ...access,
        },
      },
    },
  };
};

const notTaken: AsyncMessage = {
  name: 'CertificateRefusal',
  summary: 'Why a request about certificates was rejected',
  payload: certificateRefusal,
};
const notProvisioned: AsyncMessage = {
  name: 'FleetRefusal',
  summary: 'Why AWS IoT rejected a request',
  payload: fleetRefusal,
};
/** Only who asked is answered. */
const byClaim = { refusal: notProvisioned, security: ['claimCertificate'] } as const;

export const provisioningChannels: AsyncChannels = {
  announcements: {
    ...common,
    address: 'devices/register/{deviceId}',
    summary: 'What a device says of itself when it starts',
    operations: {
      receiveAnnouncement: {
        action: 'receive',
        summary: 'A device completes its entry in the registry',
        qos: 1,
        messages: [
          {
            name: 'Announcement',
            summary: 'Model, firmware, what it can do',
            payload: announcement,
            examples: [{ model: 'B-200', firmware: '1.4.2', deviceType: 'boiler' }],
          },
        ],
      },
    },
  },
  ...asking('certificateRotation', {
    address: 'devices/certificates/{deviceId}/rotate',
    summary: 'A device asks for a new certificate, over a connection with the old one',
    request: { name: 'RotateRequest', summary: 'A device asks for a new certificate', payload: rotateRequest },
    answer: { name: 'RotateAnswer', summary: 'The new certificate, which is to be confirmed', payload: rotateAnswer },
    refusal: notTaken,
  }),
  ...asking('certificateConfirmation', {
    address: 'devices/certificates/{deviceId}/confirm',
    summary: 'A device confirms its new certificate, over a connection with it',
    request: { name: 'ConfirmRequest', summary: 'A device confirms its new certificate', payload: confirmRequest },
    answer: { name: 'ConfirmAnswer', summary: 'When the replaced certificate ends', payload: confirmAnswer },
    refusal: notTaken,
  }),
  certificateRefusals: {
    ...common,
    address: 'devices/certificates/{deviceId}/{request}/rejected',
    summary: 'Answers to requests that nobody knows',
    operations: {
      sendCertificateRefusal: {
        action: 'send',
        summary: 'A request other than rotate and confirm was rejected',
        messages: [notTaken],
        qos: 1,
      },
    },
  },
  ...asking('keyCreation', {
    ...byClaim,
    address: '$aws/certificates/create/json',
    summary: 'Fleet provisioning: a certificate with a key of AWS IoT’s making',
    request: { name: 'CreateKeysRequest', summary: 'A claimant asks for keys', payload: createKeysRequest },
    answer: { name: 'OwnedKeys', summary: 'The certificate and its key', payload: ownedKeys },
  }),
  ...asking('certificateCreation', {
    ...byClaim,
    address: '$aws/certificates/create-from-csr/json',
    summary: 'Fleet provisioning: a certificate for a key that the device keeps',
    request: {
      name: 'CreateFromCsrRequest',
      summary: 'A claimant asks for a certificate',
      payload: createFromCsrRequest,
    },
    answer: { name: 'OwnedCertificate', summary: 'The certificate', payload: ownedCertificate },
  }),
  ...asking('thingRegistration', {
    ...byClaim,
    address: '$aws/provisioning-templates/fieldline-{stage}/provision/json',
    summary: 'Fleet provisioning: a thing for the certificate',
    request: {
      name: 'RegisterThingRequest',
      summary: 'A claimant shows the token that was made for the device',
      payload: registerThingRequest,
    },
    answer: { name: 'RegisterThingAnswer', summary: 'What the device is now', payload: registerThingAnswer },
  }),
};
