import { describe, expect, test } from '@jest/globals';
import { compileExpression, compileSql, type RuleContext } from '../../../../../local/iot/rules/compile.ts';
import type { Value } from '../../../../../local/iot/rules/values.ts';

const published = (payload: Buffer | unknown, given: Partial<RuleContext> = {}): RuleContext => ({
  raw: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
  json: Buffer.isBuffer(payload) ? undefined : (payload as Value),
  topic: 'devices/telemetry/a1',
  clientId: 'a1',
  principal: 'ba67293af50bf2506f5f93469686da660c7c844e7b3950bfb16813e0d31e9373',
  timestamp: 1_481_825_251_155,
  traceId: '12345678-1234-1234-1234-123456789012',
  accountId: '123456789012',
  ...given,
});

const select = (clause: string, payload: Buffer | unknown = {}) =>
  compileSql(`SELECT ${clause} FROM 'devices/#'`).select(published(payload));
const evaluate = (expression: string, payload: unknown = {}) => compileExpression(expression)(published(payload));

// AWS: "SELECT clause", "JSON extensions", "Working with binary payloads"
describe('SELECT', () => {
  test.each<[clause: string, payload: unknown, outgoing: unknown]>([
    ['*', { color: 'red', temperature: 50 }, { color: 'red', temperature: 50 }],
    ['color', { color: 'red', temperature: 50 }, { color: 'red' }],
    ['color AS my_color', { color: 'red' }, { my_color: 'red' }],
    [
      'color as my_color, temperature as fahrenheit',
      { color: 'red', temperature: 50 },
      { my_color: 'red', fahrenheit: 50 },
    ],
    ['foo.bar AS bar', { foo: { bar: 'RED', bar1: 'GREEN' } }, { bar: 'RED' }],
    ['state.reported.temperature', { state: { reported: { temperature: 7 } } }, { temperature: 7 }],
    ["*, 'x' AS added", { color: 'red' }, { color: 'red', added: 'x' }],
    ['*, color AS color', { color: 'red' }, { color: 'red' }],
    ['missing, color', { color: 'red' }, { color: 'red' }],
    ['foo.bar.baz AS deep', { foo: { bar: 1 } }, {}],
    ['foo AS n', { foo: null }, { n: null }],
    ['NULL AS n', {}, { n: null }],
    ['VALUE color', { color: 'red' }, 'red'],
    [
      'temp, md5(deviceid) AS hashed_id',
      { deviceid: 'iot123', temp: 54.98 },
      { temp: 54.98, hashed_id: 'e37f81fb397e595c4aeb5645b8cbbbd1' },
    ],
    [
      "{'latitude': get(lat_long, 0), 'longitude': get(lat_long, 1)} as lat_long",
      { lat_long: [47.606, -122.332] },
      { lat_long: { latitude: 47.606, longitude: -122.332 } },
    ],
    ['[lat, long] as lat_long', { lat: 47.696, long: -122.332 }, { lat_long: [47.696, -122.332] }],
  ])('%s of %j gives %j', (clause, payload, outgoing) => {
    expect(select(clause, payload)).toEqual(outgoing);
  });

  test('* passes a binary payload on byte for byte', () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x80]);
    expect(select('*', bytes)).toEqual(bytes);
  });

  test("encode(*, 'base64') takes the payload's exact bytes, JSON or not", () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x80]);
    expect(select("encode(*, 'base64') AS data", bytes)).toEqual({ data: bytes.toString('base64') });
    const spaced = Buffer.from('{ "a" : 1.0 }');
    const compiled = compileSql("SELECT encode(*, 'base64') AS data FROM 't'");
    expect(compiled.select({ ...published({ a: 1 }), raw: spaced })).toEqual({ data: spaced.toString('base64') });
  });

  test('a binary payload has no members', () => {
    expect(select("color, clientid() AS id, encode(*, 'base64') AS data", Buffer.from('~'))).toEqual({
      id: 'a1',
      data: 'fg==',
    });
  });

  test('the ingestion rule of this system compiles and identifies the sender', () => {
    const sql =
      "SELECT encode(*, 'base64') AS payload, topic(3) AS deviceId, clientid() AS clientId, principal() AS principal, timestamp() AS receivedAt, traceid() AS traceId FROM 'devices/telemetry/+'";
    expect(compileSql(sql).select(published(Buffer.from([1])))).toEqual({
      payload: 'AQ==',
      deviceId: 'a1',
      clientId: 'a1',
      principal: 'ba67293af50bf2506f5f93469686da660c7c844e7b3950bfb16813e0d31e9373',
      receivedAt: 1_481_825_251_155,
      traceId: '12345678-1234-1234-1234-123456789012',
    });
  });
});

