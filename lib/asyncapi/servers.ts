import type { SecurityName, ServerName } from '../../functions/platform/asyncChannel.ts';

const mqttEndpoint = {
  description:
    'Host and port. On AWS: what `aws iot describe-endpoint --endpoint-type iot:Data-ATS` answers; here: `mqtt` in .fieldline/outputs.json.',
};

interface Server {
  readonly host: string;
  readonly pathname?: string;
  readonly protocol: string;
  readonly protocolVersion?: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, { readonly description: string; readonly examples: readonly string[] }>>;
  readonly security: readonly SecurityName[];
}

/** Where channels are. Hosts are given when the stacks are deployed, so they are variables. */
export const servers: Readonly<Record<ServerName, Server>> = {
  mqtt: {
    host: '{mqttEndpoint}',
    protocol: 'secure-mqtt',
    protocolVersion: '5',
    description:
      'MQTT 5, or 3.1.1, over mutual TLS. The client id is the thing name; the policy lets a device publish and subscribe to its own topics only.',
    variables: {
      mqttEndpoint: { ...mqttEndpoint, examples: ['a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com:8883'] },
    },
    security: ['deviceCertificate'],
  },
  mqttOverWebSocket: {
    host: '{mqttEndpoint}',
    pathname: '/mqtt',
    protocol: 'wss',
    protocolVersion: '13',
    description: 'The same over WebSocket (subprotocol `mqtt`), for who has AWS credentials that allow it.',
    variables: {
      mqttEndpoint: { ...mqttEndpoint, examples: ['a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com:443'] },
    },
    security: ['sigV4'],
  },
  live: {
    host: '{liveEndpoint}',
    pathname: '/live',
    protocol: 'wss',
    protocolVersion: '13',
    description:
      'The WebSocket API. A person opens it with a ticket of `POST /api/live/tickets`, a device with a signature of its API key.',
    variables: {
      liveEndpoint: {
        description: 'Host, and port if it has one: as in the `url` of a ticket.',
        examples: ['a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com'],
      },
    },
    security: ['ticket', 'deviceKey'],
  },
};

interface SecurityScheme {
  readonly type: string;
  readonly name?: string;
  readonly in?: string;
  readonly description: string;
}

export const securitySchemes: Readonly<Record<SecurityName, SecurityScheme>> = {
  deviceCertificate: { type: 'X509', description: 'The device’s own certificate, which is attached to its thing' },
  claimCertificate: { type: 'X509', description: 'A claim certificate, under a client id that begins with `claim.`' },
  sigV4: {
    type: 'httpApiKey',
    name: 'X-Amz-Signature',
    in: 'query',
    description: 'AWS Signature Version 4 for the service `iotdevicegateway`',
  },
  ticket: { type: 'httpApiKey', name: 'ticket', in: 'query', description: 'Good for one connection, within a minute' },
  deviceKey: {
    type: 'httpApiKey',
    name: 'signature',
    in: 'query',
    description:
      'HMAC-SHA256 by an API key over timestamp, nonce, `GET` and `$connect`, beside the parameters `key`, `timestamp` and `nonce`',
  },
};
