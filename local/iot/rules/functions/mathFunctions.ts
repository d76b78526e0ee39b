import { calculate } from '../arithmetic.ts';
import { ofNumbers, ofValues, type SqlFunction } from './sqlFunction.ts';

const ofInts = (apply: (x: bigint, y: bigint) => bigint) =>
  ofNumbers(2, (x, y) => Number(apply(BigInt(Math.floor(x as number)), BigInt(Math.floor(y as number)))));
const of1 = (apply: (x: number) => number) => ofNumbers(1, (x) => apply(x as number));
const of2 = (apply: (x: number, y: number) => number) => ofNumbers(2, (x, y) => apply(x as number, y as number));
const remainder = ofValues(2, ([x, y]) => calculate('%', x, y));

export const mathFunctions: Readonly<Record<string, SqlFunction>> = {
  abs: of1(Math.abs),
  acos: of1(Math.acos),
  asin: of1(Math.asin),
  atan: of1(Math.atan),
  atan2: of2(Math.atan2),
  bitand: ofInts((x, y) => x & y),
  bitnot: of1((x) => Number(~BigInt(Math.floor(x)))),
  bitor: ofInts((x, y) => x | y),
  bitxor: ofInts((x, y) => x ^ y),
  ceil: of1(Math.ceil),
  cos: of1(Math.cos),
  cosh: of1(Math.cosh),
  exp: of1(Math.exp),
  floor: of1(Math.floor),
  ln: of1(Math.log),
  log: of1(Math.log10),
  mod: remainder,
  power: of2((x, y) => x ** y),
  rand: ofValues(0, () => Math.random()),
  remainder,
  // Halves go away from zero, as AWS documents, not towards +∞ as JavaScript's.
  round: of1((x) => Math.sign(x) * Math.round(Math.abs(x))),
  sign: of1(Math.sign),
  sin: of1(Math.sin),
  sinh: of1(Math.sinh),
  sqrt: of1(Math.sqrt),
  tan: of1(Math.tan),
  tanh: of1(Math.tanh),
  trunc: of2(truncate),
};

/** Cuts decimal places off, exactly: in binary 1.13 × 100 is 112.99…. */
function truncate(x: number, places: number): number {
  const kept = Math.min(Math.max(Math.floor(places), 0), 34);
  const plain = /^-?\d+(?:\.\d+)?$/.exec(String(x))?.[0];
  if (plain === undefined) return Math.abs(x) < 1 ? 0 : x;
  const [whole = '', fraction = ''] = plain.split('.');
  return Number(`${whole}.${fraction.slice(0, kept)}`);
}
