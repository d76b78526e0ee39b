import { filterTakes } from '../topicFilter.ts';

/** Which entries' topic filters match a topic. Answers are remembered, so a publish costs one look-up however many rules there are. */
export interface TopicIndex<Entry> {
  set(key: string, filter: string, entry: Entry): void;
  delete(key: string): void;
  match(topic: string): readonly Entry[];
}

const rememberedTopics = 50_000;

export function createTopicIndex<Entry>(): TopicIndex<Entry> {
  const entries = new Map<string, { filter: string; entry: Entry }>();
  const remembered = new Map<string, readonly Entry[]>();
  return {
    set(key, filter, entry) {
      entries.set(key, { filter, entry });
      remembered.clear();
    },
    delete(key) {
      if (entries.delete(key)) remembered.clear();
    },
    match(topic) {
      let found = remembered.get(topic);
      if (!found) {
        found = [...entries.values()].filter(({ filter }) => filterTakes(filter, topic)).map(({ entry }) => entry);
        if (remembered.size >= rememberedTopics) remembered.clear();
        remembered.set(topic, found);
      }
      return found;
    },
  };
}
