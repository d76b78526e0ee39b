/** Which entries' topic filters match a topic. Answers are remembered, so a publish costs one look-up however many rules there are. */
export interface TopicIndex<Entry> {
  set(key: string, filter: string, entry: Entry): void;
  delete(key: string): void;
  match(topic: string): readonly Entry[];
}

const rememberedTopics = 50_000;

export function createTopicIndex<Entry>(): TopicIndex<Entry> {
  const entries = new Map<string, { filter: readonly string[]; entry: Entry }>();
  const remembered = new Map<string, readonly Entry[]>();
  return {
    set(key, filter, entry) {
      entries.set(key, { filter: filter.split('/'), entry });
      remembered.clear();
    },
    delete(key) {
      if (entries.delete(key)) remembered.clear();
    },
    match(topic) {
      let found = remembered.get(topic);
      if (!found) {
        const levels = topic.split('/');
        found = [...entries.values()].filter(({ filter }) => filterMatches(filter, levels)).map(({ entry }) => entry);
        if (remembered.size >= rememberedTopics) remembered.clear();
        remembered.set(topic, found);
      }
      return found;
    },
  };
}

/** MQTT topic filter match (MQTT 3.1.1 §4.7): `+` one level, `#` the rest; wildcards first in a filter don't match `$` topics. */
export function filterMatches(filter: readonly string[], levels: readonly string[]): boolean {
  if (levels[0]?.startsWith('$') && (filter[0] === '+' || filter[0] === '#')) return false;
  for (let index = 0; index < filter.length; index += 1) {
    if (filter[index] === '#') return true;
    if (index >= levels.length || (filter[index] !== '+' && filter[index] !== levels[index])) return false;
  }
  return filter.length === levels.length;
}
