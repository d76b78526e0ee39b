import { Cursor, type SqlScope } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { tokenizeTemplate } from './lexer.ts';
import type { Expression, RuleContext } from './ruleContext.ts';
import { toText } from './values.ts';

/** Text of an action's property with its `${…}` filled in; what is Undefined leaves nothing (AWS: "Substitution templates"). */
export type Template = (context: RuleContext) => string;

/** @throws SqlSyntaxError for an expression that isn't AWS IoT SQL or isn't honoured. */
export function compileTemplate(text: string, scope: SqlScope): Template {
  const parts: Array<string | Expression> = [];
  let position = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', position)) {
    parts.push(text.slice(position, start));
    const { tokens, end } = tokenizeTemplate(text, start + 2);
    const cursor = new Cursor(text, tokens, scope);
    parts.push(parseExpression(cursor));
    cursor.end();
    position = end;
  }
  if (parts.length === 0) return () => text;
  parts.push(text.slice(position));
  return (context) => parts.map((part) => (typeof part === 'string' ? part : (toText(part(context)) ?? ''))).join('');
}
