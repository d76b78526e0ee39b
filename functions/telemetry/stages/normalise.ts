import type { MetricValue, Reading } from '../reading.ts';
import type { Enriched } from './enrich.ts';

interface Conversion {
  /** UCUM code of the unit that is stored (ucum.org). */
  readonly to: string;
  readonly convert: (value: number) => number;
}

const same = (to: string): Conversion => ({ to, convert: (value) => value });
const scaled = (to: string, factor: number): Conversion => ({ to, convert: (value) => value * factor });

/** Units as devices write them, in lower case → the unit that is stored. What isn't here is kept as it came. */
const conversions: ReadonlyMap<string, Conversion> = new Map(
  Object.entries({
    cel: same('Cel'),
    c: same('Cel'),
    '°c': same('Cel'),
    celsius: same('Cel'),
    f: { to: 'Cel', convert: (value) => ((value - 32) * 5) / 9 },
    '°f': { to: 'Cel', convert: (value) => ((value - 32) * 5) / 9 },
    fahrenheit: { to: 'Cel', convert: (value) => ((value - 32) * 5) / 9 },
    '[degf]': { to: 'Cel', convert: (value) => ((value - 32) * 5) / 9 },
    k: { to: 'Cel', convert: (value) => value - 273.15 },
    kelvin: { to: 'Cel', convert: (value) => value - 273.15 },
    hpa: same('hPa'),
    mbar: same('hPa'),
    millibar: same('hPa'),
    pa: scaled('hPa', 0.01),
    kpa: scaled('hPa', 10),
    bar: scaled('hPa', 1000),
    psi: scaled('hPa', 68.947572932),
    '%': same('%'),
    percent: same('%'),
    '%rh': same('%'),
    'm/s': same('m/s'),
    'km/h': scaled('m/s', 1 / 3.6),
    kmh: scaled('m/s', 1 / 3.6),
    mph: scaled('m/s', 0.44704),
    knots: scaled('m/s', 1852 / 3600),
    m: same('m'),
    km: scaled('m', 1000),
    cm: scaled('m', 0.01),
    mm: scaled('m', 0.001),
    ft: scaled('m', 0.3048),
    w: same('W'),
    kw: scaled('W', 1000),
    v: same('V'),
    mv: scaled('V', 0.001),
    a: same('A'),
    ma: scaled('A', 0.001),
    'l/min': same('L/min'),
    'l/s': scaled('L/min', 60),
    'm3/h': scaled('L/min', 1000 / 60),
    dbm: same('dB[mW]'),
    lux: same('lx'),
    lx: same('lx'),
    ppm: same('[ppm]'),
  }),
);

/** Where the case of a prefix matters: a megavolt is no millivolt. */
const mega = /^M[VAm]$/;

/** NFKC makes two characters of the one that some keyboards have for degrees Celsius. */
const conversionOf = (unit: string): Conversion | undefined =>
  mega.test(unit.trim()) ? undefined : conversions.get(unit.normalize('NFKC').trim().toLowerCase());

/** Stage 4: numbers in the units that are stored, units as UCUM codes. */
export function normalise(message: Enriched): Enriched {
  const units: Record<string, string> = {};
  const converters = new Map<string, Conversion['convert']>();
  for (const [metric, unit] of Object.entries(message.units)) {
    const conversion = conversionOf(unit);
    units[metric] = conversion?.to ?? unit;
    if (conversion) converters.set(metric, conversion.convert);
  }
  if (converters.size === 0) return { ...message, units };
  return { ...message, units, readings: message.readings.map((reading) => convertReading(reading, converters)) };
}

function convertReading({ time, values }: Reading, converters: ReadonlyMap<string, Conversion['convert']>): Reading {
  const converted: Record<string, MetricValue> = {};
  for (const [metric, value] of Object.entries(values)) {
    const convert = converters.get(metric);
    converted[metric] = convert && typeof value === 'number' ? rounded(convert(value)) : value;
  }
  return { time, values: converted };
}

/** Twelve significant digits: what a conversion adds beyond them is noise of binary fractions. */
const rounded = (value: number) => Number(value.toPrecision(12));
