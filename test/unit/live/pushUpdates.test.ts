import '../platform/silent.ts';
import { GoneException } from '@aws-sdk/client-apigatewaymanagementapi';
import { describe, expect, test } from '@jest/globals';
import type { Subscriber } from '../../../functions/live/connections.ts';
import { type LiveChange, type LiveUpdate, serverMessage } from '../../../functions/live/protocol.ts';
import { push as pushTo } from '../../../functions/live/push.ts';
import { pushUpdates } from '../../../functions/live/pushUpdates.ts';
import { tellAtOnce } from '../../../functions/live/tellAtOnce.ts';
import type { Membership } from '../../../functions/model/application.ts';
import type { Standing } from '../../../functions/platform/access/memberships.ts';
import { type Call, recordingClient } from '../platform/recordingClient.ts';
import { queued } from '../telemetry/samples.ts';

const context = { getRemainingTimeInMillis: () => 1000 };
const gone = () => new GoneException({ $metadata: {}, message: 'gone' });

const update = (deviceId: string, messageId = 'm1', values: LiveUpdate['values'] = { flow: 1 }): LiveUpdate => ({
  channels: [`device:${deviceId}`, 'application:plant'],
  deviceId,
  applicationId: 'plant',
  messageId,
  time: '2026-01-31T12:00:00.000Z',
  receivedAt: '2026-01-31T12:00:00.000Z',
  values,
});

/** Whose a connection is: of the person of the same name, until long after the test. */
const subscriber = (connectionId: string): Subscriber => ({
  connectionId,
  userId: `of-${connectionId}`,
  sessionId: 's1',
  isPlatformAdmin: false,
  authorizedUntil: 4_000_000_000,
});
const membership = (more: Partial<Membership> = {}): Membership => ({
  applicationId: 'plant',
  userId: 'u1',
  email: 'u1@example.com',
  role: 'viewer',
  version: 1,
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
  ...more,
});
const standing = (memberships: Membership[], signedIn = true): Standing => ({
  memberships: new Map(memberships.map((one) => [one.applicationId, one])),
  signedIn,
});

interface More {
  readonly post?: (call: Call) => unknown;
  readonly find?: (channel: string) => void;
  readonly remove?: () => void;
  /** By connection; who isn't named is a viewer of the application. */
  readonly standings?: Record<string, Standing | Error>;
  readonly whose?: (connectionId: string) => Subscriber;
}

type Subscribers = Readonly<Record<string, readonly string[]>>;

/** @param subscribers connections by channel */
function pushing(subscribers: Subscribers, more: More) {
  const management = recordingClient(more.post);
  const removed: string[] = [];
  const push = pushTo({
    management,
    findSubscribers: async (channel) => {
      more.find?.(channel);
      return (subscribers[channel] ?? []).map(more.whose ?? subscriber);
    },
    readStanding: async ({ userId }) => {
      const told = more.standings?.[userId.slice('of-'.length)] ?? standing([membership()]);
      if (told instanceof Error) throw told;
      return told;
    },
    removeConnection: async (connectionId) => {
      more.remove?.();
      removed.push(connectionId);
    },
  });
  return { push, management, removed };
}

/** One queue message per list of updates, or as it is given. */
async function push(
  messages: (LiveUpdate[] | string | { changes: LiveChange[]; updates?: LiveUpdate[] })[],
  subscribers: Subscribers,
  more: More = {},
) {
  const { push: to, management, removed } = pushing(subscribers, more);
  const { failed } = await pushUpdates({ push: to })(
    messages.map((message, index) => queued(Array.isArray(message) ? { updates: message } : message, `sqs-${index}`)),
    context,
  );
  const ended = management.calls
    .filter(({ name }) => name === 'DeleteConnectionCommand')
    .map(({ input }) => input.ConnectionId as string);
  const posted = management.calls.filter(({ name }) => name === 'PostToConnectionCommand');
  const posts = posted.map(({ input }) => ({
    to: input.ConnectionId as string,
    message: serverMessage.parse(JSON.parse(input.Data)) as { type: 'updates'; updates: LiveUpdate[] } & {
      changes: LiveChange[];
    },
    bytes: Buffer.byteLength(input.Data),
  }));
  return { posts, removed, ended, failed: failed.map(({ messageId }) => messageId) };
}

