import { stringify } from 'csv-stringify/sync';
import type { Telemetry } from './operations.ts';

/** What spreadsheets take for a formula. */
const formula = /^[=+\-@\t\r]/;

/** A line for each time, a column for each series: RFC 4180 with a header line. */
export function telemetryCsv({ times, series }: Telemetry): string {
  const header = ['time', ...series.map(nameOf)];
  const lines = times.map((time, index) => [time, ...series.map(({ values }) => values[index] ?? null)]);
  return stringify([header, ...lines], {
    record_delimiter: 'windows',
    cast: {
      boolean: String,
      // A device's text must not run in who opens the file.
      string: (text) => (formula.test(text) ? `'${text}` : text),
    },
  });
}

/** As in `temperature mean (Cel)`, with the device before it where there are several. */
const nameOf = ({ deviceId, metric, aggregate, unit }: Telemetry['series'][number]) =>
  [deviceId, metric, aggregate, unit === undefined ? undefined : `(${unit})`]
    .filter((part) => part !== undefined)
    .join(' ');
