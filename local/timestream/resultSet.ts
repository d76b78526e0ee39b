import {
  DuckDBListType,
  DuckDBListValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { invalid } from './input.ts';
import { namesIn } from './querySql.ts';

interface ColumnInfo {
  readonly Name?: string;
  readonly Type: ColumnType;
}

/** AWS: "Type" (Timestream for LiveAnalytics API reference). */
export type ColumnType =
  | { readonly ScalarType: string }
  | { readonly ArrayColumnInfo: ColumnInfo }
  | { readonly TimeSeriesMeasureValueColumnInfo: ColumnInfo }
  | { readonly RowColumnInfo: readonly ColumnInfo[] };

/** AWS: "Datum". */
interface Datum {
  readonly ScalarValue?: string;
  readonly NullValue?: true;
  readonly ArrayValue?: readonly Datum[];
  readonly RowValue?: { readonly Data: readonly Datum[] };
  readonly TimeSeriesValue?: ReadonlyArray<{ readonly Time: string; readonly Value: Datum }>;
}

/** @throws AwsError ValidationException for a type that is not honoured. */
export function columnType(type: DuckDBType): ColumnType {
  if (type instanceof DuckDBListType) {
    const series = seriesValue(type.valueType);
    return series
      ? { TimeSeriesMeasureValueColumnInfo: { Type: columnType(series) } }
      : { ArrayColumnInfo: { Type: columnType(type.valueType) } };
  }
  if (type instanceof DuckDBStructType)
    return {
      RowColumnInfo: type.entryNames.map((Name, index) => ({
        Name,
        Type: columnType(type.entryTypes[index] as DuckDBType),
      })),
    };
  return { ScalarType: scalarType(String(type)) };
}

/** The type of a time series' values: its points are rows of `time` and `value`. */
function seriesValue(type: DuckDBType): DuckDBType | undefined {
  return type instanceof DuckDBStructType && type.entryNames.join() === 'time,value' ? type.entryTypes[1] : undefined;
}

function scalarType(duckType: string): string {
  if (/^(DOUBLE|FLOAT|DECIMAL)/.test(duckType)) return 'DOUBLE';
  if (/^(BIGINT|UBIGINT|HUGEINT)/.test(duckType)) return 'BIGINT';
  if (/^(U?(INTEGER|SMALLINT|TINYINT))/.test(duckType)) return 'INTEGER';
  if (duckType === 'BOOLEAN') return 'BOOLEAN';
  if (duckType.startsWith('TIMESTAMP')) return 'TIMESTAMP';
  if (duckType === 'DATE') return 'DATE';
  if (duckType === 'VARCHAR') return 'VARCHAR';
  throw invalid(`A column of the type ${duckType} is not honoured by the local cloud.`);
}

export function datum(value: DuckDBValue, type: ColumnType): Datum {
  if (value === null) return { NullValue: true };
  if (value instanceof DuckDBListValue && 'TimeSeriesMeasureValueColumnInfo' in type) {
    const { Type } = type.TimeSeriesMeasureValueColumnInfo;
    const points = (value.items as readonly DuckDBStructValue[]).map(({ entries }) => ({
      Time: timestampText(entries['time'] as DuckDBTimestampValue),
      Value: datum(entries['value'] ?? null, Type),
    }));
    return { TimeSeriesValue: points };
  }
  if (value instanceof DuckDBListValue && 'ArrayColumnInfo' in type)
    return { ArrayValue: value.items.map((item) => datum(item, type.ArrayColumnInfo.Type)) };
  if (value instanceof DuckDBStructValue && 'RowColumnInfo' in type)
    return {
      RowValue: { Data: type.RowColumnInfo.map(({ Name = '', Type }) => datum(value.entries[Name] ?? null, Type)) },
    };
  if (value instanceof DuckDBTimestampValue) return { ScalarValue: timestampText(value) };
  const isDouble = 'ScalarType' in type && type.ScalarType === 'DOUBLE';
  return { ScalarValue: isDouble ? doubleText(Number(value)) : String(value) };
}

function timestampText({ micros }: DuckDBTimestampValue): string {
  const text = new Date(Number(micros / 1000n)).toISOString().replace('T', ' ').slice(0, 19);
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return `${text}.${String(fraction).padStart(6, '0')}000`;
}

/** As Java writes a double, and so Timestream: always with a fraction, with an exponent below 0.001 and from ten million on. */
function doubleText(number: number): string {
  const withFraction = (digits: string) => (digits.includes('.') ? digits : `${digits}.0`);
  if (!Number.isFinite(number)) return String(number);
  if (number === 0 || (Math.abs(number) >= 1e-3 && Math.abs(number) < 1e7)) return withFraction(String(number));
  const [digits = '', exponent] = number.toExponential().split('e');
  return `${withFraction(digits)}E${Number(exponent)}`;
}

/**
 * Names of a result's columns. What an expression made that has no name is `_col` with its place, as in Trino: DuckDB calls it by its
 * text.
 * @param columns of the tables that the query reads, for `*`
 */
export function columnNames(query: string, given: readonly string[], columns: Iterable<string>): string[] {
  // A series taken apart by UNNEST has columns that nobody named.
  const known = new Set([...namesIn(query), ...columns, 'time', 'value'].map((name) => name.toLowerCase()));
  return given.map((name, index) => (known.has(name.toLowerCase()) ? name : `_col${index}`));
}
