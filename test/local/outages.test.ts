import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { type LaunchedSystem, launchSystem } from '../../scripts/start/launchSystem.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { takeDeadLetter } from './deadLetters.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { rawMessage } from './rawArchive.ts';
import { pointsOf } from './telemetryPoints.ts';

// The last of five attempts begins 30 to 34 seconds after the first.
jest.setTimeout(90_000);

let stateDir: string;
let launched: LaunchedSystem;
/** Of its own, for what breaks here is missed by everybody. */
let system: SystemUnderTest;
let device: NewDevice;
let connection: DeviceConnection;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'fieldline-outages-'));
  launched = await launchSystem({ stateDir, flags: ['--no-dashboard'] });
  system = await openSystem(launched.outputsFile);
});

afterAll(async () => {
  await launched?.stop();
  await rm(stateDir, { recursive: true, force: true });
});

beforeEach(async () => {
  device = await newDevice(system);
  connection = await connectDevice({ ...device, mqtt: system.mqtt });
});

afterEach(() => connection.close());

const publish = (value: unknown) => connection.publish(device.topic, Buffer.from(JSON.stringify(value)));

/** Messages in the retry queue: waiting for their time, ready, or taken. */
async function inRetryQueue(): Promise<number> {
  const { Attributes = {} } = await system.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: system.output('Ingestion', 'RetryQueueUrl'),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

const unhealthyFlows = async () => {
  const { status, json } = await callApi(system, { path: '/api/health' });
  const names = json.flows.filter((flow: { status: string }) => flow.status !== 'healthy');
  return [status, ...names.map(({ name }: { name: string }) => name)];
};

test('while the raw archive is away messages go round again, and end stored when it is back', async () => {
  await system.s3.send(new DeleteBucketCommand({ Bucket: system.rawBucket }));
  const messageIds = [ulid(), ulid(), ulid()];
  const time = Date.now();
  for (const [index, messageId] of messageIds.entries())
    await publish({ messageId, timestamp: time + index, count: index });
  await until('the messages in the retry queue', async () => (await inRetryQueue()) === messageIds.length);
  expect(await messagesOf(system, device.deviceId)).toEqual([]);
  expect(await unhealthyFlows()).toEqual([503, 'raw']);

  await system.s3.send(new CreateBucketCommand({ Bucket: system.rawBucket }));
  for (const messageId of messageIds) {
    const record = await recordOf(system, device.deviceId, messageId);
    expect(record).toMatchObject({ disposition: 'stored' });
    expect(record.attempt).toBeGreaterThan(0);
    expect((await rawMessage(system, record.raw)).toString()).toContain(messageId);
  }
  // The first round had brought the points to Timestream already.
  expect(await pointsOf(system, device.deviceId)).toMatchObject([{ count: 0 }, { count: 1 }, { count: 2 }]);
  await until('an empty retry queue', async () => (await inRetryQueue()) === 0);
  expect(await unhealthyFlows()).toEqual([200]);
});

test('what a rule can not deliver comes by its error action, and ends stored', async () => {
  const QueueUrl = system.output('Ingestion', 'TelemetryQueueUrl');
  const { Attributes } = await system.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  await system.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  const messageId = ulid();
  await publish({ messageId, count: 1 });
  expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({
    disposition: 'stored',
    attempt: 1,
    clientId: device.deviceId,
  });

  await system.sqs.send(
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
  expect(await recordOf(system, device.deviceId, next)).toMatchObject({ disposition: 'stored', attempt: 0 });
});

test('an outage that outlasts five attempts ends dead-lettered, with all that is needed to send it in again', async () => {
  const { Table } = await system.db.send(new DescribeTableCommand({ TableName: system.tables.devices }));
  await system.db.send(new DeleteTableCommand({ TableName: system.tables.devices }));
  const sent = { messageId: ulid(), timestamp: Date.now(), count: 1 };
  await publish(sent);
  const ended = await until('its record', async () => (await messagesOf(system, device.deviceId))[0], 60_000);
  const record = await recordOf(system, device.deviceId, ended.messageId);
  expect(record).toMatchObject({ disposition: 'dead-lettered', failureClass: 'storage', attempt: 4 });
  const letter = await takeDeadLetter(system, `${device.deviceId}/${record.messageId}`);
  expect(letter).toMatchObject({ disposition: 'dead-lettered', reason: record.reason, raw: record.raw });
  for (const bytes of [await rawMessage(system, record.raw), Buffer.from(letter.message.payload, 'base64')])
    expect(JSON.parse(bytes.toString())).toEqual(sent);

  await system.db.send(
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
  expect(await recordOf(system, device.deviceId, next)).toMatchObject({ disposition: 'stored', attempt: 0 });
});
