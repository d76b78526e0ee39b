import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createS3 } from '../../../../local/messaging/s3.ts';
import { openObjects } from '../../../../local/messaging/s3Objects.ts';
import { refusedProperties } from '../../../../local/resources/coverage.ts';
import { provision, testContext } from '../edge/localEdge.ts';

const made = '2026-01-15T10:30:00.000Z';
let s3: ReturnType<typeof createS3>;
let objects: ReturnType<typeof openObjects>;

beforeEach(() => {
  const context = testContext();
  s3 = createS3(context);
  objects = openObjects(context.store);
});
afterEach(() => s3.close());

const bucket = (rule: Record<string, unknown>) =>
  provision(s3.providers, 'AWS::S3::Bucket', {
    BucketName: 'bucket',
    LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] },
  });
const put = (key: string, contentLength = 1) =>
  objects.put(
    'bucket',
    { key, contentLength, etag: '""', lastModified: made, headers: {} },
    Buffer.alloc(contentLength),
  );
const keysAt = (time: string) => {
  s3.expire(Date.parse(time));
  return objects.list('bucket', { prefix: '', delimiter: '', after: '', limit: 1000 }).objects.map(({ key }) => key);
};

// AWS: "Lifecycle configuration elements", "Lifecycle rules: Based on an object's age"
describe('a lifecycle rule', () => {
  test('deletes an object at the midnight after its days are over', async () => {
    await bucket({ ExpirationInDays: 3 });
    put('a');
    expect(keysAt('2026-01-18T23:59:59Z')).toEqual(['a']);
    expect(keysAt('2026-01-19T00:00:00Z')).toEqual([]);
  });

  test('deletes under its prefix, in its sizes, however many there are', async () => {
    await bucket({ ExpirationInDays: 1, Prefix: 'log/', ObjectSizeGreaterThan: 1, ObjectSizeLessThan: 5 });
    for (let index = 0; index < 1500; index += 1) put(`log/${index}`, 3);
    put('log/large', 5);
    put('log/small', 1);
    put('other', 3);
    expect(keysAt('2026-02-01T00:00:00Z')).toEqual(['log/large', 'log/small', 'other']);
  });

  test.each([{ Status: 'Disabled', ExpirationInDays: 1 }, { Transitions: [{ StorageClass: 'GLACIER' }] }])(
    '%j deletes nothing',
    async (rule) => {
      await bucket(rule);
      put('a');
      expect(keysAt('2030-01-01T00:00:00Z')).toEqual(['a']);
    },
  );

  test.each(['NoncurrentVersionExpiration', 'ExpirationDate', 'TagFilters', 'ExpiredObjectDeleteMarker'])(
    'is refused with %s',
    async (property) => {
      const rule = { Status: 'Enabled', [property]: 1 };
      const provider = s3.providers.find(({ type }) => type === 'AWS::S3::Bucket');
      if (!provider) throw new Error('There is no provider of buckets.');
      expect(refusedProperties({ LifecycleConfiguration: { Rules: [rule] } }, provider)).toMatchObject([
        { path: `LifecycleConfiguration.Rules.0.${property}` },
      ]);
      await expect(bucket({ [property]: 1 })).rejects.toMatchObject({ name: 'NotHonoured' });
    },
  );

  test('is refused with no days', async () => {
    await expect(bucket({ ExpirationInDays: 0 })).rejects.toMatchObject({
      property: 'LifecycleConfiguration.Rules.ExpirationInDays',
    });
  });
});
