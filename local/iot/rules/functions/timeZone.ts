/** A zone of the tz database by its name, or a fixed offset in milliseconds. */
export type TimeZone = string | number;

/** Abbreviations that Java takes for a zone. */
const abbreviations: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
};

/** Undefined for what is no zone. */
export function parseZone(text: string | undefined): TimeZone | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === 'Z' || text === 'UTC') return 'UTC';
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return minutes > 18 * 60 ? undefined : (offset[1] === '-' ? -minutes : minutes) * 60_000;
  }
  const name = abbreviations[text] ?? text;
  try {
    formatter(name, 'en-US', 'longOffset');
    return name;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the zone's clocks are ahead of UTC at that moment. */
export function offsetAt(zone: TimeZone, time: number): number {
  if (typeof zone === 'number' || zone === 'UTC') return zone === 'UTC' ? 0 : zone;
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(nameOf(formatter(zone, 'en-US', 'longOffset'), time)) ?? [];
  const offset = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -offset : offset;
}

/** `+01:00`, or with another separator. */
export function offsetText(offset: number, separator: string): string {
  const minutes = Math.abs(Math.trunc(offset / 60_000));
  const two = (number: number) => String(number).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

/** `CST`; Undefined where the tables of this machine only know an offset, and Java has a name. */
export function shortZoneName(zone: TimeZone, time: number): string | undefined {
  if (typeof zone === 'number') return offsetText(zone, ':');
  const names = ['en-US', 'en-GB', 'en-AU', 'en-IN'].map((locale) => nameOf(formatter(zone, locale, 'short'), time));
  return names.find((name) => !/^GMT[+-]/.test(name));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, locale: string, timeZoneName: 'short' | 'longOffset'): Intl.DateTimeFormat {
  const key = `${timeZone} ${locale} ${timeZoneName}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
    formatters.set(key, found);
  }
  return found;
}

const nameOf = (format: Intl.DateTimeFormat, time: number) =>
  format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
