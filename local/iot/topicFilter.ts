/**
 * Whether a topic filter takes a topic: `a/#` takes `a/` and what is below, not its parent `a` (AWS: "MQTT", AWS IoT differences
 * from MQTT version specifications; "MQTT topics", topic filters; rules subscribe by the same filters: "FROM clause"). A
 * wildcard at the start takes no reserved topic. A policy doesn't ask this: to it, `+` and `#` are plain characters.
 */
export function filterTakes(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (let index = 0; index < wanted.length; index += 1) {
    if (wanted[index] === '#') return index < levels.length;
    if (index >= levels.length || (wanted[index] !== '+' && wanted[index] !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

export const hasWildcard = (filter: string) => /[+#]/.test(filter);
