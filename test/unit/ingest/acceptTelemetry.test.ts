import '../platform/silent.ts';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acceptTelemetry, signedPath } from '../../../functions/ingest/acceptTelemetry.ts';
import type { Device } from '../../../functions/model/device.ts';
import { verifySignature } from '../../../functions/platform/access/apiKeySignature.ts';
import { limitRate } from '../../../functions/platform/http/rateLimit.ts';
import { deviceItem } from '../../../functions/platform/records/registry.ts';
import { ingestBatch } from '../../../functions/telemetry/ingestBatch.ts';
import { messageIdOf } from '../../../functions/telemetry/messageIdOf.ts';
import type { DeviceProfile } from '../../../functions/telemetry/reading.ts';
import { routedMessage } from '../../../functions/telemetry/routedMessage.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { pipeline } from '../telemetry/pipeline.ts';
import { profileOf, queued, routed } from '../telemetry/samples.ts';
import { ingestTables, putKey, signed, type TestKey } from './signedBy.ts';

async function way({ perMinute = 1000 } = {}) {
  const db = ingestTables();
  const sqs = recordingClient();
  const accept = acceptTelemetry({
    db,
    devicesTable: 'devices',
    sqs,
    telemetryQueueUrl: 'queue',
    verify: verifySignature({ db, directoryTable: 'directory', ephemeralTable: 'ephemeral' }),
    limitKey: limitRate({ db, tableName: 'ephemeral', perMinute }),
    limitAddress: limitRate({ db, tableName: 'ephemeral', perMinute }),
  });
  const register = async (deviceId: string, more: Partial<Device> = {}) => {
    const at = '2026-01-31T12:00:00.000Z';
    const base = {
      name: deviceId,
      kind: 'device' as const,
      status: 'active' as const,
      metadata: {},
      configuration: {},
    };
    const device: Device = {
      ...base,
      deviceId,
      applicationId: 'plant',
      version: 1,
      createdAt: at,
      updatedAt: at,
      ...more,
    };
    await db.send(new PutCommand({ TableName: 'devices', Item: deviceItem(device) }));
  };
  const send = (key: TestKey, deviceId: string, payload: Buffer, over = deviceId) =>
    accept({
      claims: signed(key, { method: 'POST', path: signedPath(over), body: payload }, { timestamp: String(Date.now()) }),
      deviceId,
      payload,
      receivedAt: 1_769_860_800_000,
      requestId: 'request-1',
      sourceIp: '192.0.2.1',
    });
  return { db, sqs, register, send };
}

const payload = Buffer.from('{"messageId": "m-1", "temperature": 21.5}');

