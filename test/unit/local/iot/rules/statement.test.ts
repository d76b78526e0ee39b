import { describe, expect, test } from '@jest/globals';
import { compileSql } from '../../../../../local/iot/rules/statement.ts';
import { published, run, select } from './published.ts';

// AWS: "SELECT clause", "JSON extensions", "Literals"
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
    ['*, 15 as speed', { color: 'red', temperature: 50 }, { color: 'red', temperature: 50, speed: 15 }],
    ['color.red as red_value', { color: { red: 255, green: 0, blue: 0 }, temperature: 50 }, { red_value: 255 }],
    [
      '(temperature - 32) * 5 / 9 AS celsius, upper(color) as my_color',
      { color: 'red', temperature: 50 },
      { celsius: 10, my_color: 'RED' },
    ],
    ['foo.bar AS bar.baz', { foo: { bar: 'RED', bar1: 'GREEN' } }, { bar: { baz: 'RED' } }],
    ['*, 1 AS a.b, 2 AS a.c', { a: { d: 3 } }, { a: { b: 1, c: 2, d: 3 } }],
    ['* AS message', { color: 'red' }, { message: { color: 'red' } }],
    ['state.reported.temperature', { state: { reported: { temperature: 7 } } }, { temperature: 7 }],
    ['missing, color', { color: 'red' }, { color: 'red' }],
    ['foo.bar.baz AS deep', { foo: { bar: 1 } }, {}],
    ['foo AS n', { foo: null }, { n: null }],
    ['NULL AS n', {}, { n: null }],
    ['VALUE color', { color: 'red' }, 'red'],
    ['VALUE *', { color: 'red' }, { color: 'red' }],
    ['VALUE arr', { a: { b: 'c' }, arr: [1, 2, 3, 4] }, [1, 2, 3, 4]],
    ['VALUE missing', {}, undefined],
    ['value', { value: 7 }, { value: 7 }],
    ['value AS v, unit', { value: 7, unit: 'C' }, { v: 7, unit: 'C' }],
    ['value - 1 AS v', { value: 7 }, { v: 6 }],
    [
      'temp, md5(deviceid) AS hashed_id',
      { deviceid: 'iot123', temp: 54.98 },
      { temp: 54.98, hashed_id: 'e37f81fb397e595c4aeb5645b8cbbbd1' },
    ],
    [
      "{'latitude': get(lat_long, 0),'longitude':get(lat_long, 1)} as lat_long",
      { lat_long: [47.606, -122.332] },
      { lat_long: { latitude: 47.606, longitude: -122.332 } },
    ],
    ['[lat,long] as lat_long', { lat: 47.696, long: -122.332 }, { lat_long: [47.696, -122.332] }],
    [
      'get(get(get(mydata,"item2"),"0"),"my-key") AS v',
      { mydata: { item2: { 0: { 'my-key': 'myValue' } } } },
      { v: 'myValue' },
    ],
  ])('%s of %j gives %j', (clause, payload, outgoing) => {
    expect(select(clause, payload)).toEqual(outgoing);
  });

  test('an alias below a member of the payload leaves the payload as it is', () => {
    const payload = { a: { d: 3 } };
    select('*, 1 AS a.b', payload);
    expect(payload).toEqual({ a: { d: 3 } });
  });

  test('a payload may have any names', () => {
    const payload: unknown = JSON.parse('{"__proto__": 1, "constructor": 2}');
    expect(JSON.stringify(select('*, 3 AS x', payload))).toBe('{"__proto__":1,"constructor":2,"x":3}');
    expect(select('toString AS t', {})).toEqual({});
  });

  test('the ingestion rule of this system identifies the sender', () => {
    const sql =
      "SELECT encode(*, 'base64') AS payload, topic(3) AS deviceId, clientid() AS clientId, principal() AS principal, timestamp() AS receivedAt, traceid() AS traceId FROM 'devices/telemetry/+'";
    expect(run(sql, Buffer.from([1]))).toEqual({
      payload: 'AQ==',
      deviceId: 'a1',
      clientId: 'a1',
      principal: 'ba67293af50bf2506f5f93469686da660c7c844e7b3950bfb16813e0d31e9373',
      receivedAt: 1_481_825_251_155,
      traceId: '12345678-1234-1234-1234-123456789012',
    });
  });
});

