/** A unit, in terms of the one that its quantity is stored in: stored = (value − zero) × factor. */
interface Unit {
  /** UCUM code (ucum.org). */
  readonly code: string;
  /** UCUM code of the unit that is stored. */
  readonly stored: string;
  readonly factor: number;
  readonly zero: number;
}

interface Quantity {
  /** UCUM code of the unit that is stored. */
  readonly stored: string;
  /** UCUM code → factor, or factor and zero, and how else devices write it, in lower case. */
  readonly units: Readonly<Record<string, readonly [scale: number | readonly [number, number], ...aliases: string[]]>>;
}

/** The one table of units: what devices write, what is stored, what can be asked for. What isn't here is kept as it came. */
const quantities: readonly Quantity[] = [
  {
    stored: 'Cel',
    units: {
      Cel: [1, 'c', '°c', 'celsius'],
      '[degF]': [[5 / 9, 32], 'f', '°f', 'fahrenheit'],
      K: [[1, 273.15], 'kelvin'],
    },
  },
  {
    stored: 'hPa',
    units: {
      hPa: [1],
      mbar: [1, 'millibar'],
      Pa: [0.01],
      kPa: [10],
      bar: [1000],
      '[psi]': [68.947572932, 'psi'],
    },
  },
  { stored: '%', units: { '%': [1, 'percent', '%rh'] } },
  {
    stored: 'm/s',
    units: {
      'm/s': [1],
      'km/h': [1 / 3.6, 'kmh'],
      '[mi_i]/h': [0.44704, 'mph'],
      '[kn_i]': [1852 / 3600, 'knots'],
    },
  },
  { stored: 'm', units: { m: [1], km: [1000], cm: [0.01], mm: [0.001], '[ft_i]': [0.3048, 'ft'] } },
  { stored: 'W', units: { W: [1], kW: [1000] } },
  { stored: 'V', units: { V: [1], mV: [0.001] } },
  { stored: 'A', units: { A: [1], mA: [0.001] } },
  { stored: 'L/min', units: { 'L/min': [1], 'L/s': [60], 'm3/h': [1000 / 60] } },
  { stored: 'dB[mW]', units: { 'dB[mW]': [1, 'dbm'] } },
  { stored: 'lx', units: { lx: [1, 'lux'] } },
  { stored: '[ppm]', units: { '[ppm]': [1, 'ppm'] } },
];

const byName: ReadonlyMap<string, Unit> = new Map(
  quantities.flatMap(({ stored, units }) =>
    Object.entries(units).flatMap(([code, [scale, ...aliases]]) => {
      const [factor, zero] = typeof scale === 'number' ? [scale, 0] : scale;
      const unit: Unit = { code, stored, factor, zero };
      return [code.toLowerCase(), ...aliases].map((name) => [name, unit] as const);
    }),
  ),
);

/** Where the case of a prefix matters: a megavolt is no millivolt. */
const mega = /^M[VAm]$/;

/** A unit by its UCUM code, or as devices write it. NFKC makes two characters of the one that some keyboards have for degrees Celsius. */
export const findUnit = (name: string): Unit | undefined =>
  mega.test(name.trim()) ? undefined : byName.get(name.normalize('NFKC').trim().toLowerCase());

/** Codes of the units that what is stored in this one can be asked for in. */
export const unitsFrom = (stored: string): string[] =>
  Object.keys(quantities.find((quantity) => quantity.stored === stored)?.units ?? {});

export const toStored = ({ factor, zero }: Unit, value: number): number => rounded((value - zero) * factor);
export const fromStored = ({ factor, zero }: Unit, value: number): number => rounded(value / factor + zero);

/** Twelve significant digits: what a conversion adds beyond them is noise of binary fractions. */
const rounded = (value: number) => Number(value.toPrecision(12));
