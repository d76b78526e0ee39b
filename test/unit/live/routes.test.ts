import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { type ChannelRefusal, serverMessage } from '../../../functions/live/protocol.ts';
import { answerRoute } from '../../../functions/live/routes.ts';

/** What is done to the connections, in order. */
function connections(refused: ChannelRefusal[] = []) {
  const done: unknown[] = [];
  const keep =
    (what: string) =>
    async (...given: unknown[]) => {
      done.push([what, ...given]);
    };
  return {
    done,
    answer: answerRoute({
      save: keep('save'),
      add: keep('add'),
      remove: keep('remove'),
      forget: keep('forget'),
      check: async (_, channel) => refused.find((refusal) => refusal.channel === channel),
    }),
  };
}

/** As the authorizer's context comes: texts. */
const authorizer = {
  principalId: 'u1',
  userId: 'u1',
  sessionId: 's1',
  isPlatformAdmin: 'false',
  authorizedUntil: '1900',
};
const holder = { userId: 'u1', sessionId: 's1', isPlatformAdmin: false, authorizedUntil: 1900 };

const event = (routeKey: string, body?: unknown) =>
  ({
    requestContext: { connectionId: 'c1', routeKey, connectedAt: 42, authorizer },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }) as unknown as APIGatewayProxyWebsocketEventV2;

const subscribe = (channels: unknown, action = 'subscribe') => event(action, { action, channels });

describe('the WebSocket routes', () => {
  test('a connection is remembered when it comes, and forgotten when it goes', async () => {
    const { done, answer } = connections();
    expect([await answer(event('$connect')), await answer(event('$disconnect'))]).toEqual([undefined, undefined]);
    expect(done).toEqual([
      ['save', 'c1', 42, holder],
      ['forget', 'c1'],
    ]);
  });

  test('subscribing and unsubscribing answer the channels, each once', async () => {
    const { done, answer } = connections();
    expect(await answer(subscribe(['device:a', 'device:b', 'device:a']))).toEqual({
      type: 'subscribed',
      channels: ['device:a', 'device:b'],
    });
    expect(await answer(subscribe(['device:a'], 'unsubscribe'))).toEqual({
      type: 'unsubscribed',
      channels: ['device:a'],
    });
    expect(done).toEqual([
      ['add', 'c1', ['device:a', 'device:b'], holder],
      ['remove', 'c1', ['device:a']],
    ]);
  });

  test.each([
    [undefined, 'channels: '],
    [[], 'channels: '],
    ['device:a', 'channels: '],
    [
      ['device:a', 'everything'],
      "channels.1: must be 'device:', 'room:', 'application:' or 'alarms:' followed by an id",
    ],
    [['system:default'], 'channels.0: must be'],
    [['room:a/b'], 'channels.0: must be'],
    [['device:'], 'channels.0: must be'],
    [['device:a/b'], 'channels.0: must be'],
    [Array.from({ length: 101 }, (_, index) => `device:${index}`), 'channels: '],
  ])('channels %j are refused at their place, and nothing is done', async (channels, detail) => {
    const { done, answer } = connections();
    expect(await answer(subscribe(channels))).toEqual({
      type: 'error',
      title: 'Invalid request',
      detail: expect.stringContaining(detail),
    });
    expect(done).toEqual([]);
  });

  test('a channel that is not for the caller is refused in the answer, and the others are subscribed', async () => {
    const refusal = { channel: 'room:b', status: 404, detail: "There is no room 'b'." };
    const { done, answer } = connections([refusal]);
    const told = await answer(subscribe(['device:a', 'room:b']));
    expect(told).toEqual({ type: 'subscribed', channels: ['device:a'], refused: [refusal] });
    expect(serverMessage.safeParse(told).success).toBe(true);
    expect(done).toEqual([['add', 'c1', ['device:a'], holder]]);
  });

  test('an unknown action is told what to send', async () => {
    const { answer } = connections();
    const refusal = await answer(event('$default', { action: 'dance' }));
    expect(refusal).toMatchObject({
      type: 'error',
      title: 'Unknown action',
      detail: expect.stringContaining('"subscribe"'),
    });
    expect(serverMessage.safeParse(refusal).success).toBe(true);
  });

  test('text that is no JSON, which API Gateway sends to $default, is told the same', async () => {
    const { answer } = connections();
    const given = { ...event('$default'), body: 'hello' };
    expect(await answer(given)).toMatchObject({ title: 'Unknown action' });
  });
});
