import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { takeDeadLetter } from './deadLetters.ts';
import { recordOf } from './messageRecords.ts';
import { openLive } from './openLive.ts';
import { clearFaults, orderFault } from './orderFault.ts';
import { ownSystem } from './ownSystem.ts';
import { rawMessage } from './rawArchive.ts';
import { runScript } from './runScript.ts';

// All that can happen to Fieldline happens here once, and the last test asks which grants it took.
jest.setTimeout(60_000);

const own = ownSystem({ sendAgain: true });

const publish = (payload: string | Uint8Array) => own.connection.publish(own.device.topic, Buffer.from(payload));
const publishCount = async (count: number): Promise<string> => {
  const messageId = ulid();
  await publish(JSON.stringify({ messageId, count }));
  return messageId;
};
const record = (messageId: string) => recordOf(own.system, own.device.deviceId, messageId);

test('a person subscribes to a device, sees its updates, and leaves; a connection that is gone is forgotten', async () => {
  const { db, output } = own.system;
  const channel = `device:${own.device.deviceId}`;
  const TableName = output('Live', 'ConnectionsTableName');
  const gone = { connectionId: 'gone=', channel };
  await db.send(new PutCommand({ TableName, Item: gone }));
  const live = await openLive(own.system);
  await live.ask({ action: 'subscribe', channels: [channel] });
  const messageId = await publishCount(1);
  await until('the update', () => live.updates.find((update) => update.messageId === messageId));
  await until('the end of the other', async () => !(await db.send(new GetCommand({ TableName, Key: gone }))).Item);
  await live.ask({ action: 'unsubscribe', channels: [channel] });
  await live.close();
});

test('a person asks for devices, messages and health', async () => {
  const { deviceId } = own.device;
  const messageId = await publishCount(1);
  await record(messageId);
  for (const path of [
    '/devices',
    `/devices/${deviceId}`,
    `/devices/${deviceId}/messages`,
    `/messages/${deviceId}/${messageId}`,
    '/health',
  ])
    expect(await callApi(own.system, { path: `/api${path}` })).toMatchObject({ status: 200 });
});

test('a message that can not be used is quarantined', async () => {
  await publish('no JSON');
  const listed = await until('its record', async () => {
    const { json } = await callApi(own.system, { path: `/api/devices/${own.device.deviceId}/messages` });
    return json.messages[0];
  });
  expect(listed).toMatchObject({ disposition: 'quarantined' });
});

test('a message that the store fails on goes round, and so does one that the rule can not deliver', async () => {
  await orderFault(own.system, { service: 'timestream', kind: 'error', operation: 'WriteRecords', count: 2 });
  expect(await record(await publishCount(1))).toMatchObject({ disposition: 'stored', attempt: 1 });
  await orderFault(own.system, { service: 'sqs', kind: 'error', operation: 'SendMessage', caller: 'role', count: 3 });
  expect(await record(await publishCount(2))).toMatchObject({ disposition: 'stored', attempt: 1 });
  await clearFaults(own.system);
});

test('a message that kills its function each time is dead-lettered, and its bytes are kept', async () => {
  await own.system.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: own.system.output('Ingestion', 'TelemetryQueueUrl'),
      Attributes: { VisibilityTimeout: '2' },
    }),
  );
  const struck = await orderFault(own.system, { service: 'lambda', kind: 'kill', count: 5 });
  const messageId = ulid();
  const payload = JSON.stringify({ messageId, count: 1 });
  await publish(payload);
  const poison = await record(messageId);
  expect(await struck()).toBe(5);
  expect(poison).toMatchObject({ disposition: 'dead-lettered', failureClass: 'processing' });
  expect((await rawMessage(own.system, poison.raw)).toString()).toBe(payload);
  const letter = await takeDeadLetter(own.system, `${own.device.deviceId}/${poison.messageId}`);
  expect(letter).toMatchObject({ disposition: 'dead-lettered', reason: poison.reason });
});

test('all that took every grant that the templates give, and nothing was refused', async () => {
  const { code, output } = await runScript('iamReport.ts', ['--strict'], {
    FIELDLINE_OUTPUTS: own.launched.outputsFile,
  });
  expect(output).toMatch(/^All grants of \d+ roles were used, and no call was refused\.\n$/);
  expect(code).toBe(0);
});
