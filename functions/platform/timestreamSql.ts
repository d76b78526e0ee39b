/** Pieces of Timestream's SQL. Whatever comes from outside reaches a query through one of these. */

/** What databases, tables and metrics are called; a quote is in none of them. */
const name = /^[A-Za-z][A-Za-z0-9_.-]{0,255}$/;

/** @throws Error for what can't be a name: callers take names from lists of what there is */
export function identifier(text: string): string {
  if (!name.test(text)) throw new Error(`${JSON.stringify(text)} is no name of a table or column.`);
  return `"${text}"`;
}

/** A text as a literal (AWS: "Timestream for LiveAnalytics query language", strings are in single quotes, doubled inside). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** @param time epoch milliseconds */
export function instantLiteral(time: number): string {
  if (!Number.isSafeInteger(time)) throw new Error(`${time} is no time in milliseconds.`);
  return `from_milliseconds(${time})`;
}
