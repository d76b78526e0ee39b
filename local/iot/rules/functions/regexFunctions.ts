import { remember } from './remember.ts';
import { ofTexts, type Parameter, type SqlFunction } from './sqlFunction.ts';

/**
 * AWS takes Java's regular expressions, these are JavaScript's. One that only Java knows is refused when the SQL gives it as a
 * literal; flags at its start, `(?i)`, are understood.
 */
function compileRegex(source: string): RegExp | undefined {
  const [, flags = '', pattern = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(source) ?? [];
  try {
    return new RegExp(pattern, `g${flags}`);
  } catch {
    return undefined;
  }
}

const refuse = ([, pattern]: readonly Parameter[]): string | undefined =>
  pattern?.literal !== undefined && !compileRegex(pattern.literal)
    ? `the regular expression ${pattern.literal} is not understood`
    : undefined;

const compiled = remember(compileRegex);
function regexOf(source: string): RegExp | undefined {
  const regex = compiled(source);
  if (regex) regex.lastIndex = 0;
  return regex;
}

/** Undefined when the second parameter is no regular expression. */
export const regexFunctions: Readonly<Record<string, SqlFunction>> = {
  regexp_matches: ofTexts(2, (text = '', pattern = '') => regexOf(pattern)?.test(text), refuse),
  regexp_replace: ofTexts(
    3,
    (text = '', pattern = '', to = '') => {
      const regex = regexOf(pattern);
      const replacement = javaReplacement(to);
      return regex && replacement && text.replace(regex, replacement);
    },
    refuse,
  ),
  regexp_substr: ofTexts(2, (text = '', pattern = '') => regexOf(pattern)?.exec(text)?.[0], refuse),
};

/** In Java's replacements `$1` is a group, `\` takes the next character as it is, and a `$` before anything else is an error. */
function javaReplacement(to: string): ((match: string, ...groups: unknown[]) => string) | undefined {
  if (!/^(?:[^$\\]|\\.|\$\d)*$/s.test(to)) return undefined;
  return (match, ...groups) =>
    to.replace(/\\(.)|\$(\d)/gs, (_, escaped?: string, group?: string) => {
      if (escaped !== undefined) return escaped;
      const found = group === '0' ? match : groups[Number(group) - 1];
      return typeof found === 'string' ? found : '';
    });
}
