import { type ColumnInfo, type Datum, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-timestream-query';
import type { Sends } from '../platform/clients.ts';
import { identifier, instantLiteral, literal } from '../platform/timestreamSql.ts';
import type { AggregateName } from './aggregates.ts';
import type { BinRow, PointRow, TelemetryReader, Value } from './telemetryReader.ts';

interface TimestreamTable {
  readonly timestream: Sends;
  readonly database: string;
  readonly table: string;
}

/** Nulls are the other metrics' points: a metric's first value is not the null of a point that it is not in. */
const whereThere = (column: string) => `CASE WHEN ${column} IS NOT NULL THEN time END`;

const expressions: Readonly<Record<AggregateName, (column: string) => string>> = {
  mean: (column) => `avg(${column})`,
  min: (column) => `min(${column})`,
  max: (column) => `max(${column})`,
  sum: (column) => `sum(${column})`,
  count: (column) => `count(${column})`,
  stddev: (column) => `stddev(${column})`,
  first: (column) => `min_by(${column}, ${whereThere(column)})`,
  last: (column) => `max_by(${column}, ${whereThere(column)})`,
  p50: (column) => `approx_percentile(${column}, 0.5)`,
  p90: (column) => `approx_percentile(${column}, 0.9)`,
  p95: (column) => `approx_percentile(${column}, 0.95)`,
  p99: (column) => `approx_percentile(${column}, 0.99)`,
};

/** A point of 200 metrics is eight records (AWS: "Quotas", 2 KB a record), and twice that if its device has changed its type. */
const mostRecordsOfPoint = 32;

/** Telemetry in Timestream for LiveAnalytics, as functions/telemetry/stores/telemetryStore.ts writes it. */
export function timestreamReader({ timestream, database, table }: TimestreamTable): TelemetryReader {
  const from = `FROM ${identifier(database)}.${identifier(table)}`;
  const where = (selection: { applicationId: string; from: number; to: number }, deviceIds: readonly string[]) =>
    [
      `WHERE deviceId IN (${deviceIds.map(literal).join(', ')})`,
      `AND applicationId = ${literal(selection.applicationId)}`,
      `AND time >= ${instantLiteral(selection.from)} AND time < ${instantLiteral(selection.to)}`,
    ].join(' ');
  const run = (lines: readonly string[]) => rowsOf(timestream, lines.join(' '));

  return {
    async readBins({ bin, columns, deviceIds, byDevice, ...selection }) {
      if (deviceIds.length === 0) return [];
      const device = byDevice ? ', deviceId' : '';
      const values = columns.map(({ metric, aggregate }) => expressions[aggregate](identifier(metric)));
      // Points that have none of the metrics make no bin.
      const some = [...new Set(columns.map(({ metric }) => `${identifier(metric)} IS NOT NULL`))].join(' OR ');
      const rows = await run([
        `SELECT bin(time, ${bin}) AS bin_time${device}, ${values.map((value, index) => `${value} AS c${index}`).join(', ')}`,
        `${from} ${where(selection, deviceIds)} AND (${some})`,
        `GROUP BY bin(time, ${bin})${device} ORDER BY bin_time${device}`,
      ]);
      return rows.map(([time, ...rest]): BinRow => {
        const [deviceId, values] = byDevice ? [String(rest[0]), rest.slice(1)] : [undefined, rest];
        return { time: Number(time), ...(deviceId !== undefined && { deviceId }), values };
      });
    },

    async readPoints({ deviceId, metrics, order, limit, ...selection }) {
      const columns = metrics.map(identifier);
      const asked = limit + mostRecordsOfPoint;
      const rows = await run([
        `SELECT time, ${columns.join(', ')} ${from} ${where(selection, [deviceId])}`,
        `AND (${columns.map((column) => `${column} IS NOT NULL`).join(' OR ')})`,
        `ORDER BY time ${order === 'asc' ? 'ASC' : 'DESC'}, measure_name LIMIT ${asked}`,
      ]);
      const points = together(rows);
      // What stands last may go on behind the limit.
      if (rows.length === asked) points.pop();
      return { points: points.slice(0, limit), hasMore: rows.length === asked || points.length > limit };
    },
  };
}

/** The records of one time are one point. */
function together(rows: readonly Value[][]): PointRow[] {
  const points: { time: number; values: Value[] }[] = [];
  for (const [time, ...values] of rows) {
    const last = points.at(-1);
    if (last !== undefined && last.time === time)
      last.values = last.values.map((value, index) => value ?? values[index] ?? null);
    else points.push({ time: Number(time), values });
  }
  return points;
}

/** All rows of a query, page by page; a page may be empty while the query runs (AWS: "Query"). Times are epoch milliseconds. */
async function rowsOf(timestream: Sends, QueryString: string): Promise<Value[][]> {
  const rows: Value[][] = [];
  let NextToken: string | undefined;
  do {
    const page: QueryCommandOutput = await timestream.send(new QueryCommand({ QueryString, NextToken }));
    for (const { Data = [] } of page.Rows ?? [])
      rows.push(Data.map((datum, index) => toValue(datum, page.ColumnInfo?.[index])));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rows;
}

function toValue({ ScalarValue: text }: Datum, column: ColumnInfo | undefined): Value {
  if (text === undefined) return null;
  switch (column?.Type?.ScalarType) {
    case 'DOUBLE':
    case 'BIGINT':
    case 'INTEGER':
      return Number(text);
    case 'BOOLEAN':
      return text === 'true';
    case 'TIMESTAMP':
      // 2026-01-31 12:00:00.000000000, UTC.
      return Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`);
    default:
      return text;
  }
}
