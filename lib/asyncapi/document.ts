import {
  type AsyncChannel,
  type AsyncChannels,
  type AsyncMessage,
  type AsyncOperation,
  asyncParameters,
  asyncTags,
  parametersOf,
} from '../../functions/platform/asyncChannel.ts';
import { type JsonSchema, schemaComponents } from './schemas.ts';
import { securitySchemes, servers } from './servers.ts';

interface Reference {
  readonly $ref: string;
}
const to = (...path: readonly string[]): Reference => ({ $ref: `#/${path.join('/')}` });

/** As much of the AsyncAPI 3.0 object as those who read it here need. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly description: string };
  readonly servers: Readonly<
    Record<string, { readonly host: string; readonly protocol: string; readonly description: string }>
  >;
  readonly channels: Readonly<Record<string, ChannelObject>>;
  readonly operations: Readonly<Record<string, OperationObject>>;
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  } & Readonly<Record<string, unknown>>;
}

export interface ChannelObject {
  readonly address: string;
  readonly summary: string;
  readonly description?: string;
  readonly servers: readonly Reference[];
  readonly tags: readonly Reference[];
  readonly parameters?: Readonly<Record<string, Reference>>;
  readonly messages: Readonly<Record<string, Reference>>;
}

export interface OperationObject {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly summary: string;
  readonly description?: string;
  readonly messages: readonly Reference[];
  readonly security?: readonly Reference[];
  readonly bindings?: {
    readonly mqtt: { readonly qos: number; readonly retain: false; readonly bindingVersion: string };
  };
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
}

export interface MessageObject {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly description?: string;
  readonly headers?: Reference;
  readonly payload: Reference;
  readonly examples?: readonly { readonly payload: object }[];
}

/**
 * The AsyncAPI 3.0 document of the MQTT topics and the WebSocket API, from what its channels declare.
 * @param channels by their keys in the document
 * @throws Error when two messages or operations, or the schemas of two, have one name
 */
export function asyncApiDocument(channels: AsyncChannels): AsyncApiDocument {
  const schemas = schemaComponents();
  const messages = new Map<string, MessageObject>();
  const declaredMessages = new Map<string, AsyncMessage>();
  for (const message of Object.values(channels).flatMap(messagesOf)) {
    const known = declaredMessages.get(message.name);
    if (known !== undefined && known !== message) throw new Error(`Two messages have the name ${message.name}.`);
    declaredMessages.set(message.name, message);
    if (known === undefined)
      messages.set(
        message.name,
        messageObject(message, {
          payload: schemas.add(message.name, message.payload),
          ...(message.headers && { headers: schemas.add(`${message.name}UserProperties`, message.headers) }),
        }),
      );
  }
  const operations = Object.entries(channels).flatMap(([key, { operations: declared }]) =>
    Object.entries(declared).map(([id, operation]) => [id, operationObject(key, operation, channels)] as const),
  );
  const twice = operations.find(([id], index) => operations.findIndex(([other]) => other === id) !== index);
  if (twice !== undefined) throw new Error(`Two operations have the id ${twice[0]}.`);
  const used = <Key extends string>(record: Readonly<Record<Key, object>>, keys: readonly Key[]) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key as Key)));
  const all = Object.values(channels);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Fieldline',
      version: '1.0.0',
      description: introduction,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: Object.keys(asyncTags).map((name) => to('components', 'tags', name)),
    } as AsyncApiDocument['info'],
    defaultContentType: 'application/json',
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, { security, ...server }]) => [
        name,
        { ...server, security: security.map((scheme) => to('components', 'securitySchemes', scheme)) },
      ]),
    ),
    channels: Object.fromEntries(Object.entries(channels).map(([key, channel]) => [key, channelObject(channel)])),
    operations: Object.fromEntries(operations),
    components: {
      messages: Object.fromEntries(messages),
      schemas: Object.fromEntries(schemas.components),
      parameters: used(
        asyncParameters,
        all.flatMap(({ address }) => parametersOf(address)),
      ),
      securitySchemes,
      tags: Object.fromEntries(Object.entries(asyncTags).map(([name, description]) => [name, { name, description }])),
    },
  } as AsyncApiDocument;
}

const introduction = `What goes over MQTT between devices and Fieldline, and over the WebSocket API between people or devices and Fieldline.

Directions are Fieldline’s: it receives what others publish, and sends what they subscribe to. Topics under \`$aws\` are those of AWS IoT.
Payloads are JSON of at most 128 KB. Messages come at least once: each can come again, and out of order.`;

const messagesOf = ({ operations }: AsyncChannel): readonly AsyncMessage[] =>
  Object.values(operations).flatMap(({ messages }) => messages);

function channelObject(channel: AsyncChannel): ChannelObject {
  const { address, summary, description, tag } = channel;
  const parameters = parametersOf(address);
  return {
    address,
    summary,
    ...(description !== undefined && { description }),
    servers: channel.servers.map((name) => to('servers', name)),
    tags: [to('components', 'tags', tag)],
    ...(parameters.length > 0 && {
      parameters: Object.fromEntries(parameters.map((name) => [name, to('components', 'parameters', name)])),
    }),
    messages: Object.fromEntries(messagesOf(channel).map(({ name }) => [name, to('components', 'messages', name)])),
  };
}

function operationObject(key: string, operation: AsyncOperation, channels: AsyncChannels): OperationObject {
  const { action, summary, description, messages, qos, security, replyOn, replies } = operation;
  const answering = replyOn === undefined ? undefined : channels[replyOn];
  if (replyOn !== undefined && answering === undefined)
    throw new Error(`${key} is answered on ${replyOn}, which is no channel.`);
  const messageIn = (channel: string, name: string) => to('channels', channel, 'messages', name);
  return {
    action,
    channel: to('channels', key),
    summary,
    ...(description !== undefined && { description }),
    messages: messages.map(({ name }) => messageIn(key, name)),
    ...(security !== undefined && { security: security.map((name) => to('components', 'securitySchemes', name)) }),
    ...(qos !== undefined && { bindings: { mqtt: { qos, retain: false, bindingVersion: '0.2.0' } } }),
    ...(replyOn !== undefined &&
      answering !== undefined && {
        reply: {
          channel: to('channels', replyOn),
          messages: messagesOf(answering)
            .filter(({ name }) => replies === undefined || replies.includes(name))
            .map(({ name }) => messageIn(replyOn, name)),
        },
      }),
  };
}

function messageObject(message: AsyncMessage, schemas: Pick<MessageObject, 'payload' | 'headers'>): MessageObject {
  const { name, summary, description, correlatedBy, examples } = message;
  return {
    name,
    title: name,
    summary,
    ...(description !== undefined && { description }),
    ...(correlatedBy !== undefined && { correlationId: { location: `$message.payload#/${correlatedBy}` } }),
    ...schemas,
    ...(examples !== undefined && { examples: examples.map((example) => ({ payload: example })) }),
  };
}
