import { describe, expect, test } from '@jest/globals';
import { sweepExpired } from '../../../../local/dynamodb/dynamodb.ts';
import { items, openDynamo } from './openDynamo.ts';

const withStream = (StreamViewType: string) => ({
  ...items,
  StreamSpecification: { StreamEnabled: true, StreamViewType },
});

/** A table with a stream, and what its stream has told so far. */
function openStream(view = 'NEW_AND_OLD_IMAGES', extra: object = {}) {
  const dynamo = openDynamo();
  const { TableDescription: table } = dynamo.run('CreateTable', { ...withStream(view), ...extra }) as {
    TableDescription: { LatestStreamArn: string; TableArn: string };
  };
  const arn = table.LatestStreamArn;
  const records = () => [...dynamo.tables.streams.read(arn, 0, 100)];
  return {
    ...dynamo,
    arn,
    table,
    records,
    events: () => records().map(({ event }) => event as { eventName: string; dynamodb: Record<string, unknown> }),
    put: (item: object) => dynamo.run('PutItem', { TableName: 'Items', Item: item }),
  };
}

const one = { id: { S: 'a' }, count: { N: '1' } };
const two = { id: { S: 'a' }, count: { N: '2' } };

describe('the stream of a table', () => {
  test('tells of what came, changed and went, in this order, as DynamoDB words it', () => {
    const { put, run, events, arn, table } = openStream();
    put(one);
    put(two);
    run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'a' } } });
    const [came, changed, went] = events();
    expect(arn).toMatch(new RegExp(`^${table.TableArn}/stream/\\d{4}-\\d\\d-\\d\\dT[\\d:.]+$`));
    expect(came).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: arn,
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { id: { S: 'a' } },
        NewImage: one,
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 13,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(changed).toMatchObject({ eventName: 'MODIFY', dynamodb: { OldImage: one, NewImage: two } });
    expect(went).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: two } });
    expect(went?.dynamodb).not.toHaveProperty('NewImage');
    const numbers = events().map(({ dynamodb }) => String(dynamodb['SequenceNumber']));
    expect([...new Set(numbers)].sort()).toEqual(numbers);
  });

  test.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ])('%s tells of a change by %j', (view, images) => {
    const { put, events } = openStream(view);
    put(one);
    put(two);
    const names = Object.keys(events()[1]?.dynamodb ?? {});
    expect(names.filter((name) => name.endsWith('Image')).sort()).toEqual(images);
  });

  test('is silent about a write that changes nothing', () => {
    const { put, run, records } = openStream();
    put(one);
    put(one);
    run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'nobody' } } });
    expect(records()).toHaveLength(1);
  });

  test('tells of all writes of a transaction, or of none', () => {
    const { failure, run, records } = openStream();
    const put = (id: string, more = {}) => ({ Put: { TableName: 'Items', Item: { id: { S: id } }, ...more } });
    failure('TransactWriteItems', {
      TransactItems: [put('a'), put('b', { ConditionExpression: 'attribute_exists(id)' })],
    });
    expect(records()).toEqual([]);
    run('TransactWriteItems', { TransactItems: [put('a'), put('b')] });
    expect(records()).toHaveLength(2);
  });

  test('takes back what a rolled back write told', () => {
    const { put, store, records } = openStream();
    expect(() =>
      store.atomic(() => {
        put(one);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(records()).toEqual([]);
  });

  test('says of an item that expired that nobody deleted it', () => {
    const { put, run, tables, events } = openStream('OLD_IMAGE', {
      TimeToLiveSpecification: { AttributeName: 'count', Enabled: true },
    });
    const now = Math.floor(Date.now() / 1000);
    put({ id: { S: 'a' }, count: { N: String(now - 10) } });
    put({ id: { S: 'b' } });
    sweepExpired(tables, now);
    run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'b' } } });
    const [expired, deleted] = events().filter(({ eventName }) => eventName === 'REMOVE');
    expect(expired).toMatchObject({
      dynamodb: { Keys: { id: { S: 'a' } } },
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
    expect(deleted).not.toHaveProperty('userIdentity');
  });

  test('is the same after a restart, and another one when its view changes', () => {
    const { put, store, arn, records } = openStream('NEW_IMAGE');
    put(one);
    const again = openDynamo(store);
    expect(again.tables.get('Items').streamArn).toBe(arn);
    expect([...again.tables.streams.read(arn, 0, 10)]).toEqual(records());
    const { definition } = again.tables.get('Items');
    again.tables.put({ ...definition, stream: { view: 'NEW_IMAGE', label: 'later' } });
    expect(again.tables.get('Items').streamArn).toBe(arn);
    again.tables.put({ ...definition, stream: { view: 'KEYS_ONLY', label: 'later' } });
    expect(again.tables.get('Items').streamArn).toMatch(/later$/);
    again.tables.trimStreams();
    expect([...again.tables.streams.read(arn, 0, 10)]).toEqual([]);
  });

  test('is described with its table, and a table without one has none', () => {
    const { run, arn } = openStream('KEYS_ONLY');
    expect(run('DescribeTable', { TableName: 'Items' })['Table']).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      LatestStreamArn: arn,
      LatestStreamLabel: arn.split('/').at(-1),
    });
    const { run: other } = openDynamo();
    other('CreateTable', items);
    expect(other('DescribeTable', { TableName: 'Items' })['Table']).not.toHaveProperty('LatestStreamArn');
  });

  test('of no known kind is refused', () => {
    expect(openDynamo().failure('CreateTable', withStream('EVERYTHING')).error).toMatch(/StreamViewType is one of/);
  });
});
