import type { Expression, RuleContext } from '../ruleContext.ts';
import { toNumber, toText, type Value } from '../values.ts';

export interface Parameter {
  readonly evaluate: Expression;
  /** Written as `*`. */
  readonly isPayload: boolean;
  /** What the SQL gives as a string in quotes. */
  readonly literal: string | undefined;
}

export interface SqlFunction {
  readonly minimum: number;
  readonly maximum: number;
  /** Why parameters as written can't be honoured. */
  readonly refuse?: (parameters: readonly Parameter[]) => string | undefined;
  readonly compile: (parameters: readonly Parameter[]) => Expression;
}

/** A function of its parameters' values. */
export function ofValues(
  counts: number | readonly [minimum: number, maximum: number],
  call: (values: readonly Value[], context: RuleContext) => Value,
  refuse?: SqlFunction['refuse'],
): SqlFunction {
  const [minimum, maximum] = typeof counts === 'number' ? [counts, counts] : counts;
  return {
    minimum,
    maximum,
    ...(refuse && { refuse }),
    compile: (parameters) => (context) =>
      call(
        parameters.map(({ evaluate }) => evaluate(context)),
        context,
      ),
  };
}

/** A function of numbers; Undefined when one isn't, or the result has no value. */
export function ofNumbers(count: number, apply: (...numbers: number[]) => number): SqlFunction {
  return ofValues(count, (values) => {
    const numbers = values.map(toNumber);
    if (!numbers.every((number) => number !== undefined)) return undefined;
    const result = apply(...numbers);
    return Number.isFinite(result) ? result + 0 : undefined;
  });
}

/** A function of texts; Undefined when one can't be had. */
export function ofTexts(
  count: number,
  apply: (...texts: string[]) => Value,
  refuse?: SqlFunction['refuse'],
): SqlFunction {
  return ofValues(
    count,
    (values) => {
      const texts = values.map(toText);
      return texts.every((text) => text !== undefined) ? apply(...texts) : undefined;
    },
    refuse,
  );
}
