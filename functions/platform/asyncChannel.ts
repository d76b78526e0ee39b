import type * as z from 'zod';

/**
 * An MQTT topic or a WebSocket connection, declared once beside the schemas of what goes over it: the AsyncAPI document is made of it.
 * Directions are Fieldline's: it receives what a device publishes, and sends what a device subscribes to.
 */
export interface AsyncChannel {
  /** Topic, with `{name}` for a parameter of `parameters`. */
  readonly address: string;
  readonly servers: readonly ServerName[];
  readonly tag: AsyncTag;
  readonly summary: string;
  readonly description?: string;
  /** By operation id. */
  readonly operations: Readonly<Record<string, AsyncOperation>>;
}

export interface AsyncOperation {
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly description?: string;
  /** Any of them is one message. */
  readonly messages: readonly AsyncMessage[];
  /** Of MQTT: what Fieldline publishes with, or takes. */
  readonly qos?: 0 | 1;
  /** Key of the channel where the answer goes. */
  readonly replyOn?: string;
  /** Names of the messages there that can be the answer; any of them, unless given. */
  readonly replies?: readonly string[];
  /** If it takes more or another than its server asks for. */
  readonly security?: readonly SecurityName[];
}

export interface AsyncMessage {
  /** One of its kind in the document. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  /** What a client may write, or must be able to read. */
  readonly payload: z.ZodType;
  /** MQTT 5 user properties that mean something. */
  readonly headers?: z.ZodType;
  /** The field of the payload that an answer has again. */
  readonly correlatedBy?: string;
  readonly examples?: readonly object[];
}

export type AsyncChannels = Readonly<Record<string, AsyncChannel>>;

export type ServerName = 'mqtt' | 'mqttOverWebSocket' | 'live';

/** What devices publish and subscribe to, by whichever way they are connected. */
export const overMqtt = ['mqtt', 'mqttOverWebSocket'] as const satisfies readonly ServerName[];

export type SecurityName = 'deviceCertificate' | 'claimCertificate' | 'sigV4' | 'ticket' | 'deviceKey';

/** Groups of channels, in the order in which the document shows them. */
export const asyncTags = {
  Telemetry: 'What devices measured.',
  Provisioning: 'How devices come in, and get and replace their certificates.',
  Presence: 'Whether devices are there.',
  Commands: 'What devices are told to do, and what they answer.',
  Twin: 'Desired and reported state, as shadows of AWS IoT.',
  Events: 'What happens to devices.',
  Live: 'What people see as it happens, and telemetry of devices that cannot do MQTT.',
} as const;
type AsyncTag = keyof typeof asyncTags;

interface AsyncParameter {
  readonly description: string;
  readonly examples?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: string;
}

/** What stands in braces in an address. */
export const asyncParameters = {
  deviceId: { description: 'Thing name, which is the MQTT client id too', examples: ['boiler-7'] },
  gatewayId: { description: 'Thing name of the device that speaks for others', examples: ['gateway-1'] },
  clientId: { description: 'MQTT client id: the device’s thing name', examples: ['boiler-7'] },
  event: { description: 'An event of the device’s type', examples: ['overheated'] },
  outcome: { description: 'Whether the request was taken', enum: ['accepted', 'rejected'] },
  request: { description: 'A request that nobody knows', examples: ['renew'] },
  shadowName: { description: 'Name of a named shadow', examples: ['configuration'] },
  stage: { description: 'The stage that was deployed', default: 'dev', examples: ['dev', 'prod'] },
} as const satisfies Readonly<Record<string, AsyncParameter>>;
export type AsyncParameterName = keyof typeof asyncParameters;

/** Names of the parameters of an address, in their order. @throws RangeError for one that nobody described */
export function parametersOf(address: string): AsyncParameterName[] {
  return [...address.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => {
    if (Object.hasOwn(asyncParameters, name)) return name as AsyncParameterName;
    throw new RangeError(
      `The address ${address} has the parameter '${name}', which asyncParameters does not describe.`,
    );
  });
}
