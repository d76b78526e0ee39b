import { beforeEach, describe, expect, test } from '@jest/globals';
import { openPresence } from '../../../../../local/iot/broker/presence.ts';
import { openRetainedMessages } from '../../../../../local/iot/broker/retainedMessages.ts';
import { openSessions, type Sessions } from '../../../../../local/iot/broker/sessions.ts';
import { openStateStore, type StateStore } from '../../../../../local/storage/stateStore.ts';

let store: StateStore;
let sessions: Sessions;
beforeEach(() => {
  store = openStateStore(':memory:');
  sessions = openSessions(store);
});
const message = (topic: string, text = 'x') => ({
  topic,
  payload: Buffer.from(text),
  properties: undefined,
  expiresAt: undefined,
});

// AWS: "MQTT", persistent sessions
describe('a persistent session', () => {
  beforeEach(() => {
    sessions.resume('a', 3600, 0);
    sessions.subscribe('a', { topic: 'news/#', qos: 1 });
    sessions.subscribe('a', { topic: 'chatter', qos: 0 });
  });

  test('keeps QoS 1 messages of its subscriptions until they are acknowledged', () => {
    expect(sessions.interestedIn('news/today')).toEqual(['a']);
    expect(sessions.interestedIn('news')).toEqual([]);
    expect(sessions.interestedIn('chatter')).toEqual([]);
    const place = sessions.enqueue('a', {
      ...message('news/today'),
      properties: { userProperties: { k: 'v' }, correlationData: Buffer.from([1]) },
    });
    sessions.enqueue('a', message('news/late'));
    expect(sessions.queued('a').map(({ topic }) => topic)).toEqual(['news/today', 'news/late']);
    expect(sessions.queued('a')[0]?.properties).toEqual({
      userProperties: { k: 'v' },
      correlationData: Buffer.from([1]),
    });
    sessions.acknowledge(place);
    expect(sessions.queued('a').map(({ topic }) => topic)).toEqual(['news/late']);
  });

  test('is there after a start, and counts as away from then on', () => {
    sessions.enqueue('a', message('news/today'));
    const again = openSessions(store);
    expect(again.subscriptions('a')).toEqual([
      { topic: 'chatter', qos: 0 },
      { topic: 'news/#', qos: 1 },
    ]);
    expect(again.queued('a')).toHaveLength(1);
    again.endIfOver('a', Date.now() + 3_599_000);
    expect(again.has('a')).toBe(true);
    again.endIfOver('a', Date.now() + 3_601_000);
    expect(again.has('a')).toBe(false);
  });

  test('ends when its client was away for longer than its expiry, with all that it kept', () => {
    sessions.enqueue('a', message('news/today'));
    sessions.away('a', 1000);
    sessions.resume('a', 3600, 3_600_000);
    expect(sessions.queued('a')).toHaveLength(1);
    sessions.away('a', 1000);
    sessions.resume('a', 3600, 3_601_000);
    expect(sessions.queued('a')).toEqual([]);
    expect(sessions.subscriptions('a')).toEqual([]);
  });

  test('does not end while its client is connected', () => {
    sessions.endAllOver(Number.MAX_SAFE_INTEGER);
    expect(sessions.has('a')).toBe(true);
  });

  test('forgets what is unsubscribed', () => {
    expect(sessions.interestedIn('news/today')).toEqual(['a']);
    sessions.unsubscribe('a', 'news/#');
    expect(sessions.interestedIn('news/today')).toEqual([]);
  });
});

// AWS: "Lifecycle events", versionNumber
describe('presence', () => {
  const given = { clientId: 'a', principal: 'p', thingName: undefined };
  test('numbers the connections of a client, and starts anew after an hour without one', () => {
    const presence = openPresence(store);
    const first = presence.connect(given, false, 0);
    presence.disconnect(first, 1000);
    const second = presence.connect(given, false, 3_600_999);
    presence.disconnect(second, 4_000_000);
    const third = presence.connect(given, false, 7_600_001);
    expect([first, second, third].map(({ versionNumber }) => versionNumber)).toEqual([0, 1, 0]);
  });

  test('a session that goes on keeps its identifier', () => {
    const presence = openPresence(store);
    const first = presence.connect(given, false, 0);
    expect(presence.connect(given, true, 1).sessionIdentifier).toBe(first.sessionIdentifier);
    expect(presence.connect(given, false, 2).sessionIdentifier).not.toBe(first.sessionIdentifier);
  });

  test('knows who was connected when the process died', () => {
    const presence = openPresence(store);
    presence.disconnect(presence.connect({ ...given, clientId: 'gone' }, false));
    const old = presence.connect(given, false);
    const current = presence.connect(given, false);
    presence.disconnect(old);
    expect(openPresence(store).leftBehind()).toEqual([current]);
  });
});

// AWS: "MQTT", retained messages
describe('retained messages', () => {
  const retained = () => openRetainedMessages(store);
  test('the last one of a topic counts, and an empty one takes it away', () => {
    const given = { ...message('a', 'one'), qos: 1 as const };
    retained().put(given);
    retained().put({ ...given, payload: Buffer.from('two') });
    expect(retained().find('a')?.payload.toString()).toBe('two');
    retained().put({ ...given, payload: Buffer.alloc(0) });
    expect(retained().find('a')).toBeUndefined();
    expect(retained().list()).toEqual([]);
  });

  test('expire by their MQTT 5 property', () => {
    retained().put({ ...message('a'), qos: 0, expiresAt: Date.now() - 1 });
    expect(retained().find('a')).toBeUndefined();
  });
});
