import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { page, pageQuery, writeCursor } from './paging.ts';
import { badRequest } from './problem.ts';

/** Rows that one request may bring. */
export const rowsPerImport = 500;
/** Bytes. */
export const importBodyLimit = 2 * 1024 * 1024;
export const importBodyTypes = ['application/json', 'text/csv'] as const;

/** Rows are checked one by one: a bad one never stops the others. */
export const importBody = z.union([
  z.array(z.record(z.string(), z.unknown())).max(rowsPerImport, `at most ${rowsPerImport} rows a request`),
  z.string().meta({ description: 'CSV (RFC 4180) whose first line names the columns' }),
]);

export const importMode = z
  .enum(['create', 'upsert'])
  .default('upsert')
  .meta({ description: 'create refuses what is there already; upsert changes it' });

export const importReport = z
  .object({
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    rows: z.array(
      z.object({
        /** The first row below the names of the columns is 1. */
        row: z.int().positive(),
        id: z.string().optional(),
        result: z.enum(['created', 'updated', 'unchanged', 'refused']),
        /** Why it was refused. */
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof importReport>;
export type RowOutcome = ImportReport['rows'][number];

export function reportOf(outcomes: readonly RowOutcome[]): ImportReport {
  const count = (wanted: RowOutcome['result']) => outcomes.filter(({ result }) => result === wanted).length;
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    refused: count('refused'),
    rows: [...outcomes].sort((one, other) => one.row - other.row),
  };
}

/** A row as it was given: values by field, null for what is to be removed; or why it can't be read. */
export type GivenRow =
  | { readonly row: number; readonly value: Readonly<Record<string, unknown>> }
  | { readonly row: number; readonly reason: string };

/**
 * Rows of a CSV text or of a JSON array. In CSV `metadata.floor` is an entry of `metadata`, where true, false and numbers are
 * what they look like; `metadata` and `configuration` are JSON; an empty cell is null.
 * @throws Problem 400 when not even the columns can be told
 */
export function readRows(body: z.output<typeof importBody>, columns: readonly string[]): GivenRow[] {
  if (typeof body !== 'string') return body.map((value, at) => ({ row: at + 1, value }));
  const { header, records } = parseCsv(body);
  if (records.length > rowsPerImport)
    throw badRequest([{ in: 'body', field: '', detail: `${records.length} rows; at most ${rowsPerImport} a request` }]);
  const unknown = header.filter((name) => !columns.includes(name) && !/^metadata\../.test(name));
  const twice = header.filter((name, at) => header.indexOf(name) !== at);
  const wrong = [
    ...unknown.map((name) => `column '${name}' is not known; ${columns.join(', ')} and metadata.<name> are`),
    ...twice.map((name) => `column '${name}' comes twice`),
  ];
  if (wrong.length > 0) throw badRequest(wrong.map((detail) => ({ in: 'body' as const, field: '', detail })));
  return records.map((cells, at) => {
    const row = at + 1;
    if (cells.length !== header.length)
      return { row, reason: `has ${cells.length} cells where the first line names ${header.length} columns` };
    return readCells(row, header, cells);
  });
}

function parseCsv(text: string): { header: string[]; records: string[][] } {
  try {
    const [header = [], ...records]: string[][] = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      // A quote that stands where none may is text; one that is never closed is the only thing that can't be read.
      relax_quotes: true,
    });
    return { header: header.map((name) => name.trim()), records };
  } catch (error) {
    throw badRequest([{ in: 'body', field: '', detail: `not CSV: ${(error as Error).message}` }]);
  }
}

const jsonColumns = ['metadata', 'configuration', 'capabilities', 'channels'];

function readCells(row: number, header: readonly string[], cells: readonly string[]): GivenRow {
  const value = new Map<string, unknown>();
  const metadata = new Map<string, unknown>();
  for (const [at, name] of header.entries()) {
    const cell = cells[at] ?? '';
    if (name.startsWith('metadata.')) metadata.set(name.slice('metadata.'.length), cell === '' ? null : scalarOf(cell));
    else if (cell === '') value.set(name, null);
    else if (jsonColumns.includes(name)) {
      try {
        value.set(name, JSON.parse(cell));
      } catch (error) {
        return { row, reason: `${name} is not JSON: ${(error as Error).message}` };
      }
    } else value.set(name, cell);
  }
  if (metadata.size > 0) {
    const whole = value.get('metadata');
    value.set('metadata', { ...(typeof whole === 'object' ? whole : undefined), ...Object.fromEntries(metadata) });
  }
  return { row, value: Object.fromEntries(value) };
}

/** A number only when it is written as JavaScript writes it: `007` and `1e3` are text, as a serial number should be. */
function scalarOf(cell: string): string | number | boolean {
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return String(Number(cell)) === cell && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

export const exportQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(500).meta({ description: 'Rows a page' }),
  next: pageQuery.next,
  format: z.enum(['csv', 'json']).default('csv'),
};

/** CSV says where the next page is by a Link header (RFC 8288). */
export const exportContent = <Item extends z.ZodType>(item: Item) => ({
  'application/json': page(item),
  'text/csv': z.string(),
});

interface ExportRequest {
  readonly format: 'csv' | 'json';
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** A page of an export. Every page of CSV names the columns. */
export function exportAnswer<Item extends object>(
  items: readonly Item[],
  lastKey: Record<string, unknown> | undefined,
  columns: readonly (keyof Item & string)[],
  { format, path, query }: ExportRequest,
) {
  const cursor = writeCursor(lastKey);
  // Only the columns: what is written is what an import takes.
  const picked = items.map((item) => Object.fromEntries(columns.map((column) => [column, item[column]])) as Item);
  if (format === 'json') return { body: { items: picked, ...cursor } };
  const rows = items.map((item) => columns.map((column) => cellOf(item[column])));
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const link = new URLSearchParams(Object.fromEntries([...given, ...Object.entries(cursor)]));
  return {
    body: stringify([columns, ...rows]),
    type: 'text/csv' as const,
    ...(cursor.next !== undefined && { headers: { link: `<${path}?${link}>; rel="next"` } }),
  };
}

const cellOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
