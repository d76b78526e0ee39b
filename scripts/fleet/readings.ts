import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlainError } from '../commandLine.ts';

/** One row of measured values by metric; the file's own times are not kept, because readings are replayed as of now. */
export type Reading = Readonly<Record<string, number>>;

/** Metric → UCUM code. */
export type Units = Readonly<Record<string, string>>;

/** NOAA hourly normals. */
export const shippedReadings = join(import.meta.dirname, '../../data/seattle-weather-hourly-normals.csv');
/** As data/SOURCE.md says. */
export const shippedUnits: Units = { pressure: 'hPa', temperature: 'Cel', wind: 'm/s' };

/**
 * Reads a CSV file: a header, then rows. Columns that hold a number in every row are metrics; the others (times, names) are left out.
 * @throws PlainError when the file can't be read, a row has another number of cells, or no column is numeric.
 */
export async function readReadings(file: string): Promise<readonly Reading[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new PlainError(`The readings can't be read: ${error.message}`);
  });
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  if (rows.length === 0) throw new PlainError(`${file} has no readings: a header and at least one row are needed.`);
  rows.forEach((row, index) => {
    if (row.length !== header.length) {
      throw new PlainError(`${file}, row ${index + 1}: ${row.length} cells, and the header has ${header.length}.`);
    }
  });
  const metrics = header
    .map((name, column) => ({ name, column }))
    .filter(({ name, column }) => name !== '' && rows.every((row) => isNumber(row[column])));
  if (metrics.length === 0) throw new PlainError(`${file} has no column that holds a number in every row.`);
  return rows.map((row) => Object.fromEntries(metrics.map(({ name, column }) => [name, Number(row[column])])));
}

const isNumber = (cell: string | undefined) => cell !== undefined && cell !== '' && Number.isFinite(Number(cell));

/** Where device number `index` starts, so that no two draw the same line. */
export const startingRow = (index: number, rows: number) => (index * 733) % rows;
