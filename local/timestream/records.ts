import { hash } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { TimestreamTable } from './catalog.ts';

export type ScalarType = 'DOUBLE' | 'BIGINT' | 'VARCHAR' | 'BOOLEAN' | 'TIMESTAMP';

export interface Measure {
  readonly name: string;
  readonly type: ScalarType;
  readonly value: string;
}

/** One record, common attributes merged in. */
export interface TimestreamRecord {
  /** Identity: dimensions, measure name and time, hashed. */
  readonly key: Buffer;
  /** Digest of the measures, to tell the same record from a different one of the same version. */
  readonly digest: Buffer;
  readonly timeMicroseconds: bigint;
  /** Older than the memory store's retention: for the magnetic store. */
  readonly isLate: boolean;
  readonly version: bigint;
  readonly measureName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly measures: readonly Measure[];
}

interface WireRecord {
  readonly Dimensions?: ReadonlyArray<{ Name: string; Value: string }>;
  readonly MeasureName?: string;
  readonly MeasureValue?: string;
  readonly MeasureValueType?: string;
  readonly MeasureValues?: ReadonlyArray<{ Name: string; Value: string; Type: string }>;
  readonly Time?: string;
  readonly TimeUnit?: string;
  readonly Version?: number;
}

const recordsLimit = 100;
const recordBytes = 2048;
/** Time stamps up to 15 minutes ahead are taken (AWS: "Timestream for LiveAnalytics quotas"). */
const futureMicroseconds = 15n * 60n * 1_000_000n;
const scalarTypes: readonly string[] = ['DOUBLE', 'BIGINT', 'VARCHAR', 'BOOLEAN', 'TIMESTAMP'];
const units: Readonly<Record<string, [multiply: bigint, divide: bigint]>> = {
  MILLISECONDS: [1000n, 1n],
  SECONDS: [1_000_000n, 1n],
  MICROSECONDS: [1n, 1n],
  NANOSECONDS: [1n, 1000n],
};

export interface Refused {
  readonly reason: string;
}

