import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import { readArrival } from '../../../functions/telemetry/arrival.ts';
import { sendToRetry } from '../../../functions/telemetry/forward.ts';
import { reroute } from '../../../functions/telemetry/reroute.ts';
import { fromRuleError } from '../../../functions/telemetry/ruleError.ts';
import { sourceOf } from '../../../functions/telemetry/topics.ts';
import { down, recordingClient } from '../platform/recordingClient.ts';
import { noon, queued } from './samples.ts';

/** AWS IoT Developer Guide, "Error action message format". */
const ruleError = (more: object = {}) => ({
  ruleName: 'fieldline_telemetry',
  topic: 'devices/telemetry/boiler-7',
  cloudwatchTraceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
  clientId: 'boiler-7',
  base64OriginalPayload: Buffer.from('{"flow": 1}').toString('base64'),
  failures: [{ failedAction: 'SqsAction', failedResource: 'telemetry', errorMessage: 'throttled' }],
  ...more,
});

describe('what a rule could not deliver', () => {
  test('is the message that the rule would have made', () => {
    expect(fromRuleError(JSON.stringify(ruleError()), noon)).toEqual({
      payload: Buffer.from('{"flow": 1}').toString('base64'),
      deviceId: 'boiler-7',
      clientId: 'boiler-7',
      receivedAt: noon,
      traceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
      attempt: 0,
      failure: 'rule fieldline_telemetry: SqsAction: throttled',
    });
  });

  test.each([
    ['devices/telemetry/boiler-7', 'boiler-7'],
    ['$aws/rules/fieldline_telemetry/devices/telemetry/boiler-7', 'boiler-7'],
    ['devices/telemetry/boiler-7/more', undefined],
    ['devices/commands/boiler-7', undefined],
    ['devices/telemetry/', undefined],
    ['gateways/gate-1/devices/telemetry/boiler-7', 'boiler-7'],
    ['gateways/devices/telemetry/boiler-7', undefined],
  ])('on the topic %s belongs to %s', (topic, deviceId) => {
    expect(sourceOf(topic)?.deviceId).toBe(deviceId);
  });

  test('of a gateway names it', () => {
    const topic = '$aws/rules/fieldline_gateway_telemetry/gateways/gate-1/devices/telemetry/boiler-7';
    expect(fromRuleError(JSON.stringify(ruleError({ topic })), noon)).toMatchObject({
      deviceId: 'boiler-7',
      gatewayId: 'gate-1',
    });
  });

  test.each([
    'no JSON',
    '{}',
    JSON.stringify(ruleError({ topic: 'other/topic' })),
    JSON.stringify(ruleError({ base64OriginalPayload: '%' })),
  ])('is refused when it is not that: %s', (body) => {
    expect(() => fromRuleError(body, noon)).toThrow();
  });
});

describe('rerouting', () => {
  const rerouting = (sqs: ReturnType<typeof recordingClient>) =>
    reroute({ sendToRetry: sendToRetry({ sqs, queueUrl: 'retry' }) });
  const context = { getRemainingTimeInMillis: () => 1000 };

  test('sends it on another round, as the queue would have brought it', async () => {
    const sqs = recordingClient();
    expect(await rerouting(sqs)([queued(ruleError())], context)).toEqual({ failed: [] });
    const [entry] = sqs.calls[0]?.input.Entries ?? [];
    const arrival = readArrival(queued(entry.MessageBody));
    expect(arrival.malformed).toBeUndefined();
    expect(arrival.message).toMatchObject({ deviceId: 'boiler-7', receivedAt: noon + 5, attempt: 1 });
    expect(arrival.bytes.toString()).toBe('{"flow": 1}');
  });

  test('leaves what it does not understand to SQS, and its neighbours go', async () => {
    const sqs = recordingClient();
    const stranger = queued('no JSON', 'sqs-2');
    expect(await rerouting(sqs)([queued(ruleError()), stranger], context)).toEqual({ failed: [stranger] });
    expect(sqs.calls[0]?.input.Entries).toHaveLength(1);
  });

  test('leaves all to SQS when the retry queue is down', async () => {
    const records = [queued(ruleError()), queued('no JSON', 'sqs-2')];
    const { failed } = await rerouting(recordingClient(down()))(records, context);
    expect(new Set(failed)).toEqual(new Set(records));
  });
});
