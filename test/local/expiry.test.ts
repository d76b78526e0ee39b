import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { StackName } from '../../scripts/target.ts';
import { until } from '../until.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

/** AWS: "Using time to live (TTL) in DynamoDB" */
test.each<[StackName, string, (name: string) => Record<string, string>]>([
  ['Data', 'MessagesTableName', (name: string) => ({ messageKey: `${name}/${ulid()}`, entry: 'record' })],
  ['Live', 'ConnectionsTableName', (name: string) => ({ connectionId: name, channel: ulid() })],
])('an item leaves the table when its time is over, and not before: %s %s', async (stack, output, keyOf) => {
  const TableName = system.output(stack, output);
  const { TimeToLiveDescription } = await system.db.send(new DescribeTimeToLiveCommand({ TableName }));
  const attribute = String(TimeToLiveDescription?.AttributeName);
  const put = async (name: string, secondsFromNow: number) => {
    const Key = keyOf(name);
    const Item = { ...Key, [attribute]: Math.floor(Date.now() / 1000) + secondsFromNow };
    await system.db.send(new PutCommand({ TableName, Item }));
    return async () => (await system.db.send(new GetCommand({ TableName, Key }))).Item !== undefined;
  };
  const stays = await put('stays', 3600);
  const goes = await put('goes', 2);
  expect(await goes()).toBe(true);
  await until('its deletion', async () => !(await goes()));
  expect(await stays()).toBe(true);
});