// AWS: "Working with binary payloads"
describe('a binary payload', () => {
  const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x80]);

  test.each<[sql: string, outgoing: unknown]>([
    ["SELECT * FROM 'topic/subtopic'", bytes],
    ["SELECT * FROM 'topic/subtopic' WHERE timestamp() % 12 = 3", bytes],
    ["SELECT * FROM 'topic/subtopic' WHERE device_type = 'thermostat'", 'nothing'],
    [
      "SELECT encode(*, 'base64') AS data, timestamp() AS ts FROM 'topic/subtopic'",
      { data: 'AP/+gA==', ts: 1_481_825_251_155 },
    ],
    ["SELECT * AS data FROM 'topic/subtopic'", { data: 'AP/+gA==' }],
    ["SELECT color, clientid() AS id FROM 'topic/subtopic'", { id: 'a1' }],
  ])('%s', (sql, outgoing) => {
    expect(run(sql, bytes)).toEqual(outgoing);
  });

  test("encode(*, 'base64') takes the exact bytes of JSON too", () => {
    const spaced = Buffer.from('{ "a" : 1.0 }');
    expect(run("SELECT encode(*, 'base64') AS data FROM 't'", { a: 1 }, { raw: spaced })).toEqual({
      data: spaced.toString('base64'),
    });
  });

  test('data can be added to an empty payload and to JSON, not to other bytes', () => {
    const sql = "SELECT *, principal() as principal, timestamp() as time FROM 'topic/subtopic'";
    expect(run(sql, Buffer.alloc(0))).toEqual({ principal: expect.any(String), time: 1_481_825_251_155 });
    expect(() => run(sql, bytes)).toThrow('the payload is not a JSON object');
    expect(() => run(sql, [1])).toThrow('the payload is not a JSON object');
  });
});

// AWS: "WHERE clause"
describe('WHERE', () => {
  test.each<[condition: string, payload: unknown, matched: boolean]>([
    ["temperature > 50 AND color <> 'red'", { color: 'red', temperature: 40 }, false],
    ["temperature > 50 AND color <> 'red'", { color: 'blue', temperature: 60 }, true],
    ['temperature > 50 OR humidity > 50', { temperature: 60, humidity: 1 }, true],
    ['on', { on: true }, true],
    ['on', { on: 'TRUE' }, true],
    ['on', { on: 1 }, false],
    ['NOT on', { on: false }, true],
    ['NOT on', {}, false],
    ['value > 5', { value: 6 }, true],
    ['a % 12 = 0', { a: 24 }, true],
    ['(a = 1 OR b = 1) AND c = 1', { a: 1, b: 0, c: 0 }, false],
    ['a = 1 OR b = 1 AND c = 1', { a: 1, b: 0, c: 0 }, true],
    ["get((SELECT v FROM e WHERE n = 'temperature'), 0).v > 20", { e: [{ n: 'temperature', v: 22.5 }] }, true],
  ])('%s on %j: %j', (condition, payload, matched) => {
    expect(run(`SELECT * FROM 'a' WHERE ${condition}`, payload) !== 'nothing').toBe(matched);
  });

  test('a payload that is not JSON can be decoded and compared', () => {
    const sql =
      "SELECT decode(encode(*, 'base64'), 'base64') AS value FROM 'topic/subtopic' WHERE decode(encode(*, 'base64'), 'base64') > 50";
    expect(run(sql, Buffer.from('80'))).toEqual({ value: 80 });
    expect(run(sql, Buffer.from('40'))).toBe('nothing');
  });
});

// AWS: "Nested object queries"; the last two: "Functions", transform
describe('a nested query', () => {
  const e = [
    { n: 'temperature', u: 'Cel', t: 1234, v: 22.5 },
    { n: 'light', u: 'lm', t: 1235, v: 135 },
    { n: 'acidity', u: 'pH', t: 1235, v: 7 },
  ];
  const data2 = {
    a: 'first',
    b: 'second',
    c: [
      { x: { n: 5 }, y: true },
      { x: { n: 10 }, y: false },
    ],
  };

  test.each<[clause: string, payload: unknown, outgoing: unknown]>([
    ['(SELECT VALUE n FROM e) as sensors', { e }, { sensors: ['temperature', 'light', 'acidity'] }],
    ["(SELECT v FROM e WHERE n = 'temperature') as temperature", { e }, { temperature: [{ v: 22.5 }] }],
    ["get((SELECT v FROM e WHERE n = 'temperature'), 0).v as temperature", { e }, { temperature: 22.5 }],
    [
      '(SELECT n, v * 2 AS twice, topic(3) AS id FROM e WHERE t = 1235 AND v > 10) AS r',
      { e },
      { r: [{ n: 'light', twice: 270, id: 'a1' }] },
    ],
    [
      '(SELECT VALUE (SELECT VALUE x FROM inner) FROM outer) AS r',
      { outer: [{ inner: [{ x: 1 }] }, { inner: [{ x: 2 }, {}] }] },
      { r: [[1], [2]] },
    ],
    ['(SELECT VALUE * FROM list WHERE * > 1) AS r', { list: [1, 2, 3] }, { r: [2, 3] }],
    ['(SELECT a FROM data2) AS r', { data2 }, { r: { a: 'first' } }],
    ["(SELECT a FROM data2 WHERE b = 'x') AS r", { data2 }, {}],
    ['(SELECT a FROM missing) AS r, (SELECT a FROM text) AS s', { text: 'a' }, {}],
    [
      'value transform("enrichArray", attributes, values)',
      { attributes: { data1: 1 }, values: [{ a: 3 }, { b: 4 }] },
      [
        { a: 3, data1: 1 },
        { b: 4, data1: 1 },
      ],
    ],
    [
      'value transform("enrichArray", {"key": attributes.data1}, values)',
      { attributes: { data1: 1 }, values: [{ a: 3 }] },
      [{ a: 3, key: 1 }],
    ],
    [
      "value transform('enrichArray', (select a, b from data2), (select value c from data2))",
      { data2 },
      data2.c.map((item) => ({ ...item, a: 'first', b: 'second' })),
    ],
  ])('%s', (clause, payload, outgoing) => {
    expect(select(clause, payload)).toEqual(outgoing);
  });
});

