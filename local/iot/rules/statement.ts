import { Cursor, type SqlScope } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { tokenize } from './lexer.ts';
import type { Expression, RuleContext } from './ruleContext.ts';
import { parseSelectClause } from './selectClause.ts';
import { toBoolean, type Value } from './values.ts';

export interface CompiledSql {
  /** Undefined without FROM: the rule runs by Basic Ingest alone. */
  readonly topicFilter: string | undefined;
  /** Names of the SET clause, for the templates of the rule's actions. */
  readonly variables: ReadonlySet<string>;
  /** Sets the variables and asks WHERE. */
  readonly matches: (context: RuleContext) => boolean;
  /** What the actions get: a value of JSON, or a Buffer for bytes. */
  readonly select: (context: RuleContext) => Value;
}

const topicFilterForm = /^(?:(?:\+|[^+#/]*)\/)*(?:\+|#|[^+#/]+)$/;
const longestVariable = 64;

/**
 * Compiles a rule's SQL, version 2016-03-23, to closures (AWS: "AWS IoT SQL reference").
 * @throws SqlSyntaxError for what isn't AWS IoT SQL, and for what is but isn't honoured.
 */
export function compileSql(sql: string, unavailable: SqlScope['unavailable'] = new Map()): CompiledSql {
  const cursor = new Cursor(sql, tokenize(sql), { variables: new Set(), unavailable });
  const assignments = cursor.acceptKeyword('set') ? parseAssignments(cursor) : [];
  cursor.keyword('select');
  const select = parseSelectClause(cursor);
  const topicFilter = cursor.acceptKeyword('from') ? parseTopicFilter(cursor) : undefined;
  const where = cursor.acceptKeyword('where') ? parseExpression(cursor) : undefined;
  cursor.end();
  return {
    topicFilter,
    variables: cursor.scope.variables,
    select,
    matches(context) {
      for (const { name, value } of assignments) context.variables.set(name, value(context));
      return !where || toBoolean(where(context)) === true;
    },
  };
}

/** AWS: "SET clause". A variable is set once and may use those before it. */
function parseAssignments(cursor: Cursor): Array<{ name: string; value: Expression }> {
  const assignments: Array<{ name: string; value: Expression }> = [];
  do {
    const token = cursor.take();
    if (token.kind !== 'variable') cursor.fail('A variable is expected, as in SET @name = 1', token);
    if (token.text.length > longestVariable + 1)
      cursor.fail(`The name of a variable has more than ${longestVariable} characters`, token);
    if (cursor.scope.variables.has(token.text)) cursor.fail(`The variable ${token.text} is SET twice`, token);
    cursor.expect('=');
    assignments.push({ name: token.text, value: parseExpression(cursor) });
    cursor.scope.variables.add(token.text);
  } while (cursor.accept(','));
  return assignments;
}

/** AWS: "FROM clause". */
function parseTopicFilter(cursor: Cursor): string {
  const filter = cursor.take();
  if (filter.kind !== 'string')
    cursor.fail("FROM takes a topic filter in single quotes, as in FROM 'devices/+/data'", filter);
  if (!topicFilterForm.test(filter.text))
    cursor.fail(`'${filter.text}' is not a topic filter: + and # stand for whole levels, # for the last ones`, filter);
  return filter.text;
}
