import { months, splitPattern, weekdays } from './timePattern.ts';
import { offsetAt, parseZone, type TimeZone } from './timeZone.ts';

/** Epoch milliseconds; Undefined for a text that the pattern doesn't fit. */
export type TimeParser = (text: string) => number | undefined;

/** What a text says of a moment. */
interface Fields {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  half?: number;
  minute?: number;
  second?: number;
  milli?: number;
  zone?: TimeZone | undefined;
}

interface Letter {
  /** Expression of the text that a run of `count` takes. */
  readonly form: (count: number) => string;
  readonly read: (text: string, count: number) => Fields;
}

const digits = (count: number) => (count === 1 ? '\\d{1,2}' : `\\d{${count}}`);
const field = (name: keyof Fields, turn = (value: number) => value): Letter => ({
  form: digits,
  read: (text) => ({ [name]: turn(Number(text)) }),
});
const brief = (names: readonly string[]) => names.map((name) => name.slice(0, 3));
const year: Letter = {
  form: (count) => (count === 2 ? '\\d{2}' : `\\d{${count},9}`),
  read: (text, count) => ({ year: Number(text) + (count === 2 ? 2000 : 0) }),
};
const month: Letter = {
  form: (count) => (count < 3 ? digits(count) : (count === 3 ? brief(months) : months).join('|')),
  read: (text, count) => ({ month: count < 3 ? Number(text) : brief(months).indexOf(text.slice(0, 3)) + 1 }),
};
const zone = (form: string): Letter => ({ form: () => form, read: (text) => ({ zone: parseZone(text) }) });
const zoneId = zone('[A-Za-z][A-Za-z0-9_+:/-]*|[+-]\\d{1,2}(?::?\\d{2})?');

/** Letters of Java's DateTimeFormatter. Weeks, quarters and the week's own year are not here. */
const letters: Readonly<Record<string, Letter>> = {
  G: { form: () => 'AD', read: () => ({}) },
  u: year,
  y: year,
  M: month,
  L: month,
  d: field('day'),
  E: { form: (count) => (count < 4 ? brief(weekdays) : weekdays).join('|'), read: () => ({}) },
  a: { form: () => 'AM|PM', read: (text) => ({ half: text === 'PM' ? 12 : 0 }) },
  H: field('hour'),
  k: field('hour', (hour) => hour % 24),
  h: field('hour', (hour) => hour % 12),
  K: field('hour'),
  m: field('minute'),
  s: field('second'),
  S: { form: (count) => `\\d{${count}}`, read: (text) => ({ milli: Math.floor(Number(`0.${text}`) * 1000 + 1e-9) }) },
  n: { form: () => '\\d{1,9}', read: (text) => ({ milli: Math.floor(Number(text) / 1e6) }) },
  V: zoneId,
  z: zoneId,
  O: zone('GMT(?:[+-]\\d{1,2}(?::\\d{2})?)?'),
  X: zone('Z|[+-]\\d{2}(?::?\\d{2})?'),
  x: zone('[+-]\\d{2}(?::?\\d{2})?'),
  Z: zone('Z|(?:GMT)?[+-]\\d{2}:?\\d{2}'),
};

/** Compiles a pattern of `time_to_epoch`, or says why it isn't honoured. */
export function compileTimeParser(pattern: string): TimeParser | string {
  const parts = splitPattern(pattern);
  if (!parts) return `the pattern ${pattern} has a quote that is not closed`;
  const groups: Array<{ letter: Letter; count: number }> = [];
  let form = '';
  for (const part of parts) {
    if ('text' in part) {
      if (/[[\]{}#]/.test(part.text)) return `optional parts of a pattern (${pattern}) are not honoured`;
      form += part.text.replace(/[\\^$.*+?()|/]/g, '\\$&');
    } else {
      const letter = Object.hasOwn(letters, part.letter) ? letters[part.letter] : undefined;
      if (!letter) return `the letter ${part.letter} of the pattern ${pattern} is not honoured`;
      groups.push({ letter, count: part.count });
      form += `(${letter.form(part.count)})`;
    }
  }
  const expression = new RegExp(`^${form}$`);
  return (text) => {
    const found = expression.exec(text);
    if (!found) return undefined;
    return toEpoch(
      Object.assign(
        {},
        ...groups.map(({ letter, count }, index) => letter.read(found[index + 1] ?? '', count)),
      ) as Fields,
    );
  };
}

/** A day past the end of its month is its last one, as Java's smart resolving has it; without a zone the clocks are UTC's. */
function toEpoch({
  year,
  month,
  day,
  half = 0,
  hour = 0,
  minute = 0,
  second = 0,
  milli = 0,
  ...rest
}: Fields): number | undefined {
  const at = 'zone' in rest ? rest.zone : 'UTC';
  if (year === undefined || month === undefined || day === undefined || at === undefined) return undefined;
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
  if (!inRange || (half > 0 && hour >= 12)) return undefined;
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, Math.min(day, lastDay));
  const local = date.setUTCHours(hour + half, minute, second, milli);
  // The offset at the moment itself, which the first guess may miss by one change of the clocks.
  const guess = local - offsetAt(at, local);
  return local - offsetAt(at, guess);
}