const failFor =
  (connectionId: string, error: () => Error) =>
  ({ input }: Call) => {
    if (input.ConnectionId === connectionId) throw error();
    return {};
  };

describe('pushing updates', () => {
  test('is one post per connection, with all that it subscribed to, in order', async () => {
    const { posts, failed } = await push([[update('a'), update('b')], [update('a', 'm2')], [update('c')]], {
      'device:a': ['c1', 'c2'],
      'device:b': ['c2'],
    });
    expect(
      posts.map(({ to, message }) => [
        to,
        message.updates.map(({ deviceId, messageId }) => `${deviceId} ${messageId}`),
      ]),
    ).toEqual([
      ['c1', ['a m1', 'a m2']],
      ['c2', ['a m1', 'b m1', 'a m2']],
    ]);
    expect(failed).toEqual([]);
  });

  test('is one update for who subscribed to the device and to its room and application', async () => {
    const inRoom = { ...update('a'), channels: ['device:a', 'room:hall', 'application:plant'], roomId: 'hall' };
    const { posts } = await push([[inRoom, update('b')]], {
      'device:a': ['c1', 'c2'],
      'room:hall': ['c1', 'c3'],
      'application:plant': ['c1', 'c4'],
    });
    const told = Object.fromEntries(
      posts.map(({ to, message }) => [to, message.updates.map(({ deviceId }) => deviceId)]),
    );
    expect(told).toEqual({ c1: ['a', 'b'], c2: ['a'], c3: ['a'], c4: ['a', 'b'] });
  });

  test('without subscribers is no post', async () => {
    expect(await push([[update('a')]], {})).toEqual({ posts: [], removed: [], ended: [], failed: [] });
  });

  test('is cut where API Gateway would refuse the length', async () => {
    const long = Array.from({ length: 10 }, (_, index) => update('a', `m${index}`, { note: 'é'.repeat(15_000) }));
    const { posts } = await push([long], { 'device:a': ['c1'] });
    expect(posts).toHaveLength(4);
    expect(Math.max(...posts.map(({ bytes }) => bytes))).toBeLessThan(131_072);
    expect(posts.flatMap(({ message }) => message.updates)).toEqual(long);
  });

  test('forgets a connection that is gone, and the others get theirs', async () => {
    const { posts, removed, failed } = await push(
      [[update('a')]],
      { 'device:a': ['c1', 'c2'] },
      { post: failFor('c1', gone) },
    );
    expect(removed).toEqual(['c1']);
    expect(posts.map(({ to }) => to)).toEqual(['c1', 'c2']);
    expect(failed).toEqual([]);
  });

  test('is not repeated because a connection that is gone could not be removed', async () => {
    const remove = () => {
      throw new Error('throttled');
    };
    const { failed } = await push([[update('a')]], { 'device:a': ['c1'] }, { post: failFor('c1', gone), remove });
    expect(failed).toEqual([]);
  });

  test('that fails otherwise comes again: the queue messages of that connection, and those alone', async () => {
    const { posts, removed, failed } = await push(
      [[update('a')], [update('b')], [update('a', 'm2'), update('b', 'm2')]],
      { 'device:a': ['c1'], 'device:b': ['c2'] },
      { post: failFor('c1', () => new Error('limit exceeded')) },
    );
    expect(failed).toEqual(['sqs-0', 'sqs-2']);
    expect(posts.map(({ to }) => to)).toContain('c2');
    expect(removed).toEqual([]);
  });

  test('comes again where the subscribers of a channel could not be found, and there alone', async () => {
    const find = (channel: string) => {
      if (channel === 'device:b') throw new Error('throttled');
    };
    const { posts, failed } = await push([[update('a')], [update('b')]], { 'device:a': ['c1'] }, { find });
    expect(failed).toEqual(['sqs-1']);
    expect(posts.map(({ to }) => to)).toEqual(['c1']);
  });

  test.each(['no JSON', '{}', '{"updates":[]}', '{"updates":[{"channels":["device:a"]}]}'])(
    'leaves a queue message that ingest did not write to SQS, and it alone: %s',
    async (stranger) => {
      const { posts, failed } = await push([stranger, [update('a')]], { 'device:a': ['c1'] });
      expect(failed).toEqual(['sqs-0']);
      expect(posts).toHaveLength(1);
    },
  );

  test('asks for the subscribers of a channel once', async () => {
    const asked: string[] = [];
    await push(
      [[update('a'), update('a', 'm2')], [update('a', 'm3')]],
      {},
      { find: (channel) => void asked.push(channel) },
    );
    expect(asked).toEqual(['device:a', 'application:plant']);
  });

  test('keeps sixteen calls in the air, and no more', async () => {
    let now = 0;
    let most = 0;
    const post = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
    };
    await push([[update('a')]], { 'device:a': Array.from({ length: 100 }, (_, index) => `c${index}`) }, { post });
    expect(most).toBe(16);
  });
});

