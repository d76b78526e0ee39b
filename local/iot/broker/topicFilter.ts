/**
 * Whether a topic filter takes a topic, as AWS IoT Core's broker sees it: `a/#` does not take `a` itself, and a wildcard at the
 * start takes no reserved topic (AWS: "MQTT", differences from the specifications).
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
