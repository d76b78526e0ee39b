import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { GetQueueAttributesCommand, ListQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { until } from '../until.ts';
import { archivedEvents } from './eventArchive.ts';
import { eventPlants, heardOf, isNotified, watchChannel } from './eventPlant.ts';
import { entriesOf, settled } from './messageRecords.ts';
import { openSession } from './mqttSession.ts';
import { newDevice } from './newDevice.ts';
import { clearFaults, listFaults, orderFault, postFault } from './orderFault.ts';
import { ownSystem } from './ownSystem.ts';
import { queueDepth } from './queueDepth.ts';
import { runScript } from './runScript.ts';
import { pointsOf } from './telemetryPoints.ts';

const own = ownSystem({ sendAgain: true });

afterEach(() => clearFaults(own.system));

interface Sent {
  readonly messageId: string;
  readonly timestamp: number;
}

const now = Date.now();
const messages = (count: number, earlier = 0): Sent[] =>
  Array.from({ length: count }, (_, index) => ({ messageId: ulid(), timestamp: now - earlier - index }));

/** As a device does that keeps a message until the broker has acknowledged it. */
async function publish(sent: Sent): Promise<void> {
  const payload = Buffer.from(JSON.stringify({ ...sent, count: 1 }));
  await until(`the acknowledgement of ${sent.messageId}`, async () => {
    await own.connection.publish(own.device.topic, payload);
    return true;
  });
}

/** None is missing, none is stored twice. @returns their records */
async function expectStored(sent: readonly Sent[]) {
  const records = [];
  for (const { messageId } of sent) {
    await until(
      `${messageId} stored`,
      async () =>
        (await entriesOf(own.system, own.device.deviceId, messageId)).some(
          ({ disposition }) => disposition === 'stored',
        ),
      60_000,
    );
    const entries = await entriesOf(own.system, own.device.deviceId, messageId);
    const stored = entries.filter(({ disposition }) => disposition === 'stored');
    expect(stored).toHaveLength(1);
    expect(entries.filter(({ disposition }) => !['stored', 'duplicate'].includes(disposition))).toEqual([]);
    records.push(...stored);
  }
  const times = (await pointsOf(own.system, own.device.deviceId)).map(({ time }) => time);
  expect(times).toEqual(sent.map(({ timestamp }) => timestamp).sort((one, other) => one - other));
  return records;
}

/**
 * What a function of the ingestion took and did not finish is seen again by the next after this: else after minutes.
 * @returns brings the queues back
 */
async function seenAgainAfter(seconds: number): Promise<() => Promise<unknown>> {
  const { sqs } = own.system;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const set = (QueueUrl: string, VisibilityTimeout: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  const before = new Map<string, string>();
  for (const QueueUrl of QueueUrls.filter((url) => url.includes('-Ingestion-'))) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    before.set(QueueUrl, Attributes?.VisibilityTimeout ?? '30');
    await set(QueueUrl, String(seconds));
  }
  expect(before.size).toBeGreaterThan(2);
  return () => Promise.all([...before].map(([url, timeout]) => set(url, timeout)));
}

describe('messages are stored, each once, when', () => {
  test('Timestream is away: the circuit breaker spares it, and they go round until it is back', async () => {
    const away = { service: 'timestream', kind: 'error', operation: 'WriteRecords' } as const;
    const struck = await orderFault(own.system, away);
    const sent: Sent[] = [];
    await until('ten messages that fail without a call', async () => {
      const wave = messages(10, sent.length);
      const before = await struck();
      for (const message of wave) await publish(message);
      sent.push(...wave);
      await until('their first try', async () => (await queueDepth(own.system, 'TelemetryQueueUrl')) === 0);
      return (await struck()) === before;
    });
    // One that opens it fails five calls of two tries each.
    expect(await struck()).toBeGreaterThanOrEqual(10);
    await clearFaults(own.system);
    const records = await expectStored(sent);
    expect(records.filter(({ attempt }) => attempt === 0)).toEqual([]);
  });

  test('Timestream is throttled, slow, or cuts the connection after it has written', async () => {
    const service = 'timestream';
    const operation = 'WriteRecords';
    const orders = [
      await orderFault(own.system, { service, operation, kind: 'throttle', count: 1 }),
      await orderFault(own.system, { service, operation, kind: 'latency', milliseconds: 300, count: 2 }),
      await orderFault(own.system, { service, operation, kind: 'drop', after: true, count: 4 }),
    ];
    const sent = messages(5);
    for (const message of sent) await publish(message);
    await expectStored(sent);
    for (const struck of orders) expect(await struck()).toBeGreaterThan(0);
  });

  test('DynamoDB throttles functions', async () => {
    const struck = await orderFault(own.system, { service: 'dynamodb', kind: 'throttle', caller: 'role', count: 10 });
    const sent = messages(10);
    await Promise.all(sent.map(publish));
    await expectStored(sent);
    expect(await struck()).toBe(10);
  });

  test('DynamoDB fails after it has written', async () => {
    await orderFault(own.system, {
      service: 'dynamodb',
      kind: 'error',
      caller: 'role',
      after: true,
      count: 6,
      status: 503,
    });
    const sent = messages(10);
    await Promise.all(sent.map(publish));
    await expectStored(sent);
  });

  test('the raw archive and the queues fail now and then', async () => {
    // Where both fail, a message stays in its queue; where the rule's queue fails, in that of the rule's errors.
    const asBefore = await seenAgainAfter(10);
    await orderFault(own.system, { service: 's3', kind: 'error', probability: 0.3, seconds: 3 });
    await orderFault(own.system, { service: 'sqs', kind: 'throttle', caller: 'role', probability: 0.3, seconds: 3 });
    const sent = messages(20);
    await Promise.all(sent.map(publish));
    await expectStored(sent);
    await asBefore();
  });

  test('the rule can not reach its queue at first', async () => {
    const struck = await orderFault(own.system, { service: 'sqs', kind: 'error', operation: 'SendMessage', count: 2 });
    const sent = messages(1);
    await Promise.all(sent.map(publish));
    await expectStored(sent);
    expect(await struck()).toBe(2);
  });

  test.each([false, true])('their connection is cut (after the broker took them: %s)', async (after) => {
    const struck = await orderFault(own.system, {
      service: 'mqtt',
      kind: 'drop',
      client: own.device.deviceId,
      count: 3,
      after,
    });
    const sent = messages(10);
    for (const message of sent) await publish(message);
    const records = await expectStored(sent);
    expect(records).toHaveLength(10);
    expect(await struck()).toBe(3);
  });

  test('they come twice', async () => {
    await orderFault(own.system, { service: 'mqtt', kind: 'duplicate', topic: own.device.topic });
    const sent = messages(10);
    await Promise.all(sent.map(publish));
    for (const { messageId } of sent) {
      const entries = await settled(own.system, own.device.deviceId, messageId, 2);
      expect(entries.map(({ disposition }) => disposition).sort()).toEqual(['duplicate', 'stored']);
    }
    await expectStored(sent);
  });

  test('they come in another order', async () => {
    await orderFault(own.system, { service: 'mqtt', kind: 'reorder', topic: own.device.topic, probability: 0.5 });
    const sent = messages(20);
    await Promise.all(sent.map(publish));
    await expectStored(sent);
  });

  test('the execution environments are killed at their work', async () => {
    await seenAgainAfter(5);
    const struck = await orderFault(own.system, { service: 'lambda', kind: 'kill', milliseconds: 5, count: 4 });
    const sent = messages(40);
    for (const message of sent) await publish(message);
    await expectStored(sent);
    expect(await struck()).toBe(4);
  });
});

describe('an event', () => {
  async function openWatchedPlant() {
    const plant = await (await eventPlants(own.system))();
    return { ...plant, live: await watchChannel(own.system, `device:${plant.deviceId}`) };
  }

  test('that SNS took without saying so is told again under the same id, and archived under one', async () => {
    const { applicationId, live, note } = await openWatchedPlant();
    const order = { service: 'sns', kind: 'error', operation: 'Publish', caller: 'role', after: true } as const;
    const noteUnderFault = async () => {
      const struck = await orderFault(own.system, { ...order, count: 2 });
      const { eventId } = await note('twice', 'warning');
      await until('the first change', () => heardOf(live, eventId).length > 0);
      expect(await struck()).toBe(2);
      // Whatever else happened in the plant may have been struck instead.
      await until('the second change', () => heardOf(live, eventId).length > 1, 5000);
      return eventId;
    };
    const eventId = await until('an event that is told twice', noteUnderFault);
    await until('the notification', () => isNotified(own.system, eventId));
    await until('the archive', async () => (await archivedEvents(own.system, applicationId)).includes(eventId));
    await live.close();
  });

  test('whose publisher is killed is published by the next one', async () => {
    const { live, note } = await openWatchedPlant();
    const publisher = own.system.output('Events', 'PublishFunctionName');
    // Whatever else happened may be at work first: this fault lasts until the event has met it.
    const order = { service: 'lambda', kind: 'kill', function: publisher, milliseconds: 0 } as const;
    const struck = await orderFault(own.system, order);
    const { eventId } = await note('survives');
    const before = await struck();
    // One that has told SNS already when it is killed is repeated as well: its batch is done when it says so.
    await until('two kills', async () => (await struck()) >= before + 2);
    await clearFaults(own.system);
    await until('the change', () => heardOf(live, eventId).length > 0);
    await live.close();
  });
});

test("a publish by the data plane's API is lost, doubled and overtaken as one by MQTT is", async () => {
  const device = await newDevice(own.system);
  const session = await openSession(own.system, device);
  const topic = `devices/commands/${device.deviceId}`;
  await session.subscribe(topic);
  const client = new IoTDataPlaneClient({ ...own.system.client, maxAttempts: 1 });
  const publish = (payload: string) => client.send(new PublishCommand({ topic, qos: 1, payload }));
  const hangsUp = expect.objectContaining({ message: expect.stringContaining('socket hang up') });
  const order = { service: 'mqtt', topic, count: 1 };
  await orderFault(own.system, { ...order, kind: 'drop' });
  await expect(publish('lost')).rejects.toEqual(hangsUp);
  await orderFault(own.system, { ...order, kind: 'drop', after: true });
  await expect(publish('taken')).rejects.toEqual(hangsUp);
  await orderFault(own.system, { ...order, kind: 'duplicate' });
  await publish('doubled');
  const struck = await orderFault(own.system, { ...order, kind: 'reorder', milliseconds: 60_000 });
  const overtaken = publish('overtaken');
  await until('its wait', async () => (await struck()) === 1);
  await publish('first');
  await overtaken;
  const expected = ['taken', 'doubled', 'doubled', 'first', 'overtaken'];
  await until('all', () => session.received.length === expected.length);
  expect(session.received.map(({ payload }) => payload)).toEqual(expected);
  await session.close();
});

describe('an order', () => {
  const describeTable = () =>
    new DynamoDBClient({ ...own.system.client, maxAttempts: 1 }).send(
      new DescribeTableCommand({ TableName: own.system.tables.devices }),
    );

  test.each([
    [
      { service: 'dynamodb', kind: 'throttle' },
      { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
    ],
    [{ service: 'dynamodb', kind: 'error', status: 503 }, { $metadata: { httpStatusCode: 503 } }],
    [{ service: 'dynamodb', kind: 'drop' }, { message: expect.stringContaining('socket hang up') }],
    [{ service: 'dynamodb', kind: 'drop', after: true }, { message: expect.stringContaining('socket hang up') }],
  ] as const)('%j is met by the account as by functions, so often and no more', async (order, failure) => {
    const struck = await orderFault(own.system, { ...order, operation: 'DescribeTable', caller: 'account', count: 2 });
    await expect(describeTable()).rejects.toMatchObject(failure);
    await expect(describeTable()).rejects.toMatchObject(failure);
    await describeTable();
    expect(await struck()).toBe(2);
    expect(await listFaults(own.system)).toMatchObject([{ ...order, ended: true }]);
  });

  test('of latency makes a call wait, and does nothing when its time is over', async () => {
    const operation = 'DescribeTable';
    const struck = await orderFault(own.system, {
      ...{ service: 'dynamodb', kind: 'latency', operation, milliseconds: 400, seconds: 1 },
    });
    const began = Date.now();
    await describeTable();
    expect(Date.now() - began).toBeGreaterThanOrEqual(400);
    await until('the end of the fault', async () => (await listFaults(own.system)).every(({ ended }) => ended));
    await describeTable();
    expect(await struck()).toBe(1);
  });

  test.each([
    ['{', 'expected object'],
    [{ service: 'dynamo', kind: 'throttle' }, 'must be one of cognito-idp, dynamodb, execute-api, iot, iotdata'],
    [{ service: 'dynamodb', kind: 'duplicate' }, 'of dynamodb must be one of latency, throttle, error, drop'],
    [{ service: 'mqtt', kind: 'throttle' }, 'of mqtt must be one of drop, duplicate, reorder'],
    [{ service: 'mqtt', kind: 'drop', operation: 'Publish' }, 'means nothing to drop of mqtt'],
    [{ service: 's3', kind: 'latency' }, 'latency needs it'],
    [{ service: 's3', kind: 'drop', probability: 2 }, 'probability'],
    [{ service: 's3', kind: 'drop', times: 2 }, 'times'],
  ])('that can not be understood is refused: %j', async (order, reason) => {
    const { status, body } = await postFault(own.system, typeof order === 'string' ? order : JSON.stringify(order));
    expect(status).toBe(400);
    expect((body as { error: string }).error).toContain(reason);
    expect(await listFaults(own.system)).toEqual([]);
  });

  test('from a web page is refused', async () => {
    const order = JSON.stringify({ service: 's3', kind: 'drop' });
    expect((await postFault(own.system, order, 'text/plain')).status).toBe(415);
  });

  test('is given, shown and taken back at the command line', async () => {
    const faults = (...args: string[]) => runScript('faults.ts', args, { FIELDLINE_OUTPUTS: own.launched.outputsFile });
    const added = await faults('add', 's3', 'error', '--operation', 'DeleteObject', '--count', '3', '--after');
    expect(added.output).toMatch(/^\d+: s3 error --operation DeleteObject --after --count 3 \(struck 0 times\)\n$/);
    expect((await faults('list')).output).toBe(added.output);
    expect((await faults('clear')).output).toBe('1 cleared\n');
    expect((await faults('list')).output).toBe('No fault is ordered.\n');
    expect(await faults('add', 's4', 'error')).toMatchObject({
      code: 1,
      output: expect.stringContaining('must be one'),
    });
    expect(await faults('add', 's3')).toMatchObject({ code: 2, output: expect.stringContaining('--help') });
    expect((await faults('--help')).output).toContain('npm run faults -- add timestream error');
  });
});