describe('changes', () => {
  const change = (more: Partial<LiveChange>): LiveChange => ({
    channels: ['application:plant'],
    kind: 'presence',
    applicationId: 'plant',
    at: '2026-01-31T12:00:00.000Z',
    data: {},
    ...more,
  });
  const ofDevice = change({ deviceId: 'a', data: { state: 'online' } });
  const ofRoom = change({ kind: 'command', roomId: 'hall' });
  const ofApplication = change({ kind: 'event' });

  test('go in a message of their own, beside the updates of the same queue message', async () => {
    const { posts } = await push([{ updates: [update('a')], changes: [ofDevice] }], { 'application:plant': ['c1'] });
    expect(posts.map(({ message }) => message)).toEqual([
      { type: 'updates', updates: [update('a')] },
      { type: 'changes', changes: [ofDevice] },
    ]);
  });

  test.each([
    ['the device', { deviceIds: ['a'], roomIds: [] }, [ofDevice]],
    ['the room', { deviceIds: [], roomIds: ['hall'] }, [ofRoom]],
    ['all', undefined, [ofDevice, ofRoom, ofApplication]],
  ])('by grants: for who is granted %s', async (_, grants, heard) => {
    const { posts } = await push(
      [{ changes: [ofDevice, ofRoom, ofApplication] }],
      { 'application:plant': ['c1'] },
      { standings: { c1: standing([membership(grants && { grants })]) } },
    );
    expect(posts.flatMap(({ message }) => message.changes)).toEqual(heard);
  });

  test('whose queue message failed come again', async () => {
    const { failed } = await push(
      [{ changes: [ofDevice] }],
      { 'application:plant': ['c1'] },
      { post: failFor('c1', () => new Error('limit exceeded')) },
    );
    expect(failed).toEqual(['sqs-0']);
  });
});

