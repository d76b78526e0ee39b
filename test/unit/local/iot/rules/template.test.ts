// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of AWS IoT are what is tested
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SqlSyntaxError, tokenize } from '../../../../../local/iot/rules/lexer.ts';
import { compileSql } from '../../../../../local/iot/rules/statement.ts';
import { fill } from './published.ts';

// AWS: "Substitution templates"; the second and third: "Error handling (error action)", "Functions" (parse_time)
describe('a substitution template', () => {
  test.each<[template: string, filled: string]>([
    ['${topic()}/republish', 'devices/telemetry/a1/republish'],
    ["${replace(topic(), '/', '-') + '-' + timestamp()}", 'devices-telemetry-a1-1481825251155'],
    ["${parse_time('yyyy', timestamp(), 'UTC')}", '2016'],
    ['plain', 'plain'],
    ['', ''],
    ['a/${b.c}/${d}', 'a/x/7'],
    ['${missing}', ''],
    ['${nothing}', ''],
    ['${b}', '{"c":"x"}'],
    ["${get({'k}': 1}, 'k}')}", '1'],
    ["${{'a': {'b': '}'}}.a.b}", '}'],
    ['$${topic(1)} $ { }', '$devices $ { }'],
    ['${value}', '5'],
  ])('%s becomes %s', (template, filled) => {
    expect(fill(template, { b: { c: 'x' }, d: 7, nothing: null, value: 5 })).toBe(filled);
  });

  test('a template sees the variables of the SET clause', () => {
    expect(fill('${@x}', {}, { variables: new Map([['@x', 'set']]) })).toBe('set');
  });

  test.each<[template: string, message: string]>([
    ['${topic()', 'The template is not closed with }'],
    ['a${', 'The template is not closed with }'],
    ['${}', 'The statement ends too early'],
    ['${a b}', "Unexpected 'b' at position 4"],
    ['${aws_lambda()}', 'The function aws_lambda() is not honoured'],
    ['${@x}', 'The variable @x is not SET'],
  ])('%s is refused', (template, message) => {
    expect(() => fill(template)).toThrow(message);
  });

  test('text without ${ stays as it is, and one filled in stands where its template stood', () => {
    const text = fc.string().filter((value) => !value.includes('$'));
    fc.assert(
      fc.property(text, fc.string(), text, (before, value, after) => {
        expect(fill(before + after)).toBe(before + after);
        expect(fill(`${before}\${v}${after}`, { v: value })).toBe(before + value + after);
      }),
    );
  });
});

// AWS: "AWS IoT SQL reference"
describe('whatever the text', () => {
  const words = [
    'SELECT ',
    '*',
    ' FROM ',
    "'a/#'",
    ' WHERE ',
    'a',
    '.',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    ' AS ',
    'CASE ',
    'WHEN ',
    ' END',
    '${',
    '@v',
    ' = ',
    '1.5e3',
    '"',
    "'",
    'VALUE ',
    'SET ',
    'cast(',
    'concat(',
    '-',
  ];
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join('')),
  );

  test('tokens cover it in order, or it is refused with its place', () => {
    fc.assert(
      fc.property(text, (sql) => {
        try {
          const places = tokenize(sql).map(({ at }) => at);
          expect(places).toEqual([...places].sort((a, b) => a - b));
          expect(places.at(-1)).toBe(sql.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SqlSyntaxError);
        }
      }),
    );
  });

  test('compiling a statement or a template ends, with a result or a refusal', () => {
    fc.assert(
      fc.property(text, (sql) => {
        for (const compile of [() => compileSql(sql), () => compileSql(`SELECT ${sql}`), () => fill(sql)]) {
          try {
            compile();
          } catch (error) {
            expect(error).toBeInstanceOf(SqlSyntaxError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