// AWS: "SET clause"
describe('SET', () => {
  test('a variable holds what was computed, for SELECT, WHERE, nested queries and the variables after it', () => {
    const sql =
      "SET @c = (f - 32) * 5 / 9, @o = {'x': @c} SELECT @c AS celsius, @o.x AS x, (SELECT VALUE v + @c FROM e) AS r FROM 'a' WHERE @c > 10";
    expect(run(sql, { f: 68, e: [{ v: 1 }] })).toEqual({ celsius: 20, x: 20, r: [21] });
    expect(run(sql, { f: 32 })).toBe('nothing');
  });

  test('it is computed once for a message', () => {
    expect(run("SET @id = newuuid() SELECT VALUE @id = @id FROM 'a'")).toBe(true);
  });

  test.each<[sql: string, message: string]>([
    ["SELECT @x AS y FROM 'a'", 'The variable @x is not SET'],
    ["SET @x = @x SELECT * FROM 'a'", 'The variable @x is not SET'],
    ["SET @x = 1, @x = 2 SELECT * FROM 'a'", 'The variable @x is SET twice'],
    ["SET x = 1 SELECT * FROM 'a'", 'A variable is expected'],
    [`SET @${'x'.repeat(65)} = 1 SELECT * FROM 'a'`, 'more than 64 characters'],
    ["SET @x = 1 SET @y = 2 SELECT * FROM 'a'", 'SELECT is expected'],
    ["SELECT * FROM 'a' SET @x = 1", "Unexpected 'SET'"],
  ])('%s is refused', (sql, message) => {
    expect(() => compileSql(sql)).toThrow(message);
  });
});

// AWS: "FROM clause", "Reducing messaging costs with Basic Ingest"
test.each([
  ["SELECT * FROM 'a/+/b'", 'a/+/b'],
  ["SELECT * FROM '#' WHERE a = 1", '#'],
  ['SELECT *', undefined],
  ['SELECT a AS b WHERE c = 1', undefined],
])('%s listens to %s', (sql, filter) => {
  expect(compileSql(sql).topicFilter).toBe(filter);
});