// AWS: "WHERE clause", "Operators", "Data types"
describe('WHERE', () => {
  const matches = (condition: string, payload: Buffer | unknown) =>
    compileSql(`SELECT * FROM 'a' WHERE ${condition}`).matches(published(payload));

  test.each<[condition: string, payload: unknown, matched: boolean]>([
    ["temperature > 50 AND color <> 'red'", { color: 'red', temperature: 40 }, false],
    ["temperature > 50 AND color <> 'red'", { color: 'blue', temperature: 60 }, true],
    ['temperature > 50 OR humidity > 50', { temperature: 60, humidity: 1 }, true],
    ['on', { on: true }, true],
    ['on', { on: 'TRUE' }, true],
    ['on', { on: 1 }, false],
    ['NOT on', { on: false }, true],
    ['NOT on', {}, false],
    ['a = b', {}, false],
    ['a <> b', {}, false],
    ['a <> 1', {}, false],
    ['a = null', { a: null }, true],
    ['a = null', {}, false],
    ['a <> null', { a: null }, false],
    ['isNull(a)', { a: null }, true],
    ['isNull(a)', {}, false],
    ['isUndefined(a)', {}, true],
    ['isUndefined(a)', { a: null }, false],
    ['a < 10', { a: null }, false],
    ['3 IN a', { a: [1, 2, 3] }, true],
    ['3 IN a', { a: [1, 2] }, false],
    ['a % 12 = 0', { a: 24 }, true],
    ['(a = 1 OR b = 1) AND c = 1', { a: 1, b: 0, c: 0 }, false],
    ['a = 1 OR b = 1 AND c = 1', { a: 1, b: 0, c: 0 }, true],
  ])('%s on %j: %j', (condition, payload, matched) => {
    expect(matches(condition, payload)).toBe(matched);
  });

  test('an operand that is no Boolean makes AND and OR Undefined, whatever the other is', () => {
    expect(evaluate('true OR missing')).toBeUndefined();
    expect(evaluate('missing OR true')).toBeUndefined();
    expect(evaluate('false AND missing')).toBeUndefined();
  });

  test('a payload that is not JSON can be decoded and compared', () => {
    const context = { ...published(Buffer.from('80')), json: undefined };
    const sql = compileSql(
      "SELECT decode(encode(*, 'base64'), 'base64') AS value FROM 'a' WHERE decode(encode(*, 'base64'), 'base64') > 50",
    );
    expect([sql.matches(context), sql.select(context)]).toEqual([true, { value: 80 }]);
  });
});

// AWS: "Operators", "Data types" (conversions), "Case statements"
describe('an expression', () => {
  test.each<[expression: string, value: unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 - -3', 1],
    ["'a' + 1", 'a1'],
    ["1 + 'a'", '1a'],
    ["'on: ' + true", 'on: true'],
    ["'a' + missing", undefined],
    ['true + 1', undefined],
    ['7 / 2', 3],
    ['7.5 / 2', 3.75],
    ["'7' * '2'", 14],
    ["'seven' * 2", undefined],
    ['7 / 0', undefined],
    ['8 % 3', 2],
    ["'10' > '9'", true],
    ["'b' > 'a'", undefined],
    ["5 = '5'", false],
    ["true = 'true'", false],
    ['1 = 1.0', true],
    ["{'a': 1, 'b': 2} = {'b': 2, 'a': 1}", true],
    ['[1, 2] = [2, 1]', false],
    ['null = null', true],
    ['null = 0', false],
    ["CASE 'yellow' WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' ELSE 'no light' END", 'caution'],
    ["CASE 'blue' WHEN 'green' THEN 'go' ELSE 'no light' END", 'no light'],
    ["CASE 'blue' WHEN 'green' THEN 'go' END", undefined],
    ["CASE missing WHEN 'green' THEN 'go' ELSE 'no light' END", undefined],
    ["'it''s'", "it's"],
    ['"double quotes are a string too"', 'double quotes are a string too'],
    ['list[1]', 'b'],
    ['list[9]', undefined],
  ])('%s is %j', (expression, value) => {
    expect(evaluate(expression, { list: ['a', 'b'] })).toEqual(value);
  });

  test.each(['5E-12', '-1.2', '0'])('the string %s converts to a number', (text) => {
    expect(evaluate(`'${text}' * 1`)).toBe(Number(text));
  });

  test.each(['.5', '5.', '1e+3', ' 1', '0x10', ''])('the string "%s" does not', (text) => {
    expect(evaluate(`'${text}' * 1`)).toBeUndefined();
  });
});

