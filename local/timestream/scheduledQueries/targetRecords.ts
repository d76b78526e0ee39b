import { DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { invalid } from '../input.ts';
import type { QueryResult } from '../queryOperations.ts';
import { type ColumnType, datum } from '../resultSet.ts';
import type { TargetConfiguration } from './definition.ts';

interface Attribute {
  readonly source: string;
  readonly name: string;
  readonly type: string;
}

/** One record that each row of the result may become. */
interface Mapping {
  /** Of rows with this measure name alone. */
  readonly when: string | undefined;
  /** Undefined: as the row says. */
  readonly measureName: string | undefined;
  readonly multi: boolean;
  readonly attributes: readonly Attribute[];
}

interface TargetRecord {
  readonly Dimensions: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly MeasureName: string;
  readonly MeasureValueType: string;
  readonly MeasureValue?: string;
  readonly MeasureValues?: ReadonlyArray<{ readonly Name: string; readonly Type: string; readonly Value: string }>;
  readonly Time: string;
  readonly TimeUnit: 'NANOSECONDS';
  readonly Version: number;
}

/** A row that can't be stored. */
interface RowError {
  readonly reason: string;
  readonly rawLine: string;
}

function mappingsOf(target: TargetConfiguration): Mapping[] {
  const { MultiMeasureMappings: multi, MixedMeasureMappings: mixed = [], MeasureNameColumn: named } = target;
  const read = (mappings: NonNullable<typeof multi>['MultiMeasureAttributeMappings']): Attribute[] =>
    mappings.map(
      ({ SourceColumn: source, TargetMultiMeasureAttributeName: name = source, MeasureValueType: type }) => ({
        source,
        name,
        type,
      }),
    );
  if (multi)
    return [
      {
        when: undefined,
        measureName: multi.TargetMultiMeasureName,
        multi: true,
        attributes: read(multi.MultiMeasureAttributeMappings),
      },
    ];
  return mixed.map((mapping) => {
    const {
      MeasureName: name,
      SourceColumn: source = '',
      TargetMeasureName: renamed,
      MeasureValueType: type,
    } = mapping;
    return {
      when: named === undefined ? undefined : name,
      measureName: renamed ?? name ?? source,
      multi: type === 'MULTI',
      attributes: read(mapping.MultiMeasureAttributeMappings ?? []).concat(
        type === 'MULTI' ? [] : [{ source, name: source, type }],
      ),
    };
  });
}

/** @throws AwsError ValidationException when the result lacks a column that the target is made of, or has it with another type. */
export function checkTarget(target: TargetConfiguration, columns: QueryResult['columns']): void {
  const needed: Array<readonly [name: string, types: readonly string[]]> = [
    [target.TimeColumn, ['TIMESTAMP']],
    ...target.DimensionMappings.map(({ Name: name }) => [name, ['VARCHAR']] as const),
    ...(target.MeasureNameColumn === undefined ? [] : [[target.MeasureNameColumn, ['VARCHAR']] as const]),
    ...mappingsOf(target).flatMap(({ attributes }) =>
      attributes.map(({ source, type }) => [source, type === 'BIGINT' ? ['BIGINT', 'INTEGER'] : [type]] as const),
    ),
  ];
  for (const [name, types] of needed) {
    const column = columns.find((each) => each.name === name);
    if (!column) throw invalid(`The query has no column ${name}, which the target configuration names.`);
    const type = 'ScalarType' in column.type ? column.type.ScalarType : 'no scalar';
    if (!types.includes(type)) throw invalid(`The column ${name} of the query is ${type}, not ${types[0]}.`);
  }
}

/** The records that a result becomes (AWS: "Data model mappings for scheduled queries"). */
export function targetRecords(target: TargetConfiguration, { columns, rows }: QueryResult, version: number) {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const mappings = mappingsOf(target);
  const records: TargetRecord[] = [];
  const errors: RowError[] = [];

  const readRow = (row: readonly DuckDBValue[]): TargetRecord[] | string => {
    const cell = (name: string): DuckDBValue => row[places.get(name) ?? -1] ?? null;
    const time = cell(target.TimeColumn);
    if (!(time instanceof DuckDBTimestampValue)) return `The time column ${target.TimeColumn} is null.`;
    const missing = target.DimensionMappings.find(({ Name: name }) => cell(name) === null);
    if (missing) return `The dimension ${missing.Name} is null.`;
    const rowName = target.MeasureNameColumn === undefined ? undefined : cell(target.MeasureNameColumn);
    if (rowName === null) return `The measure name column ${target.MeasureNameColumn} is null.`;
    const wanted = mappings.filter(({ when }) => when === undefined || when === rowName);
    if (wanted.length === 0) return `No mapping is given for the measure name ${String(rowName)}.`;
    const common = {
      Dimensions: target.DimensionMappings.map(({ Name }) => ({ Name, Value: String(cell(Name)) })),
      Time: String(time.micros * 1000n),
      TimeUnit: 'NANOSECONDS' as const,
      Version: version,
    };
    const made = wanted.flatMap(({ measureName = String(rowName), multi, attributes }) => {
      // Nulls are left out, and with all of its values a record.
      const values = attributes.flatMap(({ source, name, type }) => {
        const value = cell(source);
        return value === null ? [] : [{ Name: name, Type: type, Value: measureText(value, type) }];
      });
      const [first] = values;
      if (!first) return [];
      const measure = multi
        ? { MeasureValueType: 'MULTI', MeasureValues: values }
        : { MeasureValueType: first.Type, MeasureValue: first.Value };
      return [{ ...common, MeasureName: measureName, ...measure }];
    });
    return made.length > 0 ? made : 'All measure values of the row are null.';
  };

  for (const row of rows) {
    const made = readRow(row);
    if (typeof made !== 'string') records.push(...made);
    else errors.push({ reason: made, rawLine: rawLine(row, columns) });
  }
  return { records, errors };
}

function measureText(value: DuckDBValue, type: string): string {
  if (value instanceof DuckDBTimestampValue) return String(value.micros / 1000n);
  return datum(value, { ScalarType: type } satisfies ColumnType).ScalarValue ?? '';
}

const rawLine = (row: readonly DuckDBValue[], columns: QueryResult['columns']) =>
  columns.map(({ type }, index) => datum(row[index] ?? null, type).ScalarValue ?? '').join(',');
