import { months, splitPattern, weekdays } from './timePattern.ts';
import { offsetAt, offsetText, shortZoneName, type TimeZone } from './timeZone.ts';

export type TimeFormat = (time: number, zone: TimeZone) => string | undefined;

/** One moment on the clocks of a zone; `local` holds them in its UTC fields. */
interface Moment {
  readonly local: Date;
  readonly time: number;
  readonly zone: TimeZone;
}

const number = (read: (local: Date) => number) => (moment: Moment, count: number) =>
  String(read(moment.local)).padStart(count, '0');
const name = (names: readonly string[], read: (local: Date) => number) => (moment: Moment, count: number) => {
  const full = names[read(moment.local)] ?? '';
  return count < 4 ? full.slice(0, 3) : full;
};
const monthNumber = number((local) => local.getUTCMonth() + 1);
const monthName = name(months, (local) => local.getUTCMonth());
const year = (moment: Moment, count: number) => {
  const full = moment.local.getUTCFullYear();
  return count === 2 ? String(full % 100).padStart(2, '0') : String(full).padStart(count, '0');
};

/** Letters of Joda-Time's DateTimeFormat. Century, week and weekyear are not here. */
const letters: Readonly<Record<string, (moment: Moment, count: number) => string | undefined>> = {
  G: ({ local }) => (local.getUTCFullYear() > 0 ? 'AD' : 'BC'),
  y: year,
  Y: year,
  D: number((local) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000) + 1),
  M: (moment, count) => (count < 3 ? monthNumber : monthName)(moment, count),
  d: number((local) => local.getUTCDate()),
  e: number((local) => local.getUTCDay() || 7),
  E: name(weekdays, (local) => local.getUTCDay()),
  a: ({ local }) => (local.getUTCHours() < 12 ? 'AM' : 'PM'),
  K: number((local) => local.getUTCHours() % 12),
  h: number((local) => local.getUTCHours() % 12 || 12),
  H: number((local) => local.getUTCHours()),
  k: number((local) => local.getUTCHours() || 24),
  m: number((local) => local.getUTCMinutes()),
  s: number((local) => local.getUTCSeconds()),
  S: ({ local }, count) => String(local.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count),
  z: ({ zone, time }) => shortZoneName(zone, time),
  Z: ({ zone, time }, count) => {
    if (count > 2 && typeof zone === 'string') return zone;
    return offsetText(offsetAt(zone, time), count === 1 ? '' : ':');
  },
};

/** Compiles a pattern of `parse_time`, or says why it isn't honoured. */
export function compileTimeFormat(pattern: string): TimeFormat | string {
  const parts = splitPattern(pattern);
  if (!parts) return `the pattern ${pattern} has a quote that is not closed`;
  for (const part of parts) {
    if ('letter' in part && !Object.hasOwn(letters, part.letter))
      return `the letter ${part.letter} of the pattern ${pattern} is not honoured`;
    if ('letter' in part && part.letter === 'z' && part.count > 3)
      return `the long name of a zone (${pattern}) is not honoured`;
  }
  return (time, zone) => {
    const local = new Date(time + offsetAt(zone, time));
    if (Number.isNaN(local.getTime())) return undefined;
    const texts = parts.map((part) =>
      'text' in part ? part.text : letters[part.letter]?.({ local, time, zone }, part.count),
    );
    return texts.includes(undefined) ? undefined : texts.join('');
  };
}
