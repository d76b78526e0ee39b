import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { takeDeadLetter } from './deadLetters.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { ownSystem } from './ownSystem.ts';
import { queueDepth } from './queueDepth.ts';
import { rawMessage } from './rawArchive.ts';
import { pointsOf } from './telemetryPoints.ts';

// The last of five attempts begins 30 to 34 seconds after the first.

const own = ownSystem();

const publish = (value: unknown) => own.connection.publish(own.device.topic, Buffer.from(JSON.stringify(value)));

const inRetryQueue = () => queueDepth(own.system, 'RetryQueueUrl');

const unhealthyFlows = async () => {
  const { status, json } = await callApi(own.system, { path: '/api/health' });
  const names = json.flows.filter((flow: { status: string }) => flow.status !== 'healthy');
  return [status, ...names.map(({ name }: { name: string }) => name)];
};

test('while the raw archive is away messages go round again, and end stored when it is back', async () => {
  await own.system.s3.send(new DeleteBucketCommand({ Bucket: own.system.rawBucket }));
  const messageIds = [ulid(), ulid(), ulid()];
  const time = Date.now();
  for (const [index, messageId] of messageIds.entries())
    await publish({ messageId, timestamp: time + index, count: index });
  await until('the messages in the retry queue', async () => (await inRetryQueue()) === messageIds.length);
  expect(await messagesOf(own.system, own.device.deviceId)).toEqual([]);
  expect(await unhealthyFlows()).toEqual([503, 'raw']);

  await own.system.s3.send(new CreateBucketCommand({ Bucket: own.system.rawBucket }));
  for (const messageId of messageIds) {
    const record = await recordOf(own.system, own.device.deviceId, messageId);
    expect(record).toMatchObject({ disposition: 'stored' });
    expect(record.attempt).toBeGreaterThan(0);
    expect((await rawMessage(own.system, record.raw)).toString()).toContain(messageId);
  }
  // The first round had brought the points to Timestream already.
  expect(await pointsOf(own.system, own.device.deviceId)).toMatchObject([{ count: 0 }, { count: 1 }, { count: 2 }]);
  await until('an empty retry queue', async () => (await inRetryQueue()) === 0);
  expect(await unhealthyFlows()).toEqual([200]);
});

test('what a rule can not deliver comes by its error action, and ends stored', async () => {
  const QueueUrl = own.system.output('Ingestion', 'TelemetryQueueUrl');
  const { Attributes } = await own.system.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  await own.system.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  const messageId = ulid();
  await publish({ messageId, count: 1 });
  expect(await recordOf(own.system, own.device.deviceId, messageId)).toMatchObject({
    disposition: 'stored',
    attempt: 1,
    clientId: own.device.deviceId,
  });

  await own.system.sqs.send(
    new CreateQueueCommand({
      QueueName: QueueUrl.split('/').at(-1),
      Attributes: {
        VisibilityTimeout: Attributes?.['VisibilityTimeout'] ?? '',
        RedrivePolicy: Attributes?.['RedrivePolicy'] ?? '',
      },
    }),
  );
  const next = ulid();
  await publish({ messageId: next, count: 2 });
  expect(await recordOf(own.system, own.device.deviceId, next)).toMatchObject({ disposition: 'stored', attempt: 0 });
});

test('an outage that outlasts five attempts ends dead-lettered, with all that is needed to send it in again', async () => {
  const { Table } = await own.system.db.send(new DescribeTableCommand({ TableName: own.system.tables.devices }));
  await own.system.db.send(new DeleteTableCommand({ TableName: own.system.tables.devices }));
  const sent = { messageId: ulid(), timestamp: Date.now(), count: 1 };
  await publish(sent);
  const ended = await until('its record', async () => (await messagesOf(own.system, own.device.deviceId))[0]);
  const record = await recordOf(own.system, own.device.deviceId, ended.messageId);
  expect(record).toMatchObject({ disposition: 'dead-lettered', failureClass: 'storage', attempt: 4 });
  const letter = await takeDeadLetter(own.system, `${own.device.deviceId}/${record.messageId}`);
  expect(letter).toMatchObject({ disposition: 'dead-lettered', reason: record.reason, raw: record.raw });
  for (const bytes of [await rawMessage(own.system, record.raw), Buffer.from(letter.message.payload, 'base64')])
    expect(JSON.parse(bytes.toString())).toEqual(sent);

  await own.system.db.send(
    new CreateTableCommand({
      TableName: Table?.TableName,
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    }),
  );
  const next = ulid();
  await publish({ messageId: next, count: 2 });
  expect(await recordOf(own.system, own.device.deviceId, next)).toMatchObject({ disposition: 'stored', attempt: 0 });
});
