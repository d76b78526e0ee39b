import { describe, expect, test } from '@jest/globals';
import { createTopicIndex, filterMatches } from '../../../../../local/iot/rules/topicIndex.ts';

// AWS: "FROM clause", "MQTT topics" (topic filters); MQTT 3.1.1 §4.7
describe('a topic filter', () => {
  test.each<[filter: string, topic: string, matches: boolean]>([
    ['topic/subtopic', 'topic/subtopic', true],
    ['topic/subtopic', 'topic/subtopic-2', false],
    ['topic/#', 'topic/subtopic', true],
    ['topic/#', 'topic/subtopic-3/details', true],
    ['topic/#', 'topic', true],
    ['topic/#', 'topic-2/subtopic-x', false],
    ['topic/+', 'topic/subtopic', true],
    ['topic/+', 'topic/subtopic-3/details', false],
    ['topic/+', 'topic', false],
    ['topic/+', 'topic/', true],
    ['+/+/a', 'x/y/a', true],
    ['+', 'a/b', false],
    ['#', 'a/b/c', true],
    ['#', '$aws/things/a/shadow/update', false],
    ['+/things/#', '$aws/things/a', false],
    ['$aws/things/+/shadow/update', '$aws/things/a/shadow/update', true],
    ['a//b', 'a//b', true],
    ['a/+/b', 'a//b', true],
  ])('%s takes %s: %j', (filter, topic, matches) => {
    expect(filterMatches(filter.split('/'), topic.split('/'))).toBe(matches);
  });
});

describe('the index of topic filters', () => {
  test('answers every entry whose filter takes the topic, also of filters that came after the first look', () => {
    const index = createTopicIndex<string>();
    index.set('one', 'a/+', 'first');
    expect(index.match('a/b')).toEqual(['first']);
    index.set('two', 'a/#', 'second');
    expect(index.match('a/b')).toEqual(['first', 'second']);
    expect(index.match('b')).toEqual([]);
  });

  test('replaces the filter of an entry that is set again', () => {
    const index = createTopicIndex<string>();
    index.set('one', 'a', 'old');
    index.match('a');
    index.set('one', 'b', 'new');
    expect([index.match('a'), index.match('b')]).toEqual([[], ['new']]);
  });
});
