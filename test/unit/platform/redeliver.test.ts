import './silent.ts';
import { expect, test } from '@jest/globals';
import { responseTopics } from '../../../functions/commands/protocol.ts';
import { redeliver } from '../../../functions/platform/redeliver.ts';
import { ruleTargets as presenceRules } from '../../../functions/presence/ruleTargets.ts';
import { ruleTargets } from '../../../functions/provisioning/ruleTargets.ts';
import { noon, queued } from '../telemetry/samples.ts';
import { recordingClient } from './recordingClient.ts';

const rules = [
  ...ruleTargets({ announcements: 'announcements', certificates: 'requests' }),
  ...presenceRules({ presence: 'presence', heartbeats: 'heartbeats' }),
  { topic: responseTopics, queueUrl: 'responses' },
];
const error = (topic: string) =>
  queued({
    ruleName: 'rule',
    topic,
    cloudwatchTraceId: 'trace',
    clientId: 'boiler-7',
    base64OriginalPayload: Buffer.from('{}').toString('base64'),
    failures: [{ failedAction: 'SqsAction', failedResource: 'queue', errorMessage: 'throttled' }],
  });
const send = async (topic: string) => {
  const sqs = recordingClient();
  const records = [error(topic)];
  const { failed } = await redeliver({ sqs, rules })(records, { getRemainingTimeInMillis: () => 1000 });
  return { sent: sqs.calls.map(({ input }) => [input.QueueUrl, JSON.parse(input.MessageBody)]), failed };
};

test.each([
  ['devices/register/boiler-7', 'announcements', {}],
  ['devices/heartbeat/boiler-7', 'heartbeats', {}],
  ['$aws/events/presence/connected/boiler-7', 'presence', { event: 'connected' }],
  ['$aws/events/presence/disconnected/boiler-7', 'presence', { event: 'disconnected' }],
  ['$aws/events/subscriptions/subscribed/boiler-7', 'presence', { event: 'subscribed' }],
  ['devices/certificates/boiler-7/rotate', 'requests', { request: 'rotate' }],
  ['devices/commands/boiler-7/response', 'responses', {}],
  ['gateways/gate-1/devices/commands/boiler-7/response', 'responses', { gatewayId: 'gate-1' }],
])('what the rule of %s could not deliver comes into its queue', async (topic, queue, more) => {
  const { sent, failed } = await send(topic);
  expect(sent).toEqual([
    [
      queue,
      {
        payload: 'e30=',
        deviceId: 'boiler-7',
        clientId: 'boiler-7',
        receivedAt: noon + 5,
        traceId: 'trace',
        ...more,
      },
    ],
  ]);
  expect(failed).toEqual([]);
});

test.each(['devices/telemetry/boiler-7', 'devices/register/', 'devices/register/a/b/c'])(
  'what is not of these rules goes to the dead letters: %s',
  async (topic) => {
    const { sent, failed } = await send(topic);
    expect(sent).toEqual([]);
    expect(failed).toHaveLength(1);
  },
);