describe('a payload that is signed', () => {
  test('goes to the queue of the topic rule, as the rule would send it', async () => {
    const { db, sqs, register, send } = await way();
    await register('boiler-7');
    const key = await putKey(db);
    expect(await send(key, 'boiler-7', payload)).toEqual({
      id: 'boiler-7~m-1',
      deviceId: 'boiler-7',
      messageId: 'm-1',
      href: '/api/messages/boiler-7~m-1',
    });
    expect(sqs.calls).toHaveLength(1);
    const { QueueUrl, MessageBody } = sqs.calls[0]?.input ?? {};
    expect(QueueUrl).toBe('queue');
    expect(routedMessage.parse(JSON.parse(MessageBody))).toEqual({
      payload: payload.toString('base64'),
      deviceId: 'boiler-7',
      clientId: `apiKey:${key.stored.keyId}`,
      principal: `apiKey:plant.${key.stored.keyId}`,
      receivedAt: 1_769_860_800_000,
      traceId: 'request-1',
      attempt: 0,
    });
  });

  test('is told the id that the pipeline will give it, whatever it is', async () => {
    const json = fc.oneof(
      fc.record({ messageId: fc.oneof(fc.string(), fc.constant('m-1')), flow: fc.float() }, { requiredKeys: [] }),
      fc.record({ id: fc.constant('m-2'), type: fc.constant('telemetry'), payload: fc.record({ flow: fc.integer() }) }),
      fc.array(fc.record({ messageId: fc.constant('m-3'), flow: fc.integer() })),
      fc.json().map((text) => JSON.parse(text)),
    );
    const bytes = fc.oneof(
      json.map((value) => Buffer.from(JSON.stringify(value))),
      fc.uint8Array().map((array) => Buffer.from(array)),
    );
    const profiles = fc.constantFrom<Partial<DeviceProfile>>({}, { format: 'envelope' }, { status: 'disabled' });
    await fc.assert(
      fc.asyncProperty(bytes, profiles, async (sent, more) => {
        const message = routed(sent);
        const { dependencies, kept } = pipeline();
        await ingestBatch({ ...dependencies, readProfiles: async () => () => profileOf(more) })([queued(message)], {
          getRemainingTimeInMillis: () => 1000,
        });
        expect(kept.records.map(({ messageId }) => messageId)).toEqual([messageIdOf(sent, message, profileOf(more))]);
      }),
    );
  });

  test('of 128 KB is taken, of a byte more is not', async () => {
    const { db, sqs, register, send } = await way();
    await register('boiler-7');
    const key = await putKey(db);
    await send(key, 'boiler-7', Buffer.alloc(131_072, 'x'));
    await expect(send(key, 'boiler-7', Buffer.alloc(131_073, 'x'))).rejects.toMatchObject({ status: 413 });
    expect(sqs.calls).toHaveLength(1);
  });

  test('for one device is none for another', async () => {
    const { db, sqs, register, send } = await way();
    await Promise.all([register('a'), register('b')]);
    await expect(send(await putKey(db), 'b', payload, 'a')).rejects.toMatchObject({ status: 401 });
    expect(sqs.calls).toEqual([]);
  });
});

describe('a key', () => {
  test.each([
    ['of the application', {}, 'boiler-7', true],
    ['of the device', { deviceId: 'boiler-7' }, 'boiler-7', true],
    ["of the device's gateway", { deviceId: 'gateway-1' }, 'boiler-7', true],
    ['of another device', { deviceId: 'boiler-8' }, 'boiler-7', false],
    ["of a gateway, for another gateway's device", { deviceId: 'gateway-1' }, 'boiler-8', false],
    ['of another application', { applicationId: 'other' }, 'boiler-7', false],
    ['for a device that the registry does not know', {}, 'nobody', false],
  ])('%s', async (_, more, deviceId, isGood) => {
    const { db, sqs, register, send } = await way();
    await register('boiler-7', { gatewayId: 'gateway-1' });
    await register('boiler-8');
    const outcome = send(await putKey(db, more), deviceId, payload);
    if (isGood) await outcome;
    // Foreign and absent are not told apart.
    else await expect(outcome).rejects.toMatchObject({ status: 404, message: `There is no device '${deviceId}'.` });
    expect(sqs.calls).toHaveLength(isGood ? 1 : 0);
  });

  test('may send so often in a minute; another is not slowed by it', async () => {
    const { db, register, send } = await way({ perMinute: 10 });
    await register('boiler-7');
    const [key, other] = [await putKey(db), await putKey(db)];
    const outcomes: unknown[] = [];
    // A minute may end meanwhile: in two there are twice as many.
    for (let index = 0; index < 25; index += 1)
      outcomes.push(
        await send(key, 'boiler-7', payload).then(
          () => 202,
          (error) => error.status,
        ),
      );
    expect(outcomes).toContain(429);
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill(202));
    await send(other, 'boiler-7', payload);
  });
});

test('an address that sends what is not signed is told to wait, at last', async () => {
  const { db, register, send } = await way({ perMinute: 10 });
  await register('boiler-7');
  const wrong = { ...(await putKey(db)), secretHash: '00'.repeat(32) };
  const outcomes: unknown[] = [];
  for (let index = 0; index < 25; index += 1)
    outcomes.push(await send(wrong, 'boiler-7', payload).catch((error) => error.status));
  expect(new Set(outcomes)).toEqual(new Set([401, 429]));
});
