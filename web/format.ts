import type { z } from 'zod';
import type { metricValue } from '../functions/live/protocol.ts';

export type MetricValue = z.infer<typeof metricValue>;

const clockFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** @param seconds epoch seconds */
export const clock = (seconds: number) => clockFormat.format(seconds * 1000);

const most = 3;
const numberFormats = Array.from(
  { length: most + 1 },
  (_, decimals) =>
    new Intl.NumberFormat(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
);

/** Decimals that a number is worth showing with, at most three. */
export function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < most; decimals += 1) {
    if (Math.abs(value - Number(value.toFixed(decimals))) < 1e-9) return decimals;
  }
  return most;
}

export const decimal = (value: number, decimals: number) =>
  (numberFormats[decimals] ?? numberFormats[0])?.format(value) ?? '';

/** Text of a value; numbers with as many decimals as their metric needs, so that 4 and 3.9 take the same room. */
export const valueText = (value: MetricValue, decimals: number) =>
  typeof value === 'number' ? decimal(value, decimals) : String(value);

/** @param milliseconds since then */
export function ago(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** UCUM codes that people write otherwise. */
const unitSigns: Readonly<Record<string, string>> = { Cel: '°C', '[degF]': '°F', 'dB[mW]': 'dBm', '[ppm]': 'ppm' };

export const unitSign = (unit: string): string => unitSigns[unit] ?? unit;
