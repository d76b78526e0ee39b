import { describe, expect, test } from '@jest/globals';
import { attributesOf, eventEnvelope, fromEnvelope, toEnvelope } from '../../../functions/events/envelope.ts';
import { severityOf } from '../../../functions/events/severity.ts';
import { envelopeWith, eventWith, offline } from './samples.ts';

describe('an event as it is published', () => {
  test('has the fields of the documents’ event message', () => {
    expect(envelopeWith()).toEqual({
      id: offline.eventId,
      source: 'system',
      type: 'event',
      event_type: 'device.offline',
      payload: offline.data,
      timestamp: offline.at,
      metadata: {
        applicationId: 'plant',
        entity: 'device:boiler-7',
        sourceKind: 'system',
        severity: 'warning',
        deviceType: 'boiler',
        roomId: 'hall',
        location: 'north wing',
      },
    });
  });

  test.each([
    ['with metadata', offline],
    ['without', eventWith({ metadata: undefined })],
  ])('is the event again, %s', (_, happened) => {
    const again = fromEnvelope(eventEnvelope.parse(JSON.parse(JSON.stringify(toEnvelope(happened)))));
    expect(again).toEqual(JSON.parse(JSON.stringify(happened)));
  });

  test.each([
    ['device:boiler-7', 'device'],
    ['user:4711', 'user'],
    ['apiKey:k1', 'user'],
    ['system', 'system'],
  ])('of %s comes from a %s', (actor, sourceKind) => {
    expect(attributesOf(envelopeWith({ actor }))).toMatchObject({ sourceKind });
  });

  test('can be filtered by what it is about, and by the name that a device gives it', () => {
    const told = envelopeWith({ type: 'device.event', data: { name: 'overheated', data: {} } });
    expect(attributesOf(told)).toEqual({
      eventType: 'device.event',
      entityKind: 'device',
      applicationId: 'plant',
      sourceKind: 'system',
      severity: 'info',
      deviceEvent: 'overheated',
    });
    expect(attributesOf(envelopeWith({ type: 'device.moved', data: { name: 'x' } }))).not.toHaveProperty('deviceEvent');
  });
});

test.each([
  ['device.registered', {}, 'info'],
  ['device.offline', {}, 'warning'],
  ['device.eventRefused', {}, 'warning'],
  ['device.commandEnded', { state: 'succeeded' }, 'info'],
  ['device.commandEnded', { state: 'timed-out' }, 'warning'],
  ['room.commandEnded', { state: 'failed' }, 'warning'],
  ['user.noted', { severity: 'critical' }, 'critical'],
  ['device.event', { name: 'overheated', data: { severity: 'critical' } }, 'critical'],
  ['device.event', { name: 'overheated', data: { severity: 'loud' } }, 'info'],
  ['device.offline', { severity: 'info' }, 'info'],
])('%s with %j is of severity %s', (type, data, severity) => {
  expect(severityOf({ type, data })).toBe(severity);
});
