import { offsetAt } from '../iot/rules/functions/timeZone.ts';

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const fields: readonly Field[] = [
  { name: 'minutes', first: 0, last: 59 },
  { name: 'hours', first: 0, last: 23 },
  { name: 'day of month', first: 1, last: 31 },
  { name: 'month', first: 1, last: 12, names: months },
  { name: 'day of week', first: 1, last: 7, names: weekdays },
  { name: 'year', first: 1970, last: 2199 },
];
const [minuteField, hourField, dayField, monthField, weekdayField, yearField] = fields as [
  Field,
  Field,
  Field,
  Field,
  Field,
  Field,
];

/** A day of a month, which is counted from 1. */
type DayRule = (year: number, month: number, day: number) => boolean;

const dayMilliseconds = 86_400_000;
const lastDay = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday, as in the expressions. */
const weekdayOf = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/**
 * The six fields between the brackets of `cron(…)` in a time zone: the next time (epoch milliseconds) after a given one (AWS:
 * "Schedule types in EventBridge Scheduler"; "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge").
 * @throws Error naming the field that isn't understood.
 */
export function parseCron(text: string, zone: string): (after: number) => number | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 6) throw new Error(`cron takes six fields, not ${parts.length}`);
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts;
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new Error('one of day of month and day of week, and not both, must be ?');
  const minuteSet = [...readSet(minutes, minuteField)].sort(ascending);
  const hourSet = [...readSet(hours, hourField)].sort(ascending);
  const monthSet = readSet(month, monthField);
  const yearSet = [...readSet(year, yearField)].sort(ascending);
  const isDay = dayOfWeek === '?' ? readDays(dayOfMonth, dayOfMonthRule) : readDays(dayOfWeek, dayOfWeekRule);

  return (after) => {
    // A zone's clocks may be a day apart from UTC; what isn't after `after` is passed over below.
    const from = new Date(after - dayMilliseconds);
    for (const candidateYear of yearSet) {
      if (candidateYear < from.getUTCFullYear()) continue;
      for (let candidateMonth = 1; candidateMonth <= 12; candidateMonth += 1) {
        if (!monthSet.has(candidateMonth)) continue;
        for (let day = 1; day <= lastDay(candidateYear, candidateMonth); day += 1) {
          const midnight = Date.UTC(candidateYear, candidateMonth - 1, day);
          if (midnight + 2 * dayMilliseconds < from.getTime() || !isDay(candidateYear, candidateMonth, day)) continue;
          for (const hour of hourSet) {
            for (const minute of minuteSet) {
              const time = toUtc(midnight + (hour * 60 + minute) * 60_000, zone);
              if (time !== undefined && time > after) return time;
            }
          }
        }
      }
    }
    return undefined;
  };
}

const ascending = (a: number, b: number) => a - b;

/**
 * The moment at which the zone's clocks show this local time: the first of two when clocks go back, none when they skip it (AWS:
 * "Schedule types in EventBridge Scheduler", daylight saving time).
 */
export function toUtc(local: number, zone: string): number | undefined {
  const offsets = [offsetAt(zone, local - dayMilliseconds), offsetAt(zone, local + dayMilliseconds)];
  const times = offsets
    .map((offset) => local - offset)
    .filter((time, index) => offsetAt(zone, time) === offsets[index]);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function readSet(text: string, field: Field): Set<number> {
  return new Set(text.split(',').flatMap((part) => readRange(part, field)));
}

/** `*`, `5`, `MON`, `1-5`, and each with a step. */
function readRange(text: string, field: Field): number[] {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  const [low = '', high] = range.split('-');
  const first = range === '*' ? field.first : readValue(low, field);
  const last = high !== undefined ? readValue(high, field) : range === '*' || step !== undefined ? field.last : first;
  const by = Number(step ?? 1);
  if (by < 1 || first > last || !range) throw wrong(text, field);
  const values = [];
  for (let value = first; value <= last; value += by) values.push(value);
  return values;
}

function readValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.first && value <= field.last)) throw wrong(text, field);
  return value;
}

const wrong = (text: string, { name }: Field) => new Error(`'${text}' is no ${name} of cron`);

function readDays(text: string, ruleOf: (part: string) => DayRule): DayRule {
  const rules = text.split(',').map(ruleOf);
  return (year, month, day) => rules.some((rule) => rule(year, month, day));
}

/** Also `L`, the last day, and `15W`, the weekday nearest to the 15th in the same month. */
function dayOfMonthRule(text: string): DayRule {
  if (text === 'L') return (year, month, day) => day === lastDay(year, month);
  if (text.endsWith('W')) {
    const wanted = readValue(text.slice(0, -1), dayField);
    return (year, month, day) => wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = new Set(readRange(text, dayField));
  return (_year, _month, day) => days.has(day);
}

function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lastDay(year, month) ? day - 2 : day + 1;
  return day;
}

/** Also `L`, Saturday; `6L`, the last Friday of the month; `3#2`, its second Tuesday. */
function dayOfWeekRule(text: string): DayRule {
  if (text === 'L') return (...date) => weekdayOf(...date) === 7;
  if (text.endsWith('L')) {
    const wanted = readValue(text.slice(0, -1), weekdayField);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day + 7 > lastDay(year, month);
  }
  const [weekday = '', place] = text.split('#');
  if (place !== undefined) {
    if (!/^[1-5]$/.test(place)) throw wrong(text, weekdayField);
    const wanted = readValue(weekday, weekdayField);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(place);
  }
  const days = new Set(readRange(text, weekdayField));
  return (...date) => days.has(weekdayOf(...date));
}
