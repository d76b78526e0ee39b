import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isFailure } from '../../../functions/platform/failure.ts';
import { readMessage } from '../../../functions/telemetry/readMessage.ts';
import { noon, profileOf, routed } from './samples.ts';

const page = readFileSync(new URL('../../../docs/telemetry-formats.md', import.meta.url), 'utf8');
const read = (payload: string) => readMessage(Buffer.from(payload), routed({}, { deviceId: 'device-1' }), profileOf());

/** Headings that are a format's name, and the examples below each. */
const examples = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section): [format: string, example: string][] => {
    const format = /^`(\w+)`/.exec(section)?.[1];
    return [...section.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => [format ?? 'none', json]);
  });
const refusals = [...page.matchAll(/^\| `([[{].*)` +\| (.*?) +\|$/gm)].map(
  ([, payload = '', reason = '']) => [payload, reason] as const,
);

describe('docs/telemetry-formats.md', () => {
  test.each(examples)('the example of %s is read as such: %s', (format, example) => {
    expect(read(example)).toMatchObject({ format });
  });

  test('has an example of each format', () => {
    expect(new Set(examples.map(([format]) => format))).toEqual(new Set(['flat', 'envelope', 'scada', 'xray']));
  });

  test.each(refusals)('%s is refused because: %s', (payload, reason) => {
    const outcome = read(payload);
    expect(isFailure(outcome) && outcome.reason).toContain(reason);
  });

  test('names eleven refusals', () => {
    expect(refusals).toHaveLength(11);
  });

  test('converts the units of its examples', () => {
    expect(examples.map(([, example]) => read(example)).slice(0, 2)).toMatchObject([
      { latest: { pressure: { value: 1200, time: noon } }, units: { temperature: 'Cel', pressure: 'hPa' } },
      { readings: [{ values: { flow: 186 } }, { values: { flow: 192 } }], units: { flow: 'L/min' } },
    ]);
  });
});
