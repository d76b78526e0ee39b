import '../platform/silent.ts';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCommand, readDeviceType } from '../../../functions/commands/createCommand.ts';
import { commandEffects } from '../../../functions/commands/effects.ts';
import type { Device } from '../../../functions/model/device.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { memoryDb } from '../platform/memoryDb.ts';
import { recordingClient } from '../platform/recordingClient.ts';

const at = '2026-01-01T00:00:00.000Z';
const stamps = { version: 1, createdAt: at, updatedAt: at };
const device: Device = {
  deviceId: 'valve-1',
  applicationId: 'plant',
  name: 'Valve',
  kind: 'device',
  deviceType: 'valve',
  status: 'active',
  metadata: {},
  configuration: {},
  ...stamps,
};

let plant: ReturnType<typeof openPlant>;
beforeEach(() => {
  plant = openPlant();
});
afterEach(() => {
  jest.useRealTimers();
});

function openPlant() {
  const memory = memoryDb(
    { name: 'directory', keys: ['pk', 'sk'] },
    { name: 'commands', keys: ['deviceId', 'commandId'] },
    { name: 'audit', keys: ['applicationId', 'auditId'] },
  );
  let reads = 0;
  const db = {
    send: (command: Parameters<typeof memory.send>[0]) => {
      if (command instanceof GetCommand) reads += 1;
      return memory.send(command);
    },
  };
  const effects = commandEffects({
    db,
    sqs: recordingClient(),
    tables: { commands: 'commands', events: 'events', audit: 'audit' },
    retentionDays: 90,
    queueUrls: { timers: 'timers', mailbox: 'mailbox', live: 'live', groups: 'groups' },
  });
  const create = createCommand({ effects, typeOf: readDeviceType({ db, tableName: 'directory' }) });
  return {
    typeReads: () => reads,
    putType: (version: number, ...actions: readonly string[]) =>
      memory.send(
        new PutCommand({
          TableName: 'directory',
          Item: {
            ...directoryKeys.deviceType('plant', 'valve'),
            ...stamps,
            applicationId: 'plant',
            typeName: 'valve',
            version,
            thingModel: {
              '@context': 'https://www.w3.org/2022/wot/td/v1.1',
              '@type': 'tm:ThingModel',
              title: 'Valve',
              actions: Object.fromEntries(actions.map((name) => [name, {}])),
            },
          },
        }),
      ),
    give: (name: string) =>
      create({
        device,
        name,
        parameters: {},
        priority: 5,
        expiresIn: 60,
        timeout: 30,
        cause: { actor: 'user:test', operation: 'createCommand' },
      }),
  };
}

test('a type that was read a moment ago is not read again for what it allows', async () => {
  await plant.putType(1, 'open');
  await plant.give('open');
  await plant.give('open');
  expect(plant.typeReads()).toBe(1);
});

test('what it does not allow is asked of the type as it is now', async () => {
  await plant.putType(1, 'open');
  await plant.give('open');
  await expect(plant.give('close')).rejects.toMatchObject({ status: 422 });
  await plant.putType(2, 'open', 'close');
  expect(await plant.give('close')).toMatchObject({ name: 'close' });
});

test('an action that was taken away is refused after some seconds', async () => {
  await plant.putType(1, 'open', 'close');
  await plant.give('close');
  await plant.putType(2, 'open');
  jest.useFakeTimers({ now: Date.now() + 5_001, advanceTimers: true });
  await expect(plant.give('close')).rejects.toMatchObject({ status: 422 });
});

test('a type that was not there is looked for again', async () => {
  await expect(plant.give('open')).rejects.toMatchObject({ status: 422 });
  await plant.putType(1, 'open');
  expect(await plant.give('open')).toMatchObject({ name: 'open' });
});
