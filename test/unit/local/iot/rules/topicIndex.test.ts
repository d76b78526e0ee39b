import { describe, expect, test } from '@jest/globals';
import { createTopicIndex } from '../../../../../local/iot/rules/topicIndex.ts';

describe('the index of topic filters', () => {
  test('answers every entry whose filter takes the topic, also of filters that came after the first look', () => {
    const index = createTopicIndex<string>();
    index.set('one', 'a/+', 'first');
    expect(index.match('a/b')).toEqual(['first']);
    index.set('two', 'a/#', 'second');
    expect(index.match('a/b')).toEqual(['first', 'second']);
    expect(index.match('b')).toEqual([]);
  });

  test('takes a topic by the same filters as a subscription: no parent of #, no reserved topic by a wildcard', () => {
    const index = createTopicIndex<string>();
    index.set('one', 'a/#', 'below a');
    index.set('two', '#', 'all');
    expect([index.match('a'), index.match('a/'), index.match('$aws/events/x')]).toEqual([
      ['all'],
      ['below a', 'all'],
      [],
    ]);
  });

  test('replaces the filter of an entry that is set again', () => {
    const index = createTopicIndex<string>();
    index.set('one', 'a', 'old');
    index.match('a');
    index.set('one', 'b', 'new');
    expect([index.match('a'), index.match('b')]).toEqual([[], ['new']]);
  });
});
