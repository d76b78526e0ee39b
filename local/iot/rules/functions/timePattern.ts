/** A run of one letter, or text that stands for itself. */
export type PatternPart = { readonly letter: string; readonly count: number } | { readonly text: string };

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Splits a date and time pattern of Java's kind: letters, 'quoted text' with '' for a quote, the rest as it stands. */
export function splitPattern(pattern: string): PatternPart[] | undefined {
  const parts: PatternPart[] = [];
  let position = 0;
  for (const [found, quoted] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    if (found[0] === "'") parts.push({ text: quoted === '' ? "'" : (quoted ?? '').replaceAll("''", "'") });
    else if (/[A-Za-z]/.test(found)) parts.push({ letter: found[0] ?? '', count: found.length });
    else parts.push({ text: found });
    position += found.length;
  }
  return position === pattern.length ? parts : undefined;
}
