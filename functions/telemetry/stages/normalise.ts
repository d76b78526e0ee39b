import { findUnit, toStored } from '../../platform/units.ts';
import type { MetricValue, Reading } from '../reading.ts';
import type { Enriched } from './enrich.ts';

type Unit = NonNullable<ReturnType<typeof findUnit>>;

/** Stage 4: numbers in the units that are stored, units as UCUM codes. */
export function normalise(message: Enriched): Enriched {
  const units: Record<string, string> = {};
  const known = new Map<string, Unit>();
  for (const [metric, name] of Object.entries(message.units)) {
    const unit = findUnit(name);
    units[metric] = unit?.stored ?? name;
    if (unit) known.set(metric, unit);
  }
  if (known.size === 0) return { ...message, units };
  return { ...message, units, readings: message.readings.map((reading) => convertReading(reading, known)) };
}

function convertReading({ time, values }: Reading, units: ReadonlyMap<string, Unit>): Reading {
  const converted: Record<string, MetricValue> = {};
  for (const [metric, value] of Object.entries(values)) {
    const unit = units.get(metric);
    converted[metric] = unit && typeof value === 'number' ? toStored(unit, value) : value;
  }
  return { time, values: converted };
}
