import { describe, expect, test } from '@jest/globals';
import { ComposedApp } from './composedApp.ts';

const live = new ComposedApp({ profile: 'live' });
const thrifty = new ComposedApp({ profile: 'thrifty' });

/** Where messages end. People look into them, called by an alarm. */
const ends: Readonly<Record<string, string>> = {
  TelemetryDlq: 'quarantined and dead-lettered telemetry; its records in the messages table say why',
  ProvisioningDlq: 'announcements and certificate requests that were not understood or not handled',
  PresenceDlq: 'lifecycle events and heartbeats that were not understood or not handled',
  TwinDlq: 'updates of shadows that could not be recorded',
  EventsDlq:
    'device events that were refused, and events that could not be published or handled; the events table has them',
  GroupTimersDlq: 'timers of group commands that could not be handled for hours',
  GroupMailboxDlq: 'steps of group commands that failed; timers try them again',
  CommandsDlq: 'responses that were not understood; timers and reports of commands that were not handled',
  MailboxDlq: 'wake-ups of mailboxes that could not be looked into; timers look again',
  LiveDlq: 'live updates that could not be pushed; they are stored all the same',
};
const defaultVisibilitySeconds = 30;

function mappings(app: ComposedApp) {
  const queues = new Set(app.resources('AWS::SQS::Queue').map(({ name }) => `{${name}}`));
  const functions = new Map(
    app.resources('AWS::Lambda::Function').map(({ name, properties }) => [`{${name}}`, properties]),
  );
  return app
    .resources('AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => {
      const target = functions.get(app.text(properties.FunctionName));
      return { ...properties, queue: app.text(properties.EventSourceArn), timeout: target.Timeout as number };
    })
    .filter(({ queue }) => queues.has(queue));
}

describe.each(live.resources('AWS::SQS::Queue'))('queue $name', ({ name, properties }) => {
  test('gives up to a dead-letter queue, or is where messages end', () => {
    const deadLetters = properties.RedrivePolicy && live.text(properties.RedrivePolicy.deadLetterTargetArn);
    if (name in ends) expect(deadLetters).toBeUndefined();
    else {
      expect(live.resources('AWS::SQS::Queue').map((queue) => `{${queue.name}}`)).toContain(deadLetters);
      expect(properties.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(3);
    }
  });

  test('is consumed by one function, or raises an alarm', () => {
    const consumers = mappings(live).filter(({ queue }) => queue === `{${name}}`);
    const alarms = live
      .resources('AWS::CloudWatch::Alarm')
      .filter(({ properties: { Dimensions } }) => live.text(Dimensions[0].Value) === `{${name}}`);
    expect({ consumers: consumers.length, alarms: alarms.length }).toEqual(
      name in ends ? { consumers: 0, alarms: 1 } : { consumers: 1, alarms: 0 },
    );
  });

  test('is encrypted, speaks TLS only and keeps messages 14 days', () => {
    expect(properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    const statements = live
      .resources('AWS::SQS::QueuePolicy')
      .filter((policy) => live.text(policy.properties.Queues[0]) === `{${name}}`)
      .flatMap((policy) => policy.properties.PolicyDocument.Statement);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });
});

describe.each([
  ['live', live],
  ['thrifty', thrifty],
])('profile %s', (_, app) => {
  test('a message stays hidden for six timeouts of its function and the window of its batch', () => {
    const queues = new Map(app.resources('AWS::SQS::Queue').map(({ name, properties }) => [`{${name}}`, properties]));
    for (const { queue, timeout, MaximumBatchingWindowInSeconds: window = 0 } of mappings(app)) {
      const visibility = queues.get(queue)?.VisibilityTimeout ?? defaultVisibilitySeconds;
      expect({ queue, enough: visibility >= 6 * timeout + window }).toEqual({ queue, enough: true });
    }
  });

  test('one bad message never brings its neighbours back', () => {
    for (const { queue, FunctionResponseTypes } of mappings(app)) {
      expect({ queue, FunctionResponseTypes }).toEqual({ queue, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
  });
});

test('live hands over at once, ten messages at most, but for the archive of events and for timers', () => {
  for (const { queue, BatchSize, MaximumBatchingWindowInSeconds } of mappings(live)) {
    if (queue === '{EventsToAnalytics}') expect({ BatchSize }).toEqual({ BatchSize: 1000 });
    else if (queue === '{Timers}') expect({ BatchSize }).toEqual({ BatchSize: 50 });
    else {
      const size = queue === '{LivePresence}' ? 1 : 10;
      expect({ queue, BatchSize, MaximumBatchingWindowInSeconds }).toEqual({ queue, BatchSize: size });
    }
  }
});

test('thrifty gathers telemetry, heartbeats and timers in a window, and live updates and what people wait for not', () => {
  const batching = mappings(thrifty).map(({ queue, BatchSize, MaximumBatchingWindowInSeconds: window }) => [
    queue,
    BatchSize > 10 && window >= 1,
  ]);
  expect(Object.fromEntries(batching)).toEqual({
    '{Telemetry}': true,
    '{TelemetryRetry}': true,
    '{TelemetryPoison}': false,
    '{RuleErrors}': false,
    '{LivePresence}': false,
    '{LiveQueue}': false,
    '{Announcements}': false,
    '{CertificateRequests}': false,
    '{DeviceRuleErrors}': false,
    '{GroupMailbox}': false,
    '{GroupReports}': false,
    '{GroupTimers}': false,
    '{Heartbeats}': true,
    '{Mailbox}': false,
    '{ResponseRuleErrors}': false,
    '{Responses}': false,
    '{Timers}': true,
    '{Presence}': false,
    '{PresenceRuleErrors}': false,
    '{ShadowUpdates}': false,
    '{ShadowRuleErrors}': false,
    '{DeviceEvents}': false,
    '{EventRuleErrors}': false,
    '{EventsToActors}': false,
    '{EventsToNotify}': false,
    '{EventsToAnalytics}': true,
  });
});
