import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Aggregated } from '../../../functions/telemetry/stages/aggregate.ts';
import { mergeState, readDeviceStates, saveDeviceStates } from '../../../functions/telemetry/stores/deviceState.ts';
import { readKnown } from '../../../functions/telemetry/stores/known.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { fakeTables } from './fakeTables.ts';
import { noon, understood } from './samples.ts';

const tables = () => fakeTables({ devices: ['deviceId', 'item'], messages: ['messageKey', 'entry'] });
const at = (time: number, more: Partial<Aggregated> = {}) =>
  understood({ messageId: `m${time}`, readings: [{ time, values: { flow: time } }], ...more });

describe('saving device states', () => {
  test('is one write per device and batch, however many messages', async () => {
    const db = tables();
    const messages = [at(1), at(2), at(3, { deviceId: 'boiler-8' })];
    expect(await saveDeviceStates({ db, tableName: 'devices' })(messages, new Map())).toEqual(new Map());
    expect(db.calls.map(({ input }) => input.Statements.length)).toEqual([2]);
    expect(db.items.get('devices|boiler-7|state')).toMatchObject({ metrics: { flow: { value: 2 } }, version: 1 });
  });

  test('writes nothing when nothing is newer', async () => {
    const db = tables();
    const save = saveDeviceStates({ db, tableName: 'devices' });
    await save([at(2)], new Map());
    const states = await readDeviceStates({ db, tableName: 'devices' })(['boiler-7']);
    const before = db.calls.length;
    await save([at(1), at(2)], states);
    expect(db.calls).toHaveLength(before);
  });

  test('is at most 25 statements a call', async () => {
    const db = tables();
    const messages = Array.from({ length: 60 }, (_, index) => at(1, { deviceId: `d${index}` }));
    await saveDeviceStates({ db, tableName: 'devices' })(messages, new Map());
    expect(db.calls.map(({ input }) => input.Statements.length)).toEqual([25, 25, 10]);
  });

  test('merges again with what another wrote in between', async () => {
    const db = tables();
    const save = saveDeviceStates({ db, tableName: 'devices' });
    await save([at(5, { readings: [{ time: 5, values: { level: 5 } }] })], new Map());
    expect(await save([at(3)], new Map())).toEqual(new Map());
    expect(db.items.get('devices|boiler-7|state')).toMatchObject({
      metrics: { level: { value: 5 }, flow: { value: 3 } },
      version: 2,
    });
  });

  test('ends in the state of all messages, whoever else writes the same devices', async () => {
    const message = fc
      .record({ time: fc.integer({ min: 1, max: 9 }), device: fc.constantFrom('a', 'b'), id: fc.uuid() })
      .map(({ time, device, id }) => at(time, { deviceId: device, messageId: id }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(message, { maxLength: 6 }), { maxLength: 4 }), async (batches) => {
        const db = tables();
        const save = saveDeviceStates({ db, tableName: 'devices' });
        // All at once, and each in the belief that nothing is there.
        await Promise.all(batches.map((batch) => save(batch, new Map())));
        const states = await readDeviceStates({ db, tableName: 'devices' })(['a', 'b']);
        for (const deviceId of ['a', 'b']) {
          const all = mergeState(
            undefined,
            batches.flat().filter((each) => each.deviceId === deviceId),
          );
          expect(states.get(deviceId)?.metrics).toEqual(all?.metrics);
        }
      }),
    );
  });

  test('gives up after five conflicts, and fails that device alone', async () => {
    const db = recordingClient(({ name, input }) =>
      name === 'BatchGetCommand'
        ? {}
        : {
            Responses: input.Statements.map(({ Parameters }: { Parameters: unknown[] }) =>
              Parameters.includes('contested') ? { Error: { Code: 'DuplicateItem' } } : {},
            ),
          },
    );
    const failures = await saveDeviceStates({ db, tableName: 'devices' })(
      [at(1, { deviceId: 'contested' }), at(1)],
      new Map(),
    );
    expect([...failures.keys()]).toEqual(['contested']);
    expect(failures.get('contested')).toMatchObject({
      failureClass: 'storage',
      reason: expect.stringContaining('kept writing'),
    });
    expect(db.calls.filter(({ name }) => name === 'BatchExecuteStatementCommand')).toHaveLength(5);
  });

  test.each(['BatchExecuteStatementCommand', 'BatchGetCommand'])(
    'fails the devices, and throws nothing, when %s is refused',
    async (refused) => {
      const db = recordingClient(({ name }) => {
        if (name === refused) throw new Error('throttled');
        return { Responses: [{ Error: { Code: 'ConditionalCheckFailed' } }] };
      });
      const failures = await saveDeviceStates({ db, tableName: 'devices' })([at(1)], new Map());
      expect(failures.get('boiler-7')).toMatchObject({
        failureClass: 'storage',
        reason: expect.stringContaining('throttled'),
      });
    },
  );

  test('a statement that fails for another reason fails its device alone', async () => {
    const db = recordingClient(() => ({ Responses: [{ Error: { Code: 'ThrottlingError', Message: 'slow' } }, {}] }));
    const failures = await saveDeviceStates({ db, tableName: 'devices' })(
      [at(1), at(1, { deviceId: 'other' })],
      new Map(),
    );
    expect([...failures]).toEqual([
      ['boiler-7', { failureClass: 'storage', reason: 'device state: ThrottlingError: slow' }],
    ]);
  });

  test('a state whose metrics can no longer be read is begun anew', async () => {
    const db = tables();
    db.put('devices', {
      deviceId: 'boiler-7',
      item: 'state',
      metrics: { flow: 'old form' },
      lastSeen: 1,
      version: 4,
    });
    const known = await readKnown({ db, devicesTable: 'devices', messagesTable: 'messages' })([at(1)]);
    expect(await saveDeviceStates({ db, tableName: 'devices' })([at(1)], known.states)).toEqual(new Map());
    expect(db.items.get('devices|boiler-7|state')).toMatchObject({ metrics: { flow: { value: 1 } }, version: 5 });
  });

  test('a device that is given a type later has it in its state, and nothing that an index is made of', async () => {
    const db = tables();
    const save = saveDeviceStates({ db, tableName: 'devices' });
    await save([at(1)], new Map());
    await save([at(2, { deviceType: 'boiler', applicationId: 'plant', roomId: 'hall' })], new Map());
    const item = db.items.get('devices|boiler-7|state') ?? {};
    expect(item).toMatchObject({ deviceType: 'boiler' });
    for (const attribute of ['applicationId', 'nameKey', 'typeKey', 'roomId', 'gatewayId'])
      expect(item).not.toHaveProperty(attribute);
  });
});

describe('what is known of a batch', () => {
  test('is read in one call: each record and each state once', async () => {
    const db = tables();
    db.put('messages', { messageKey: 'boiler-7/m1', entry: 'message', traceId: 't9' });
    db.put('devices', {
      deviceId: 'boiler-7',
      item: 'state',
      metrics: {},
      lastSeen: noon,
      version: 1,
    });
    const known = await readKnown({ db, devicesTable: 'devices', messagesTable: 'messages' })([at(1), at(1), at(2)]);
    expect(known.stored).toEqual(new Map([['boiler-7/m1', 't9']]));
    expect(known.states.get('boiler-7')).toMatchObject({ version: 1 });
    expect(db.calls).toHaveLength(1);
    expect(db.calls[0]?.input.RequestItems.messages.Keys).toHaveLength(2);
    expect(db.calls[0]?.input.RequestItems.devices).toEqual({
      Keys: [{ deviceId: 'boiler-7', item: 'state' }],
      ConsistentRead: true,
    });
  });

  test('of nothing is asked of nobody', async () => {
    const db = tables();
    await readKnown({ db, devicesTable: 'devices', messagesTable: 'messages' })([]);
    expect(db.calls).toEqual([]);
  });
});
