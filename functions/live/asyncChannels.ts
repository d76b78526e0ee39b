import * as z from 'zod';
import { telemetryRequest } from '../ingest/protocol.ts';
import type { AsyncChannels, AsyncMessage, AsyncOperation } from '../platform/asyncChannel.ts';
import { type LiveChange, serverMessage, subscribeRequest } from './protocol.ts';

type ServerMessageType = z.infer<typeof serverMessage>['type'];

const said: Readonly<Record<ServerMessageType, Omit<AsyncMessage, 'payload'>>> = {
  subscribed: { name: 'Subscribed', summary: 'What was subscribed, and what not' },
  unsubscribed: { name: 'Unsubscribed', summary: 'What was unsubscribed' },
  updates: { name: 'Updates', summary: 'New values of devices' },
  changes: { name: 'Changes', summary: 'What changed besides values: commands, presence, twins, events' },
  error: { name: 'Error', summary: 'Why a request was refused', correlatedBy: 'nonce' },
  accepted: { name: 'Accepted', summary: 'Telemetry is on its way', correlatedBy: 'nonce' },
};

/** What `data` is, by kind; anything where a kind has no schema. */
type ChangeData = Readonly<Partial<Record<LiveChange['kind'], z.ZodType>>>;

function payloadOf(type: ServerMessageType, data: ChangeData): z.ZodType {
  const option = serverMessage.options.find(({ shape }) => shape.type.value === type);
  if (option === undefined) throw new RangeError(`There is no message of the type ${type}.`);
  if (!('changes' in option.shape)) return option;
  const { element } = option.shape.changes;
  const [first, ...others] = element.shape.kind.options.map((kind) =>
    element.extend({ kind: z.literal(kind), data: data[kind] ?? element.shape.data }),
  );
  if (first === undefined) return option;
  return z.object({ ...option.shape, changes: z.array(z.discriminatedUnion('kind', [first, ...others])) });
}

/** The WebSocket API. @param data what changes carry, which is other features' to say */
export function liveChannels(data: ChangeData): AsyncChannels {
  const message = (type: ServerMessageType): AsyncMessage => ({ ...said[type], payload: payloadOf(type, data) });
  const tells = (type: ServerMessageType): AsyncOperation => ({
    action: 'send',
    summary: said[type].summary,
    messages: [message(type)],
  });
  const answered = (...types: readonly ServerMessageType[]) => ({
    replyOn: 'live',
    replies: types.map((type) => said[type].name),
  });
  return {
    live: {
      servers: ['live'],
      tag: 'Live',
      address: '/',
      summary: 'One connection for what people see live, and for telemetry without MQTT',
      description:
        'Messages are JSON, of at most 128 KB, in frames of at most 32 KB; `action` says what a request is, `type` what an answer is. ' +
        'Ten minutes without a message end a connection, and so do two hours, or the end of the access token that bought the ticket.',
      operations: {
        receiveSubscribe: {
          action: 'receive',
          summary: 'Somebody subscribes to channels, or unsubscribes',
          ...answered('subscribed', 'unsubscribed', 'error'),
          security: ['ticket'],
          messages: [
            {
              name: 'SubscribeRequest',
              summary: 'Channels to subscribe to, or to unsubscribe from',
              payload: subscribeRequest,
              examples: [{ action: 'subscribe', channels: ['device:boiler-7', 'room:hall-2'] }],
            },
          ],
        },
        receiveSignedTelemetry: {
          action: 'receive',
          summary: 'A device sends telemetry, signed by an API key',
          description: 'Each message is signed by itself, as a request over HTTP is.',
          ...answered('accepted', 'error'),
          messages: [
            {
              name: 'SignedTelemetry',
              summary: 'A payload in any of the telemetry formats, as text, with its signature',
              payload: telemetryRequest,
              correlatedBy: 'nonce',
            },
          ],
        },
        sendSubscribed: tells('subscribed'),
        sendUnsubscribed: tells('unsubscribed'),
        sendUpdates: tells('updates'),
        sendChanges: tells('changes'),
        sendError: tells('error'),
        sendAccepted: tells('accepted'),
      },
    },
  };
}