// AWS: "Functions"
describe('a function', () => {
  test.each<[expression: string, value: unknown]>([
    ['topic()', 'devices/telemetry/a1'],
    ['topic(1)', 'devices'],
    ['topic(3)', 'a1'],
    ['topic(4)', undefined],
    ['clientid()', 'a1'],
    ['accountid()', '123456789012'],
    ['timestamp()', 1_481_825_251_155],
    ['abs(-5)', 5],
    ["abs('-5.123')", 5.123],
    ['bitand(13, 5)', 5],
    ['ceil(1.2)', 2],
    ['chr(65)', 'A'],
    ["chr('49')", '1'],
    ['chr(300)', undefined],
    ['concat()', undefined],
    ["concat('he', 'is', 'man')", 'heisman'],
    ["concat(1, 'hello')", '1hello'],
    ["concat([1, 2, 3], 'hello', [4, 5, 6])", [1, 2, 3, 'hello', 4, 5, 6]],
    ["decode('eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg==', 'base64').temperature", 33],
    ["decode('aGk=', 'base64')", 'hi'],
    ["decode('not base64!', 'base64')", null],
    ["encode('hi', 'base64')", 'aGk='],
    ["endswith('cat', 'at')", true],
    ["get(['a', 'b'], 1)", 'b'],
    ["get({'my-key': 1}, 'my-key')", 1],
    ["indexof('abcd', 'bc')", 1],
    ['isUndefined(floor([1, 2, 3]))', true],
    ["length('hi')", 2],
    ['length(false)', 5],
    ['length(null)', undefined],
    ["lpad('hello', 2)", '  hello'],
    ["rpad('hello', 2)", 'hello  '],
    ['lpad(1, 3)', '   1'],
    ['mod(8, 3)', 2],
    ['Nanvl(8, 3)', 8],
    ['nanvl(missing, 3)', 3],
    ["nanvl('text', 3)", 'text'],
    ["numbytes('€')", 3],
    ['power(2, 5)', 32],
    ["regexp_matches('aaaa', 'a{2,}')", true],
    ["regexp_matches('aaaa', '(')", undefined],
    ["regexp_replace('abcd', 'b(.*)d', '$1')", 'ac'],
    ["regexp_substr('hihihello', '(hi)*')", 'hihi'],
    ["replace('abcdabcd', 'b', 'x')", 'axcdaxcd'],
    ['Round(1.5)', 2],
    ['Round(-1.5)', -2],
    ['Round(-1.1)', -1],
    ['sign(-7)', -1],
    ["startswith('ranger', 'ran')", true],
    ["substring('012345', 2.745)", '2345'],
    ['substring(123, 2)', '3'],
    ["substring('012345', -50, 50)", '012345'],
    ["substring('012345', 3, 1)", ''],
    ["Trim(' hi ')", 'hi'],
    ['trunc(2.3123, 2)', 2.31],
    ['trunc(1.13, 2)', 1.13],
    ['trunc(2.888, 2)', 2.88],
    ['trunc(2.3, 0)', 2],
    ["upper('hello')", 'HELLO'],
    ['sqrt(-1)', undefined],
  ])('%s is %j', (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test('clientid() is n/a for a message that no MQTT client sent', () => {
    expect(compileExpression('clientid()')(published({}, { clientId: undefined }))).toBe('n/a');
  });
});

// What is not honoured is refused by name, with its position. AWS: "AWS IoT SQL reference", "Nested object queries", "FROM clause"
describe('a statement is refused', () => {
  test.each<[sql: string, message: string]>([
    [
      "SELECT aws_lambda('a') AS x FROM 'a'",
      "The function aws_lambda() is not honoured by the local cloud at position 7 of: SELECT aws_lambda('a') AS x FROM 'a'",
    ],
    [
      "SELECT constructor(1) AS x FROM 'a'",
      'The function constructor() is not honoured by the local cloud at position 7',
    ],
    ["SELECT cast(a AS int) AS x FROM 'a'", 'The function cast() is not honoured'],
    ["SELECT topic(1, 2) AS x FROM 'a'", 'topic() takes 0 to 1 parameters, not 2 at position 7'],
    ["SELECT (SELECT v FROM e) AS x FROM 'a'", 'Subqueries are not honoured by the local cloud yet at position 8'],
    ["SELECT clientid() FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT a + b FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT 'a' FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT true FROM 'a'", 'Give this expression a name with AS at position 7'],
    ['SELECT *', 'FROM is expected at position 8'],
    ['SELECT * FROM a', "FROM takes a topic filter in single quotes, as in FROM 'devices/+/data' at position 14"],
    ["SELECT * FROM 'a/#/b'", "'a/#/b' is not a topic filter"],
    ["SELECT * FROM 'a/b+'", "'a/b+' is not a topic filter"],
    ["SELECT * FROM 'a' WHERE", 'The statement ends too early at position 23'],
    ["SELECT * FROM 'a' LIMIT 1", "Unexpected 'LIMIT' at position 18"],
    ["SELECT * FROM 'a' WHERE b = ;", "Unexpected ';' at position 28"],
    ["SELECT * FROM 'a' WHERE CASE WHEN a THEN b END", 'Unexpected WHEN at position 29'],
    ["SELECT a.b-c AS d FROM 'a' WHERE a.'b' = 1", 'A name is expected; others are read with get() at position 35'],
    ['', 'SELECT is expected at position 0'],
    ["SELECT * FROM 'a", "Unexpected ''' at position 14"],
  ])('%s', (sql, message) => {
    expect(() => compileSql(sql)).toThrow(message);
  });
});
