import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseUpdate } from '../../../../../local/iot/shadows/shadowRequest.ts';
import { openShadows, type Shadows } from '../../../../../local/iot/shadows/shadows.ts';
import { openStateStore } from '../../../../../local/storage/stateStore.ts';

const key = { thing: 'lamp', name: undefined };
const now = 1_700_000_000_000;
let shadows: Shadows;
const update = (document: unknown, at = key) =>
  shadows.update(at, parseUpdate(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))), now);
const failing = (code: number, message?: string) =>
  expect.objectContaining({ code, ...(message !== undefined && { message }) });

beforeEach(() => {
  shadows = openShadows(openStateStore(':memory:'));
});

// AWS: "Device Shadow service documents", "Interacting with shadows"
describe('a shadow', () => {
  test('answers an update with what was in it', () => {
    update({ state: { reported: { a: 1 } } });
    const outcome = update({ state: { desired: { b: 2, a: null } }, clientToken: 't', version: 1 });
    expect(outcome.accepted).toEqual({
      state: { desired: { b: 2, a: null } },
      metadata: { desired: { b: { timestamp: now / 1000 } } },
      version: 2,
      timestamp: now / 1000,
      clientToken: 't',
    });
    expect(outcome.delta).toEqual({
      state: { b: 2 },
      metadata: { b: { timestamp: now / 1000 } },
      version: 2,
      timestamp: now / 1000,
      clientToken: 't',
    });
    expect(outcome.documents).toMatchObject({
      previous: { state: { reported: { a: 1 } }, version: 1 },
      current: { state: { reported: { a: 1 }, desired: { b: 2 } }, version: 2 },
      clientToken: 't',
    });
  });

  test('answers a get with state, delta and metadata', () => {
    update({ state: { desired: { a: 2 }, reported: { a: 1 } } });
    expect(shadows.get(key, now)).toEqual({
      state: { desired: { a: 2 }, reported: { a: 1 }, delta: { a: 2 } },
      metadata: {
        desired: { a: { timestamp: now / 1000 } },
        reported: { a: { timestamp: now / 1000 } },
        delta: { a: { timestamp: now / 1000 } },
      },
      version: 1,
      timestamp: now / 1000,
    });
  });

  test('counts on after it was deleted', () => {
    update({ state: { reported: { a: 1 } } });
    expect(shadows.delete(key, undefined, now)).toEqual({ version: 1, timestamp: now / 1000 });
    expect(() => shadows.get(key)).toThrow(failing(404));
    expect(shadows.read('lamp')).toBeUndefined();
    expect(update({ state: { reported: { b: 1 } } }).accepted['version']).toBe(2);
    expect(shadows.get(key)['state']).toEqual({ reported: { b: 1 } });
  });

  test('with a name is another one', () => {
    update({ state: { reported: { a: 1 } } }, { thing: 'lamp', name: 'two' as never });
    expect(shadows.names('lamp')).toEqual(['two']);
    expect(shadows.read('lamp', 'two')).toMatchObject({ state: { reported: { a: 1 } } });
    expect(() => shadows.get(key)).toThrow(failing(404, "No shadow exists with name: 'lamp'"));
  });
});

// AWS: "Device Shadow error messages"
describe('a refused update', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
  test.each<[title: string, document: unknown, code: number, message: string]>([
    ['no JSON', '{', 400, 'Invalid JSON'],
    ['no object', '[]', 400, 'Invalid JSON'],
    ['no state', { desired: {} }, 400, 'Missing required node: state'],
    ['a state that is text', { state: 'on' }, 400, 'State node must be an object'],
    ['a desired that is text', { state: { desired: 'on' } }, 400, 'Desired node must be an object'],
    ['a reported that is a list', { state: { reported: [] } }, 400, 'Reported node must be an object'],
    ['a version that is text', { state: {}, version: '1' }, 400, 'Invalid version'],
    ['a client token above 64 bytes', { state: {}, clientToken: 'x'.repeat(65) }, 400, 'Invalid clientToken'],
    ['another node in the state', { state: { delta: {} } }, 400, "State contains an invalid node: 'delta'"],
    [
      'null in an array',
      { state: { desired: { a: [null, 1] } } },
      400,
      'State contains an invalid node: null in an array',
    ],
    ['nine levels', { state: { desired: nested(9) } }, 400, 'JSON contains too many levels of nesting; maximum is 8'],
    ['another version', { state: {}, version: 3 }, 409, 'Version conflict'],
    [
      '8 KB in one',
      { state: { desired: { a: 'x'.repeat(8192) } } },
      413,
      'The payload exceeds the maximum size allowed',
    ],
  ])('%s', (_, document, code, message) => {
    expect(() => update(document)).toThrow(failing(code, message));
  });

  test('8 KB by and by', () => {
    update({ state: { desired: { a: 'x'.repeat(5000) } } });
    expect(() => update({ state: { desired: { b: 'x'.repeat(5000) } } })).toThrow(failing(413));
    expect(shadows.get(key)['version']).toBe(1);
  });

  test('bytes that are no UTF-8', () => {
    expect(() => parseUpdate(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(failing(415));
  });

  test('eight levels are allowed', () => {
    expect(update({ state: { desired: nested(8) } }).accepted['version']).toBe(1);
  });
});
