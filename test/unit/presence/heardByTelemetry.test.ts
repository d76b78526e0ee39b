import '../platform/silent.ts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { presenceQueue } from '../../../functions/platform/presenceQueue.ts';
import type { PresenceMessage } from '../../../functions/presence/signals.ts';
import { ingestBatch } from '../../../functions/telemetry/ingestBatch.ts';
import { readDeviceStates, saveDeviceStates } from '../../../functions/telemetry/stores/deviceState.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { pipeline } from '../telemetry/pipeline.ts';
import { noon, queued, routed } from '../telemetry/samples.ts';
import { lifecycle, presenceSystem } from './presenceSystem.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: noon, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

/** Ingest and presence on the same table, and the queue between them. */
async function openBoth() {
  const presence = await presenceSystem();
  const { db, calls } = presence;
  const sqs = recordingClient();
  const devices = { db, tableName: 'devices' };
  const ingest = ingestBatch({
    ...pipeline().dependencies,
    readKnown: async (messages) => ({
      stored: new Map(),
      states: await readDeviceStates(devices)(messages.map(({ deviceId }) => deviceId)),
    }),
    saveStates: saveDeviceStates(devices),
    checkPresence: presenceQueue({ sqs, queueUrl: 'presence' }).check,
  });
  let sent = 0;
  return {
    ...presence,
    /** One message. @returns the calls of AWS that it cost: of DynamoDB by their names, and how many of SQS */
    async send(receivedAt = Date.now()) {
      calls.length = 0;
      sqs.calls.length = 0;
      sent += 1;
      const message = routed({ messageId: `m${sent}`, flow: sent }, { receivedAt, traceId: `t${sent}` });
      await ingest([queued(message)], { getRemainingTimeInMillis: () => 1000 });
      return { dynamo: [...calls], sqs: sqs.calls.length };
    },
    /** Presence takes what ingest put on its queue. */
    async settle() {
      const messages = sqs.calls.flatMap(({ input }) =>
        input.Entries.map(({ MessageBody }: { MessageBody: string }) => JSON.parse(MessageBody) as PresenceMessage),
      );
      await presence.take(messages);
    },
  };
}

const nothingMore = { dynamo: ['BatchGetItem', 'BatchExecuteStatement'], sqs: 0 };

describe('telemetry', () => {
  test('brings a device online that has no connection, and costs nothing more while it is', async () => {
    const system = await openBoth();
    expect(await system.send()).toEqual({ ...nothingMore, sqs: 1 });
    await system.settle();
    expect(await system.presence()).toMatchObject({ state: 'online', reason: 'telemetry', dueAt: noon + 300_000 });
    expect(await system.events()).toMatchObject([{ type: 'device.online', data: { reason: 'telemetry' } }]);
    pass(1000);
    expect(await system.send()).toEqual(nothingMore);
    expect(await system.send()).toEqual(nothingMore);
  });

  test('brings it back when it fell silent', async () => {
    const system = await openBoth();
    await system.send();
    await system.settle();
    pass(300_000);
    await system.take([{ check: ['boiler-7'] }]);
    expect(await system.presence()).toMatchObject({ state: 'offline', reason: 'silent' });
    pass(1000);
    expect(await system.send()).toEqual({ ...nothingMore, sqs: 1 });
    await system.settle();
    expect(await system.presence()).toMatchObject({ state: 'online', previousState: 'offline', reason: 'telemetry' });
    expect(await system.send()).toEqual(nothingMore);
  });

  test('brings it back when its connection has ended, however often it was heard before', async () => {
    const system = await openBoth();
    await system.take([lifecycle({ event: 'connected', version: 0, at: noon })]);
    await system.send();
    await system.settle();
    pass(10_000);
    await system.take([lifecycle({ event: 'disconnected', version: 0, at: Date.now() })]);
    pass(30_000);
    await system.take([{ check: ['boiler-7'] }]);
    expect(await system.presence()).toMatchObject({ state: 'offline', reason: 'CONNECTION_LOST' });
    pass(10_000);
    await system.send();
    await system.settle();
    expect(await system.presence()).toMatchObject({ state: 'online', reason: 'telemetry' });
  });

  test('costs nothing more for a device that is connected, once it was heard', async () => {
    const system = await openBoth();
    await system.take([lifecycle({ event: 'connected', version: 0, at: noon })]);
    await system.send();
    await system.settle();
    expect(await system.send()).toEqual(nothingMore);
    expect(await system.presence()).toMatchObject({ state: 'online', reason: 'connected' });
    expect(await system.events()).toHaveLength(1);
  });

  test('that waited in a queue for too long brings nobody back', async () => {
    const system = await openBoth();
    await system.send(noon - 400_000);
    await system.settle();
    expect((await system.presence())?.state).not.toBe('online');
  });

  test('that comes in the moment in which silence is judged speaks against it', async () => {
    const system = await openBoth();
    await system.send();
    await system.settle();
    pass(300_000);
    let isFirst = true;
    await system.take([{ check: ['boiler-7'] }], {
      db: {
        send: async (command) => {
          const answer = await system.db.send(command);
          if (isFirst) {
            isFirst = false;
            await system.send();
          }
          return answer;
        },
      },
    });
    expect(await system.presence()).toMatchObject({ state: 'online', dueAt: noon + 600_000 });
    expect(await system.events()).toHaveLength(1);
  });
});
