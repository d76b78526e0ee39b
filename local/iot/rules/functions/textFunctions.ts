import { toNumber, toText } from '../values.ts';
import { ofTexts, ofValues, type SqlFunction } from './sqlFunction.ts';

type Texts = (one: string, two: string, three: string) => string | number | boolean;
const of = (count: number, apply: Texts) => ofTexts(count, (...texts) => apply(...(texts as [string, string, string])));

/** Adds that many spaces; AWS doesn't pad to a width. */
const pad = (join: (text: string, spaces: string) => string) =>
  ofValues(2, ([value, count]) => {
    const [text, spaces] = [toText(value), toNumber(count)];
    if (text === undefined || spaces === undefined) return undefined;
    return join(text, ' '.repeat(Math.min(Math.max(Math.floor(spaces), 0), 1000)));
  });

export const textFunctions: Readonly<Record<string, SqlFunction>> = {
  chr: ofValues(1, ([value]) => {
    const code = Math.floor(toNumber(value) ?? -1);
    return code >= 0 && code < 128 ? String.fromCharCode(code) : undefined;
  }),
  concat: ofValues([0, 100], (values) => {
    if (values.length < 2) return values[0];
    if (values.some(Array.isArray)) return values.flat().filter((value) => value !== undefined);
    const texts = values.map(toText);
    const isText = values.some((value) => typeof value === 'string');
    return isText && !texts.includes(undefined) ? texts.join('') : undefined;
  }),
  endswith: of(2, (text, end) => text.endsWith(end)),
  indexof: of(2, (text, part) => text.indexOf(part)),
  length: of(1, (text) => text.length),
  lower: of(1, (text) => text.toLowerCase()),
  lpad: pad((text, spaces) => spaces + text),
  ltrim: of(1, (text) => text.trimStart()),
  numbytes: of(1, (text) => Buffer.byteLength(text)),
  replace: of(3, (text, from, to) => text.replaceAll(from, () => to)),
  rpad: pad((text, spaces) => text + spaces),
  rtrim: of(1, (text) => text.trimEnd()),
  startswith: of(2, (text, start) => text.startsWith(start)),
  substring: ofValues([2, 3], (values) => {
    const [text, start] = [toText(values[0]), toNumber(values[1])];
    const end = values.length > 2 ? toNumber(values[2]) : Number.POSITIVE_INFINITY;
    if (text === undefined || start === undefined || end === undefined) return undefined;
    return text.slice(Math.max(0, Math.floor(start)), Math.max(0, Math.floor(end)));
  }),
  trim: of(1, (text) => text.trim()),
  upper: of(1, (text) => text.toUpperCase()),
};