/** Merges common attributes and checks each record. @throws AwsError ValidationException when the request itself is wrong. */
export function readRecords(
  body: Readonly<Record<string, unknown>>,
  table: TimestreamTable,
  now = Date.now(),
): Array<TimestreamRecord | Refused> {
  const records = (body['Records'] ?? []) as WireRecord[];
  const common = (body['CommonAttributes'] ?? {}) as WireRecord;
  if (records.length < 1 || records.length > recordsLimit) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length less than or equal to ${recordsLimit} and greater than or equal to 1`,
    );
  }
  const commonNames = new Set(common.Dimensions?.map(({ Name }) => Name));
  return records.map((record) => {
    const repeated = record.Dimensions?.find(({ Name }) => commonNames.has(Name))?.Name;
    if (repeated !== undefined)
      throw new AwsError(
        'ValidationException',
        `The dimension ${repeated} is in the common attributes and in a record.`,
      );
    const version = record.Version ?? common.Version ?? 1;
    if (!Number.isInteger(version) || version < 1)
      throw new AwsError('ValidationException', `The version of a record must be 1 or greater, not ${version}.`);
    return readRecord(
      {
        ...common,
        ...record,
        Version: version,
        Dimensions: [...(common.Dimensions ?? []), ...(record.Dimensions ?? [])],
      },
      table,
      now,
    );
  });
}

function readRecord(record: WireRecord, table: TimestreamTable, now: number): TimestreamRecord | Refused {
  const dimensions = new Map<string, string>();
  for (const { Name, Value } of record.Dimensions ?? []) {
    if (dimensions.has(Name)) return { reason: `The record has more than one dimension named ${Name}.` };
    if (isReserved(Name)) return { reason: `The dimension name ${Name} is reserved.` };
    if (!Value) return { reason: `The dimension ${Name} has an empty value.` };
    dimensions.set(Name, Value);
  }
  if (dimensions.size === 0) return { reason: 'At least one dimension is required for a record.' };
  if (!record.MeasureName) return { reason: 'A measure name is required.' };
  const measures = readMeasures(record);
  if ('reason' in measures) return measures;
  const bytes = sizeOf(record.MeasureName, dimensions, measures);
  if (bytes > recordBytes) {
    throw new AwsError('ValidationException', `The record has ${bytes} bytes; at most ${recordBytes} are allowed.`);
  }
  const time = readTime(record);
  if (time === undefined)
    return { reason: `The time '${String(record.Time)}' with unit '${String(record.TimeUnit)}' is not valid.` };
  const outside = timeOutside(time, table, now);
  if (outside !== undefined) return { reason: outside };
  let identity = `${record.MeasureName}\0${time}`;
  for (const [name, value] of [...dimensions].sort(([a], [b]) => (a < b ? -1 : 1))) identity += `\0${name}\0${value}`;
  return {
    key: hash('sha256', identity, 'buffer').subarray(0, 16),
    digest: digestOf(measures),
    timeMicroseconds: time,
    isLate: time < memoryStart(table, now),
    version: BigInt(record.Version ?? 1),
    measureName: record.MeasureName,
    dimensions: Object.fromEntries(dimensions),
    measures,
  };
}

/** Time, names and values (AWS: "Quotas" of Timestream for LiveAnalytics and "Metering" of its writes). */
function sizeOf(measureName: string, dimensions: ReadonlyMap<string, string>, measures: readonly Measure[]): number {
  const text = [measureName, ...[...dimensions].flat(), ...measures.map(({ name }) => name)];
  const values = measures.map(({ type, value }) =>
    type === 'VARCHAR' ? Buffer.byteLength(value) : type === 'BOOLEAN' ? 1 : 8,
  );
  return 8 + text.reduce((sum, part) => sum + Buffer.byteLength(part), 0) + values.reduce((sum, part) => sum + part, 0);
}

/** The same for the same values: neither the order of measures nor the writing of a number counts. */
function digestOf(measures: readonly Measure[]): Buffer {
  const values = measures.map(({ name, type, value }) => [name, type, type === 'DOUBLE' ? Number(value) : value]);
  values.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return hash('sha256', JSON.stringify(values), 'buffer').subarray(0, 16);
}

/** Names that Timestream keeps for itself (AWS: "Quotas" of Timestream for LiveAnalytics, naming constraints and system identifiers). */
const isReserved = (name: string) => name === 'time' || /^(?:ts_|measure_name|measure_value)|:/.test(name);

function readMeasures(record: WireRecord): Measure[] | Refused {
  const type = record.MeasureValueType ?? 'DOUBLE';
  const given =
    type === 'MULTI'
      ? (record.MeasureValues ?? [])
      : [{ Name: `measure_value::${type.toLowerCase()}`, Value: record.MeasureValue ?? '', Type: type }];
  if (given.length === 0) return { reason: 'A multi-measure record needs at least one measure value.' };
  const measures: Measure[] = [];
  for (const { Name, Value, Type } of given) {
    if (type === 'MULTI' && isReserved(Name)) return { reason: `The measure name ${Name} is reserved.` };
    if (!scalarTypes.includes(Type)) return { reason: `The type ${Type} of the measure ${Name} is not valid.` };
    if (!isOfType(Value, Type))
      return { reason: `The value '${Value}' of the measure ${Name} is not a valid ${Type}.` };
    if (measures.some((measure) => measure.name === Name))
      return { reason: `The record has more than one measure value named ${Name}.` };
    measures.push({ name: Name, type: Type as ScalarType, value: Value });
  }
  return measures;
}

function isOfType(value: string, type: string): boolean {
  if (value === undefined || value === '') return false;
  if (type === 'DOUBLE')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) && Number.isFinite(Number(value));
  if (type === 'BIGINT') return /^-?\d+$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
  if (type === 'TIMESTAMP') return /^\d{1,15}$/.test(value);
  if (type === 'BOOLEAN') return /^(true|false)$/i.test(value);
  return Buffer.byteLength(value) <= 2048;
}

function readTime({ Time, TimeUnit }: WireRecord): bigint | undefined {
  const unit = units[TimeUnit ?? 'MILLISECONDS'];
  if (!unit || !/^\d{1,19}$/.test(Time ?? '')) return undefined;
  return (BigInt(Time ?? 0) * unit[0]) / unit[1];
}

const memoryStart = ({ memoryHours }: TimestreamTable, now: number) =>
  BigInt(now - Math.round(memoryHours * 3_600_000)) * 1000n;

function timeOutside(time: bigint, table: TimestreamTable, now: number): string | undefined {
  const { magneticDays, magneticWrites } = table;
  const current = BigInt(now) * 1000n;
  const oldest = magneticWrites ? current - BigInt(magneticDays) * 86_400_000_000n : memoryStart(table, now);
  const newest = current + futureMicroseconds;
  if (time >= oldest && time < newest) return undefined;
  const show = (microseconds: bigint) => new Date(Number(microseconds / 1000n)).toISOString();
  return `The record timestamp is outside the time range [${show(oldest)}, ${show(newest)}) of the ${magneticWrites ? 'data ingestion window' : 'memory store'}.`;
}
