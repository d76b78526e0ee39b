import { describe, expect, test } from '@jest/globals';
import { appliedKeepAlive, refuseTopic } from '../../../../../local/iot/broker/limits.ts';
import { refuseReservedPublish, refuseReservedSubscribe } from '../../../../../local/iot/broker/reservedTopics.ts';

// AWS: "Reserved topics"
describe('reserved topics', () => {
  const services = [{ takes: (topic: string) => topic === '$aws/things/a/shadow/get', handle() {} }];
  test.each<[topic: string, retain: boolean, allowed: boolean]>([
    ['a/b', true, true],
    ['$aws/things/a/shadow/get', false, true],
    ['$aws/things/a/shadow/get', true, false],
    ['$aws/things/a/shadow/get/accepted', false, false],
    ['$aws/rules/rule/topic', false, true],
    ['$aws/events/presence/connected/a', false, false],
    ['$aws/things/a/jobs/get', false, false],
    ['$SYS/broker', false, false],
  ])('publishing to %s, retained: %s, is allowed: %s', (topic, retain, allowed) => {
    expect(refuseReservedPublish(topic, retain, services) === undefined).toBe(allowed);
  });

  test.each<[filter: string, allowed: boolean]>([
    ['a/#', true],
    ['$aws/things/a/shadow/update/delta', true],
    ['$aws/things/+/shadow/#', true],
    ['$aws/things/a/#', true],
    ['$aws/events/#', true],
    ['$aws/events/presence/+/a', true],
    ['$aws/certificates/create/json/accepted', true],
    ['$aws/provisioning-templates/t/provision/json/+', true],
    ['$aws/things/a/jobs/notify', false],
    ['$aws/certificates/create/cbor/accepted', false],
    ['$share/group/a', false],
    ['$SYS/#', false],
  ])('subscribing to %s is allowed: %s', (filter, allowed) => {
    expect(refuseReservedSubscribe(filter) === undefined).toBe(allowed);
  });
});

// AWS: "AWS IoT Core endpoints and quotas"
describe('limits', () => {
  test.each<[topic: string, allowed: boolean]>([
    ['1/2/3/4/5/6/7/8', true],
    ['1/2/3/4/5/6/7/8/9', false],
    ['$aws/rules/rule/1/2/3/4/5/6/7/8', true],
    ['$aws/rules/rule/1/2/3/4/5/6/7/8/9', false],
    ['x'.repeat(256), true],
    ['x'.repeat(257), false],
  ])('of the topic %s: %s', (topic, allowed) => {
    expect(refuseTopic(topic) === undefined).toBe(allowed);
  });

  test.each([
    [0, 1200],
    [undefined, 1200],
    [5, 30],
    [60, 60],
    [5000, 1200],
  ])('a keep-alive of %s is taken as %s', (requested, applied) => {
    expect(appliedKeepAlive(requested)).toBe(applied);
  });
});
