import { badRequest } from '../platform/http/problem.ts';
import { findUnit, unitsFrom } from '../platform/units.ts';
import { type AggregateName, aggregates } from './aggregates.ts';
import type { KnownMetric } from './knownMetrics.ts';
import type { Value } from './telemetryReader.ts';

/** A column of an answer. */
export interface Column {
  readonly metric: string;
  /** Undefined: single points. */
  readonly aggregate?: AggregateName;
  /** UCUM code, where it has a unit. */
  readonly unit: string | undefined;
  /** From what is stored. */
  readonly convert: (value: Value) => Value;
}

type Known = ReadonlyMap<string, KnownMetric>;

/**
 * The columns of bins: each metric by each aggregate.
 * @throws Problem 400 for an aggregate or a unit that a metric can't have
 */
export function binColumns(
  known: Known,
  metrics: readonly string[],
  wanted: readonly AggregateName[],
  units: string | undefined,
): (Column & { readonly aggregate: AggregateName })[] {
  const unitOf = readUnits(known, metrics, units);
  return metrics.flatMap((metric) => {
    const { kind, unit: stored } = known.get(metric) as KnownMetric;
    return [...new Set(wanted)].map((aggregate) => {
      const { of, convert, heedsZero } = aggregates[aggregate];
      if (of === 'numbers' && kind !== 'number')
        throw badRequest([
          {
            in: 'query',
            field: 'aggregate',
            detail: `${aggregate} of '${metric}', which is no number; of it there are first, last and count`,
          },
        ]);
      if (convert === undefined) return { metric, aggregate, unit: undefined, convert: (value: Value) => value };
      const unit = unitOf.get(metric);
      if (unit !== undefined && unit.zero !== 0 && !heedsZero)
        throw badRequest([
          {
            in: 'query',
            field: 'units',
            detail: `a ${aggregate} of '${metric}' in ${unit.code} means nothing: its zero is not that of ${stored}`,
          },
        ]);
      return { metric, aggregate, ...conversion(stored, unit, convert) };
    });
  });
}

/** The columns of single points. @throws Problem 400 for a unit that a metric can't have */
export function pointColumns(known: Known, metrics: readonly string[], units: string | undefined): Column[] {
  const unitOf = readUnits(known, metrics, units);
  return metrics.map((metric) => ({
    metric,
    ...conversion(known.get(metric)?.unit, unitOf.get(metric), aggregates.mean.convert),
  }));
}

type Unit = NonNullable<ReturnType<typeof findUnit>>;

function conversion(
  stored: string | undefined,
  unit: Unit | undefined,
  convert: (unit: Unit, value: number) => number,
) {
  if (unit === undefined) return { unit: stored, convert: (value: Value) => value };
  return { unit: unit.code, convert: (value: Value) => (typeof value === 'number' ? convert(unit, value) : value) };
}

/** `<metric>:<code>,…`; what is asked for as it is stored is no conversion. */
function readUnits(known: Known, metrics: readonly string[], text: string | undefined): Map<string, Unit> {
  const units = new Map<string, Unit>();
  const refuse = (detail: string) => badRequest([{ in: 'query', field: 'units', detail }]);
  for (const part of text?.split(',') ?? []) {
    const [, metric = '', code = ''] = /^\s*([^:]+):(.+)$/.exec(part) ?? [];
    if (!metrics.includes(metric))
      throw refuse(`'${part.slice(0, 80)}' names none of the metrics asked for; <metric>:<code> is expected`);
    const stored = known.get(metric)?.unit;
    if (stored === undefined) throw refuse(`'${metric}' has no unit to convert from`);
    const possible = unitsFrom(stored);
    const unit = findUnit(code);
    if (unit === undefined || !possible.includes(unit.code))
      throw refuse(
        `'${code.slice(0, 20)}' is no unit for '${metric}', which is stored in ${stored}${possible.length > 0 ? `; take one of ${possible.join(', ')}` : ' and can not be converted'}`,
      );
    if (unit.code !== stored) units.set(metric, unit);
  }
  return units;
}