// What AWS doesn't document, or this cloud doesn't honour, is refused with its name and position. AWS: "AWS IoT SQL reference"
describe('a statement is refused', () => {
  test.each<[sql: string, message: string]>([
    [
      "SELECT * FROM 'a' WHERE EXISTS (SELECT * FROM b)",
      "The function EXISTS() is not honoured by the local cloud at position 24 of: SELECT * FROM 'a' WHERE EXISTS (SELECT * FROM b)",
    ],
    [
      "SELECT aws_lambda('a') AS x FROM 'a'",
      "The function aws_lambda() is not honoured by the local cloud at position 7 of: SELECT aws_lambda('a') AS x FROM 'a'",
    ],
    ["SELECT get_dynamodb('t', 'k', a, 'r') AS x FROM 'a'", 'The function get_dynamodb() is not honoured'],
    ["SELECT get_secret('a', 'b', 'r') AS x FROM 'a'", 'The function get_secret() is not honoured'],
    ["SELECT get_registry_data('a', 'b', 'r') AS x FROM 'a'", 'The function get_registry_data() is not honoured'],
    [
      "SELECT machinelearning_predict('m', 'r', *) AS x FROM 'a'",
      'The function machinelearning_predict() is not honoured',
    ],
    [
      "SELECT (SELECT constructor(1) AS x FROM e) AS x FROM 'a'",
      'The function constructor() is not honoured by the local cloud at position 15',
    ],
    ["SELECT topic(1, 2) AS x FROM 'a'", 'topic() takes 0 to 1 parameters, not 2 at position 7'],
    ["SELECT abs() AS x FROM 'a'", 'abs() takes 1 parameters, not 0'],
    ["SELECT cast(a AS uuid) AS x FROM 'a'", 'cast() knows no type uuid'],
    ["SELECT decode(a, 'proto', 'x', 'y', 'z', 'w') AS x FROM 'a'", 'decode() takes 2 parameters, not 6'],
    ["SELECT encode(a, 'hex') AS x FROM 'a'", "encode(): the scheme is written as 'base64'"],
    ["SELECT transform('merge', a, b) AS x FROM 'a'", "transform(): the mode is written as 'enrichArray'"],
    [
      "SELECT regexp_matches(a, '(?<=a)b(') AS x FROM 'a'",
      'regexp_matches(): the regular expression (?<=a)b( is not understood',
    ],
    [
      "SELECT parse_time('yyyy-ww', a) AS x FROM 'a'",
      'parse_time(): the letter w of the pattern yyyy-ww is not honoured',
    ],
    ["SELECT parse_time('yyyy', a, 'Mars/Base') AS x FROM 'a'", 'parse_time(): Mars/Base is not a time zone'],
    [
      "SELECT time_to_epoch(a, 'YYYY-MM-dd') AS x FROM 'a'",
      'time_to_epoch(): the letter Y of the pattern YYYY-MM-dd is not honoured',
    ],
    [
      "SELECT get_thing_shadow('a', role) AS x FROM 'a'",
      'get_thing_shadow(): the role is written as a string in quotes',
    ],
    [
      "SELECT get_mqtt_property('topic') AS x FROM 'a'",
      'get_mqtt_property(): the property is written as one of content_type',
    ],
    ["SELECT clientid() FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT a + b FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT true FROM 'a'", 'Give this expression a name with AS at position 7'],
    ["SELECT * FROM 'a' WHERE b != 1", '!= is not an operator of AWS IoT SQL, <> is at position 26'],
    ["SELECT * FROM 'a' WHERE b BETWEEN 1 AND 2", 'BETWEEN is not an operator of AWS IoT SQL'],
    ["SELECT * FROM 'a' WHERE b LIKE 'x'", 'LIKE is not an operator of AWS IoT SQL'],
    ["SELECT * FROM 'a' WHERE b IS NULL", 'IS is not an operator of AWS IoT SQL'],
    ["SELECT b[0] AS c FROM 'a'", 'Items of an array are read with get() at position 8'],
    ['SELECT * FROM a', "FROM takes a topic filter in single quotes, as in FROM 'devices/+/data' at position 14"],
    ["SELECT * FROM 'a/#/b'", "'a/#/b' is not a topic filter"],
    ["SELECT * FROM 'a/b+'", "'a/b+' is not a topic filter"],
    ["SELECT * FROM 'a' WHERE", 'The statement ends too early at position 23'],
    ["SELECT * FROM 'a' LIMIT 1", "Unexpected 'LIMIT' at position 18"],
    ["SELECT * FROM 'a' WHERE b = ;", "Unexpected ';' at position 28"],
    ["SELECT * FROM 'a' WHERE CASE WHEN a THEN b END", 'Unexpected WHEN at position 29'],
    ["SELECT a.b-c AS d FROM 'a' WHERE a.'b' = 1", 'A name is expected; others are read with get() at position 35'],
    ["SELECT a, FROM 'a'", 'Unexpected FROM'],
    ["SELECT (SELECT a) AS b FROM 'a'", 'FROM is expected'],
    ['', 'SELECT is expected at position 0'],
    ["SELECT * FROM 'a", "Unexpected ''' at position 14"],
  ])('%s', (sql, message) => {
    expect(() => compileSql(sql)).toThrow(message);
  });

  test('a function that the caller has not, with the reason', () => {
    const unavailable = new Map([['get_thing_shadow', 'needs shadows']]);
    expect(() => compileSql("SELECT get_thing_shadow('a', 'r') AS s FROM 'a'", unavailable)).toThrow(
      'The function get_thing_shadow() needs shadows',
    );
  });
});

test('WHERE is asked before SELECT, and a rule sees no aliases', () => {
  const compiled = compileSql("SELECT a AS b FROM 't' WHERE b = 1");
  expect(compiled.matches(published({ a: 1 }))).toBe(false);
});
