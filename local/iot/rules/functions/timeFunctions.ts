import { toNumber, toText } from '../values.ts';
import { compileTimeFormat } from './formatTime.ts';
import { compileTimeParser } from './parseTime.ts';
import { remember } from './remember.ts';
import { ofTexts, ofValues, type SqlFunction } from './sqlFunction.ts';
import { parseZone, shortZoneName } from './timeZone.ts';

const formatOf = remember(compileTimeFormat);
const parserOf = remember(compileTimeParser);

const refusalOf = (compile: (pattern: string) => unknown, pattern: string | undefined): string | undefined => {
  const compiled = pattern === undefined ? undefined : compile(pattern);
  return typeof compiled === 'string' ? compiled : undefined;
};

/** A pattern or zone that isn't honoured is refused when the SQL gives it as a literal, and is Undefined otherwise. */
export const timeFunctions: Readonly<Record<string, SqlFunction>> = {
  parse_time: ofValues(
    [2, 3],
    (values) => {
      const [pattern, time] = [toText(values[0]), toNumber(values[1])];
      const zone = parseZone(values.length > 2 ? toText(values[2]) : 'UTC');
      if (pattern === undefined || time === undefined || zone === undefined) return undefined;
      const format = formatOf(pattern);
      return typeof format === 'string' ? undefined : format(Math.trunc(time), zone);
    },
    ([pattern, , zone]) => {
      if (zone?.literal !== undefined) {
        const parsed = parseZone(zone.literal);
        if (parsed === undefined) return `${zone.literal} is not a time zone`;
        if (/z/.test(pattern?.literal?.replace(/'[^']*'/g, '') ?? '') && shortZoneName(parsed, 0) === undefined)
          return `the short name of the zone ${zone.literal} is not known here; Z gives its offset`;
      }
      return refusalOf(formatOf, pattern?.literal);
    },
  ),
  time_to_epoch: ofTexts(
    2,
    (text = '', pattern = '') => {
      const parse = parserOf(pattern);
      return typeof parse === 'string' ? undefined : parse(text);
    },
    ([, pattern]) => refusalOf(parserOf, pattern?.literal),
  ),
};