describe('an update is for those who may hear it now', () => {
  const everyone = { 'application:plant': ['c1', 'c2'] };
  const heard = ({ posts }: Awaited<ReturnType<typeof push>>) => posts.map(({ to }) => to);

  test('not for who is no member of the application any more', async () => {
    const told = await push([[update('a')]], everyone, {
      standings: { c1: standing([membership({ applicationId: 'other' })]) },
    });
    expect(heard(told)).toEqual(['c2']);
    expect(told).toMatchObject({ ended: [], removed: [], failed: [] });
  });

  test('for an admin of the platform whatever it is a member of', async () => {
    const told = await push([[update('a')]], everyone, {
      standings: { c1: standing([]), c2: standing([]) },
      whose: (connectionId) => ({ ...subscriber(connectionId), isPlatformAdmin: connectionId === 'c1' }),
    });
    expect(heard(told)).toEqual(['c1']);
  });

  test.each([
    ['the device', { deviceIds: ['a'], roomIds: [] }, ['a']],
    ['its room', { deviceIds: [], roomIds: ['hall'] }, ['b']],
    ['nothing', { deviceIds: [], roomIds: [] }, []],
  ])('by grants: for who is granted %s', async (_, grants, devices) => {
    const inHall = { ...update('b'), channels: ['device:b', 'room:hall', 'application:plant'], roomId: 'hall' };
    const { posts } = await push(
      [[update('a'), inHall]],
      { 'application:plant': ['c1'] },
      {
        standings: { c1: standing([membership({ grants })]) },
      },
    );
    expect(posts.flatMap(({ message }) => message.updates.map(({ deviceId }) => deviceId))).toEqual(devices);
  });

  test('who was signed out is disconnected and forgotten, and hears nothing', async () => {
    const told = await push([[update('a')]], everyone, { standings: { c1: standing([membership()], false) } });
    expect(heard(told)).toEqual(['c2']);
    expect(told).toMatchObject({ ended: ['c1'], removed: ['c1'], failed: [] });
  });

  test('whose access token is over is disconnected, to come back with another', async () => {
    const told = await push([[update('a')]], everyone, {
      whose: (connectionId) => ({
        ...subscriber(connectionId),
        authorizedUntil: connectionId === 'c1' ? Math.floor(Date.now() / 1000) - 1 : 4_000_000_000,
      }),
    });
    expect(heard(told)).toEqual(['c2']);
    expect(told).toMatchObject({ ended: ['c1'], removed: ['c1'] });
  });

  test('comes again where memberships could not be read, and others have theirs', async () => {
    const told = await push(
      [[update('a')], [update('b')]],
      { 'device:a': ['c1'], 'device:b': ['c2'] },
      {
        standings: { c1: new Error('throttled') },
      },
    );
    expect(heard(told)).toEqual(['c2']);
    expect(told.failed).toEqual(['sqs-0']);
  });
});

describe('telling at once', () => {
  const change: LiveChange = {
    channels: ['device:a', 'application:plant'],
    kind: 'presence',
    applicationId: 'plant',
    deviceId: 'a',
    at: '2026-01-31T12:00:00.000Z',
    data: {},
  } as never;

  async function tell(subscribers: Subscribers, more: More = {}) {
    const { push, management } = pushing(subscribers, more);
    const queue: LiveChange[] = [];
    await tellAtOnce({ push, queue: { changes: async (all) => void queue.push(...all) } })([change]);
    const posts = management.calls.filter(({ name }) => name === 'PostToConnectionCommand').length;
    return { posts, queue };
  }
  const connections = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

  test('is a post to each who subscribed, and no message', async () => {
    expect(await tell({ 'device:a': ['c1'], 'application:plant': ['c1', 'c2'] })).toEqual({ posts: 2, queue: [] });
  });

  test.each([
    [16, { posts: 16, queue: [] }],
    [17, { posts: 0, queue: [change] }],
  ])('of %i connections', async (count, told) => {
    expect(await tell({ 'device:a': connections(count) })).toEqual(told);
  });

  test('is a message where a post fails, for all', async () => {
    const told = await tell({ 'device:a': ['c1', 'c2'] }, { post: failFor('c1', () => new Error('it is down')) });
    expect(told).toEqual({ posts: 2, queue: [change] });
  });

  test('is a message where subscribers are not found', async () => {
    const find = () => {
      throw new Error('throttled');
    };
    expect(await tell({ 'device:a': ['c1'] }, { find })).toEqual({ posts: 0, queue: [change] });
  });
});
