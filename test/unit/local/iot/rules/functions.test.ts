import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SqlEvaluationError } from '../../../../../local/iot/rules/ruleContext.ts';
import { evaluate } from './published.ts';

const payload = { list: [1, 2, 3], object: { a: 'b' }, nothing: null };

// AWS: "Functions" (the tables of conversions of the functions of one number)
describe('a function of one number', () => {
  test.each([
    'abs',
    'acos',
    'asin',
    'atan',
    'bitnot',
    'ceil',
    'cos',
    'cosh',
    'exp',
    'floor',
    'round',
    'sign',
    'sin',
    'sinh',
    'sqrt',
    'tan',
    'tanh',
  ])('%s() takes numbers and strings of them, and is Undefined for the rest', (name) => {
    for (const taken of ['1', "'1'", '0.5', "'0.5'"])
      expect([taken, typeof evaluate(`${name}(${taken})`)]).toEqual([taken, 'number']);
    for (const other of ['true', "'one'", 'list', 'object', 'nothing', 'missing'])
      expect([other, evaluate(`${name}(${other})`, payload)]).toEqual([other, undefined]);
  });
});

// AWS: "Functions", in the order of that page
describe('a function', () => {
  test.each<[expression: string, value: unknown]>([
    ['abs(-5)', 5],
    ["abs('-5.123')", 5.123],
    ['accountid()', '123456789012'],
    ['acos(0)', 1.5707963267948966],
    ['acos(2)', undefined],
    ['asin(0)', 0],
    ['atan(0)', 0],
    ['atan2(1, 0)', 1.5707963267948966],
    ['bitand(13, 5)', 5],
    ["bitand('13.9', 5.5)", 5],
    ['bitand(true, 5)', undefined],
    ['bitor(8, 5)', 13],
    ['bitxor(13, 5)', 8],
    ['bitnot(13)', -14],
    ['bitand(4294967297, 4294967296)', 4294967296],
    ['cast(true as Int)', 1],
    ['cast(false as Decimal)', 0],
    ["cast('-1.7' as int)", -2],
    ['cast(1.9 as INTEGER)', 1],
    ["cast('5E-12' as double)", 5e-12],
    ["cast('x' as decimal)", undefined],
    ['cast(0 as Bool)', false],
    ['cast(0.1 as Boolean)', true],
    ["cast('FALSE' as boolean)", false],
    ["cast('no' as boolean)", undefined],
    ['cast(12 as String)', '12'],
    ['cast(1e21 as String)', '1000000000000000000000'],
    ['cast(0.0000001 as Nvarchar)', '1E-7'],
    ['cast(true as Text)', 'true'],
    ['cast(list as Ntext)', '[1,2,3]'],
    ['cast(object as varchar)', '{"a":"b"}'],
    ['cast(nothing as String)', undefined],
    ['cast(list as Int)', undefined],
    ['ceil(1.2)', 2],
    ['ceil(-1.2)', -1],
    ['chr(65)', 'A'],
    ['chr(49)', '1'],
    ["chr('65.9')", 'A'],
    ['chr(300)', undefined],
    ['clientid()', 'a1'],
    ['concat()', undefined],
    ['concat(1)', 1],
    ['concat([1, 2, 3], 4)', [1, 2, 3, 4]],
    ['concat([1, 2, 3], "hello")', [1, 2, 3, 'hello']],
    ['concat("con", "cat")', 'concat'],
    ['concat(1, "hello")', '1hello'],
    ['concat("he","is","man")', 'heisman'],
    ['concat([1, 2, 3], "hello", [4, 5, 6])', [1, 2, 3, 'hello', 4, 5, 6]],
    ['concat(1, 2)', undefined],
    ['concat("a", missing)', undefined],
    ['cos(0)', 1],
    ['cosh(2.3)', 5.037220649268761],
    ['decode("eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg==","base64").temperature', 33],
    ["decode('aGk=', 'base64')", 'hi'],
    ["decode('not base64!', 'base64')", null],
    ["decode('aGkaa', 'base64')", null],
    ["decode(missing, 'base64')", null],
    ["encode('hi', 'base64')", 'aGk='],
    ["encode(12, 'base64')", 'MTI='],
    ["encode(missing, 'base64')", undefined],
    ['endswith("cat","at")', true],
    ['endswith(123, 23)', true],
    ['endswith(nothing, "a")', undefined],
    ['exp(1)', Math.E],
    ['floor(1.2)', 1],
    ['floor(-1.2)', -2],
    ['get(["a", "b", "c"], 1)', 'b'],
    ['get(["a", "b", "c"], 0.6)', 'b'],
    ['get(["a", "b", "c"], "1.9")', 'b'],
    ['get(["a"], 3)', undefined],
    ['get(["a"], -1)', undefined],
    ['get({"a":"b"}, "a")', 'b'],
    ['get({"a":"b"}, "toString")', undefined],
    ['get("abc", 0)', 'a'],
    ['get(7, 0)', undefined],
    ['get(*, "object").a', 'b'],
    ['get_or_default(object.a, "none")', 'b'],
    ['get_or_default(missing, "none")', 'none'],
    ['get_or_default(nothing, "none")', 'none'],
    ['get_or_default(missing)', undefined],
    ['md2("hello")', 'a9046c73e00331af68917d3804f70655'],
    ['md5("hello")', '5d41402abc4b2a76b9719d911017c592'],
    ['sha1("hello")', 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
    ['sha224("hello")', 'ea09ae9cc6768c50fcee903ed054556e5bfc8347907f12598aa24193'],
    ['sha256("hello")', '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'],
    ['length(sha384(1))', 96],
    ['length(sha512(list))', 128],
    ['md5(nothing)', undefined],
    ['indexof("abcd", "bc")', 1],
    ['indexof("abcd", "x")', -1],
    ['isNull(5)', false],
    ['isNull(Null)', true],
    ['isNull(missing)', false],
    ['isUndefined(5)', false],
    ['isUndefined(nothing)', false],
    ['isUndefined(floor([1,2,3]))', true],
    ['length("hi")', 2],
    ['length(false)', 5],
    ['length(nothing)', undefined],
    ['ln(exp(1))', 1],
    ['ln(-1)', undefined],
    ['log(100)', 2],
    ['lower("HELLO")', 'hello'],
    ['lower(["HELLO"])', '["hello"]'],
    ['lpad("hello", 2)', '  hello'],
    ['lpad(1, 3)', '   1'],
    ['lpad("a", "1.9")', ' a'],
    ['lpad("a", -1)', 'a'],
    ['length(lpad("a", 5000))', 1001],
    ['lpad("a", true)', undefined],
    ['ltrim(" h i ")', 'h i '],
    ['mod(8, 3)', 2],
    ['mod(8, 0)', undefined],
    ['Nanvl(8, 3)', 8],
    ['nanvl(missing, 3)', 3],
    ['nanvl(nothing, 3)', 3],
    ["nanvl('text', 3)", 'text'],
    ['numbytes("hi")', 2],
    ['numbytes("€")', 3],
    ['power(2, 5)', 32],
    ["power('2', true)", undefined],
    ['principal()', 'ba67293af50bf2506f5f93469686da660c7c844e7b3950bfb16813e0d31e9373'],
    ['regexp_matches("aaaa", "a{2,}")', true],
    ['regexp_matches("aaaa", "b")', false],
    ['regexp_matches("ABC", "(?i)abc")', true],
    ['regexp_matches(1234, "^\\d+$")', true],
    ['regexp_matches("a", object.x)', undefined],
    ['regexp_replace("abcd", "bc", "x")', 'axd'],
    ['regexp_replace("abcd", "b(.*)d", "$1")', 'ac'],
    ['regexp_replace("a.b.c", "\\.", "$0-")', 'a.-b.-c'],
    ['regexp_replace("abc", "b", "\\$")', 'a$c'],
    ['regexp_replace("abc", "b", "$x")', undefined],
    ['regexp_substr("hihihello", "hi")', 'hi'],
    ['regexp_substr("hihihello", "(hi)*")', 'hihi'],
    ['remainder(8, 3)', 2],
    ['replace("abcd", "bc", "x")', 'axd'],
    ['replace("abcdabcd", "b", "x")', 'axcdaxcd'],
    ['replace("abcd", "b", "$&")', 'a$&cd'],
    ['rpad("hello", 2)', 'hello  '],
    ['rpad(1, 3)', '1   '],
    ['Round(1.2)', 1],
    ['Round(1.5)', 2],
    ['Round(1.7)', 2],
    ['Round(-1.1)', -1],
    ['Round(-1.5)', -2],
    ['rtrim(" h i ")', ' h i'],
    ['sign(-7)', -1],
    ['sign(0)', 0],
    ['sign(13)', 1],
    ['sin(0)', 0],
    ['sinh(2.3)', 4.936961805545957],
    ['sourceip()', '192.158.1.38'],
    ['substring("012345", 0)', '012345'],
    ['substring("012345", 2)', '2345'],
    ['substring("012345", 2.745)', '2345'],
    ['substring(123, 2)', '3'],
    ['substring("012345", -1)', '012345'],
    ['substring(true, 1.2)', 'rue'],
    ['substring(false, -2.411E247)', 'false'],
    ['substring("012345", 1, 3)', '12'],
    ['substring("012345", -50, 50)', '012345'],
    ['substring("012345", 3, 1)', ''],
    ['substring("012345", 1, "x")', undefined],
    ['sql_version()', '2016-03-23'],
    ['sqrt(9)', 3],
    ['sqrt(-1)', undefined],
    ['startswith("ranger","ran")', true],
    ['tan(3)', -0.1425465430742778],
    ['tanh(2.3)', 0.9800963962661914],
    ['timestamp()', 1_481_825_251_155],
    ['topic()', 'devices/telemetry/a1'],
    ['topic(1)', 'devices'],
    ["topic('3')", 'a1'],
    ['topic(4)', undefined],
    ['traceid()', '12345678-1234-1234-1234-123456789012'],
    ['transform("enrichArray", object, [1])', undefined],
    ['Trim(" hi ")', 'hi'],
    ['trunc(2.3, 0)', 2],
    ['trunc(2.3123, 2)', 2.31],
    ['trunc(2.888, 2)', 2.88],
    ['trunc(1.13, 2)', 1.13],
    ['trunc(2.00, 5)', 2],
    ["trunc('-2.39', 1)", -2.3],
    ['upper("hello")', 'HELLO'],
    ['upper(["hello"])', '["HELLO"]'],
  ])('%s is %j', (expression, value) => {
    expect(evaluate(expression, payload)).toEqual(value);
  });

  test('clientid() is n/a, traceid() and sourceip() Undefined, for a message that no MQTT client sent', () => {
    const other = { clientId: undefined, sourceIp: undefined };
    expect([
      evaluate('clientid()', {}, other),
      evaluate('traceid()', {}, other),
      evaluate('sourceip()', {}, other),
    ]).toEqual(['n/a', undefined, undefined]);
  });

  test('rand() is between 0 and 1, newuuid() another UUID each time', () => {
    expect([
      evaluate('rand() >= 0'),
      evaluate('rand() < 1'),
      evaluate('newuuid() = newuuid()'),
      evaluate('length(newuuid())'),
    ]).toEqual([true, true, false, 36]);
  });

  test('what MQTT 5 carries is read with get_mqtt_property() and get_user_properties()', () => {
    const properties = {
      contentType: 'application/json',
      responseTopic: 'r',
      payloadFormatIndicator: true,
      correlationData: Buffer.from('c'),
      userProperties: { one: '1', many: ['1', '2'] },
    };
    const read = (expression: string) => evaluate(expression, {}, { properties });
    expect(
      ['content_type', 'response_topic', 'format_indicator', 'correlation_data'].map((name) =>
        read(`get_mqtt_property('${name}')`),
      ),
    ).toEqual(['application/json', 'r', 'UTF8_DATA', 'c']);
    expect(['one', 'many', 'none', 'toString'].map((name) => read(`get_user_properties('${name}')`))).toEqual([
      '1',
      ['1', '2'],
      undefined,
      undefined,
    ]);
    expect([evaluate("get_mqtt_property('content_type')"), evaluate("get_user_properties('one')")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('get_thing_shadow() reads a shadow with its role', () => {
    const asked: unknown[] = [];
    const shadow = (...parameters: unknown[]) => {
      asked.push(parameters);
      return { state: { reported: { alarm: 'ON' } } };
    };
    expect(evaluate("get_thing_shadow('MyThing', 'MyShadow', 'role').state.reported.alarm", {}, { shadow })).toBe('ON');
    expect(evaluate("get_thing_shadow(topic(3), 'role').state.reported.alarm = 'ON'", {}, { shadow })).toBe(true);
    expect(evaluate("get_thing_shadow(missing, 'role')", {}, { shadow })).toBeUndefined();
    expect(asked).toEqual([
      ['MyThing', 'MyShadow', 'role'],
      ['a1', undefined, 'role'],
    ]);
  });

  test('get_or_default() also answers for what fails', () => {
    const shadow = () => {
      throw new SqlEvaluationError('denied');
    };
    expect(evaluate("get_or_default(get_thing_shadow('a', 'role').state, 'none')", {}, { shadow })).toBe('none');
    expect(() => evaluate("get_thing_shadow('a', 'role')", {}, { shadow })).toThrow('denied');
  });

  test('what encode() made decode() gives back, text as text and JSON as its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.json(), (text, json) => {
        const back = "decode(encode(v, 'base64'), 'base64')";
        expect(evaluate(back, { v: `x${text}` })).toBe(`x${text}`);
        expect(evaluate(back, { v: json })).toEqual(JSON.parse(json));
      }),
    );
  });

  test('encode(*) gives the bytes, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(evaluate("encode(*, 'base64')", Buffer.from(bytes))).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });
});

// AWS: "Functions", parse_time; patterns of Joda-Time's DateTimeFormat
describe('parse_time()', () => {
  const at = 100_000_000;
  test.each<[parameters: string, text: unknown]>([
    [`"yyyy.MM.dd G 'at' HH:mm:ss z", ${at}, 'America/Belize'`, '1970.01.01 AD at 21:46:40 CST'],
    [`"yyyy.MM.dd G 'at' HH:mm:ss z", 1497028786000`, '2017.06.09 AD at 17:19:46 UTC'],
    ["'yyyy', timestamp(), 'UTC'", '2016'],
    ["'yy/M/d h:m:s a', 1481825251155", '16/12/15 6:7:31 PM'],
    ["'EEE, d MMM yyyy', 1481825251155", 'Thu, 15 Dec 2016'],
    ["'EEEE d MMMM D e K k', 1481825251155", 'Thursday 15 December 350 4 6 18'],
    ["'HH:mm:ss.SSS S SSSSS', 1481825251005", '18:07:31.005 0 00500'],
    ["\"yyyy-MM-dd'T'HH:mm:ssZZ\", 1481825251155, 'Asia/Kolkata'", '2016-12-15T23:37:31+05:30'],
    ["'Z', 1465000000000, 'Europe/Berlin'", '+0200'],
    ["'ZZZ', 0, 'Europe/Berlin'", 'Europe/Berlin'],
    ["'z', 1465000000000, 'Europe/Berlin'", 'CEST'],
    ["'HH:mm Z', 0, '-03:30'", '20:30 -0330'],
    ["\"h 'o''clock'\", 0", "12 o'clock"],
    ["'yyyy', 'later'", undefined],
    ["'yyyy', missing", undefined],
    ["'yyyy', 0, missing", undefined],
    ["'yyyy', 0, 'Mars' + '/Base'", undefined],
    ["'yyyy' + 'ww', 0", undefined],
  ])('%s', (parameters, text) => {
    expect(evaluate(`parse_time(${parameters})`)).toBe(text);
  });
});

// AWS: "Functions", time_to_epoch; patterns of Java's DateTimeFormatter
describe('time_to_epoch()', () => {
  test.each<[text: string, pattern: string, epoch: unknown]>([
    ['2020-04-03 09:45:18 UTC+01:00', 'yyyy-MM-dd HH:mm:ss VV', 1_585_903_518_000],
    ['18 December 2015', 'dd MMMM yyyy', 1_450_396_800_000],
    ['2007-12-03 10:15:30.592 America/Los_Angeles', 'yyyy-MM-dd HH:mm:ss.SSS z', 1_196_705_730_592],
    ['2007-12-03 10:15:30.592 PST', 'yyyy-MM-dd HH:mm:ss.SSS z', 1_196_705_730_592],
    ['2016-12-15T18:07:31Z', "yyyy-MM-dd''T''HH:mm:ssX", 1_481_825_251_000],
    ['2016-12-15T23:37:31+05:30', "yyyy-MM-dd''T''HH:mm:ssXXX", 1_481_825_251_000],
    ['20161215180731', 'yyyyMMddHHmmss', 1_481_825_251_000],
    ['Thu, 15 Dec 16 6:07 PM', 'EEE, d MMM yy h:mm a', 1_481_825_220_000],
    ['12:30 AM 1 1 1970', 'hh:mm a d M uuuu', 1_800_000],
    ['2021-02-31', 'yyyy-MM-dd', Date.UTC(2021, 1, 28)],
    ['2021-02-32', 'yyyy-MM-dd', undefined],
    ['2021-13-01', 'yyyy-MM-dd', undefined],
    ['2021-1-1', 'yyyy-MM-dd', undefined],
    ['10:15', 'HH:mm', undefined],
    ['2021-01-01 Mars/Base', 'yyyy-MM-dd VV', undefined],
    ['2021-03-28 03:30 Europe/Berlin', 'yyyy-MM-dd HH:mm VV', Date.UTC(2021, 2, 28, 1, 30)],
    ['2021-10-31 12:00 Europe/Berlin', 'yyyy-MM-dd HH:mm VV', Date.UTC(2021, 9, 31, 11)],
  ])('%s as %s is %s', (text, pattern, epoch) => {
    expect(evaluate(`time_to_epoch('${text}', '${pattern}')`)).toBe(epoch);
  });

  test('reads what parse_time() wrote', () => {
    const zone = fc.constantFrom('UTC', 'America/Los_Angeles', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), zone, (time, name) => {
        const written = `parse_time("yyyy-MM-dd'T'HH:mm:ss.SSSZ", ${time}, '${name}')`;
        expect(evaluate(`time_to_epoch(${written}, "yyyy-MM-dd'T'HH:mm:ss.SSSZ")`)).toBe(time);
      }),
    );
  });
});
