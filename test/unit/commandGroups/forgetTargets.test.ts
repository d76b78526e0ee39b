import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { groupStore } from '../../../functions/commandGroups/store.ts';
import { memoryDb } from '../platform/memoryDb.ts';

test('what a try of a request left of its targets is forgotten, and nothing of another group', async () => {
  const db = memoryDb({ name: 'groups', keys: ['groupId', 'entry'] });
  const tables = { groups: 'groups', commands: 'commands', devices: 'devices', events: 'events', audit: 'audit' };
  const put = (groupId: string, deviceId: string) =>
    db.send(new PutCommand({ TableName: 'groups', Item: { groupId, entry: `target#${deviceId}`, deviceId } }));
  // More than one call deletes.
  for (let device = 0; device < 30; device += 1) await put('died', `d${device}`);
  await put('other', 'd0');
  await groupStore({ db, tables, retentionDays: 1 }).forgetTargets('died');
  const { Items } = await db.send(new ScanCommand({ TableName: 'groups' }));
  expect(Items).toEqual([{ groupId: 'other', entry: 'target#d0', deviceId: 'd0' }]);
});
