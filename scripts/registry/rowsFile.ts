import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { PlainError } from '../commandLine.ts';

export interface FileRow {
  /** The first row below the names of the columns is 1. */
  readonly row: number;
  /** Cells in the order of the columns, or an object. */
  readonly cells: readonly string[] | Readonly<Record<string, unknown>>;
}

/** A CSV or JSON file of devices or rooms, cut into requests by whoever sends it. */
export interface RowsFile {
  readonly rows: readonly FileRow[];
  readonly type: 'text/csv' | 'application/json';
  /** A field of a row; undefined when it is not there. */
  field(row: FileRow, name: string): unknown;
  /** Rows as the body of a request. */
  body(rows: readonly FileRow[]): string;
  /** Rows with why they were refused, in the form of the file; may be mended and imported again. */
  report(refused: readonly { readonly row: FileRow; readonly reason: string }[]): string;
}

/** What a report adds to each row. */
const reportColumns = ['row', 'reason'];

/** @throws PlainError when it is neither CSV nor JSON */
export async function readRowsFile(path: string): Promise<RowsFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PlainError(`${path} can't be read: ${error.message}`);
  });
  return /^\s*[[{]/.test(text) ? jsonRows(path, text) : csvRows(path, text);
}

export const writeReport = (path: string, text: string): Promise<void> => writeFile(path, text);

function csvRows(path: string, text: string): RowsFile {
  let records: string[][];
  try {
    records = parse(text, { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch (error) {
    throw new PlainError(`${path} is not CSV: ${(error as Error).message}`);
  }
  const [first = [], ...others] = records;
  const kept = first.map((name, at) => ({ name: name.trim(), at })).filter(({ name }) => !reportColumns.includes(name));
  const header = kept.map(({ name }) => name);
  const isShort = ({ length }: readonly string[]) => length !== first.length;
  const rows = others.map((cells, at) => ({
    row: at + 1,
    cells: isShort(cells) ? cells : kept.map((column) => cells[column.at] ?? ''),
  }));
  return {
    rows,
    type: 'text/csv',
    field: ({ cells }, name) => (cells as readonly string[])[header.indexOf(name)],
    body: (some) => stringify([header, ...some.map(({ cells }) => cells as string[])]),
    report: (refused) =>
      stringify([
        [...reportColumns, ...header],
        ...refused.map(({ row, reason }) => [String(row.row), reason, ...(row.cells as string[])]),
      ]),
  };
}

function jsonRows(path: string, text: string): RowsFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new PlainError(`${path} is not JSON: ${(error as Error).message}`);
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { items?: unknown }).items;
  if (!Array.isArray(list) || list.some((one) => typeof one !== 'object' || one === null))
    throw new PlainError(`${path} must hold an array of objects, or an object with such an array as 'items'.`);
  const without = (one: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => !reportColumns.includes(name)));
  return {
    rows: list.map((one, at) => ({ row: at + 1, cells: without(one) })),
    type: 'application/json',
    field: ({ cells }, name) => (cells as Record<string, unknown>)[name],
    body: (some) => JSON.stringify(some.map(({ cells }) => cells)),
    report: (refused) =>
      `${JSON.stringify(
        refused.map(({ row, reason }) => ({ row: row.row, reason, ...row.cells })),
        null,
        2,
      )}\n`,
  };
}
