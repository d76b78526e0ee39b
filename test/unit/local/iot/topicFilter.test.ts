import { describe, expect, test } from '@jest/globals';
import { filterTakes } from '../../../../local/iot/topicFilter.ts';

// AWS: "MQTT", AWS IoT differences from MQTT version specifications; "MQTT topics", topic filters; "FROM clause"
describe('a topic filter', () => {
  test.each<[filter: string, topic: string, takes: boolean]>([
    ['sensor/#', 'sensor/', true],
    ['sensor/#', 'sensor/temperature', true],
    ['sensor/#', 'sensor/temperature/room1', true],
    ['sensor/#', 'sensor', false],
    ['sensor/+/#', 'sensor/temperature', false],
    ['sensor/+/room1', 'sensor/temperature/room1', true],
    ['sensor/+/room1', 'sensor/moisture/room2', false],
    ['sensor/+', 'sensor', false],
    ['sensor/+', 'sensor/', true],
    ['+/+/a', 'x/y/a', true],
    ['+', 'a/b', false],
    ['#', 'sensor', true],
    ['#', 'a/b/c', true],
    ['#', '$aws/events/presence/connected/a', false],
    ['+/events/#', '$aws/events/presence', false],
    ['$aws/events/#', '$aws/events/presence/connected/a', true],
    ['$aws/things/+/shadow/update', '$aws/things/a/shadow/update', true],
    ['topic/#', 'topic-2/subtopic-x', false],
    ['topic/subtopic', 'topic/subtopic-2', false],
    ['a//b', 'a//b', true],
    ['a/+/b', 'a//b', true],
    ['sensor', 'sensor', true],
    ['sensor', 'Sensor', false],
  ])('%s takes %s: %s', (filter, topic, takes) => {
    expect(filterTakes(filter, topic)).toBe(takes);
  });
});
