import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  deltaOf,
  emptyDocument,
  type JsonObject,
  updateDocument,
} from '../../../../../local/iot/shadows/shadowDocument.ts';

// AWS: "Device Shadow service documents"
describe('an update', () => {
  const before = updateDocument(
    emptyDocument,
    { desired: { color: 'red', lights: { left: 1, right: 2 }, list: [1, 2, 3] }, reported: { color: 'green' } },
    100,
  );

  test.each<[change: object | null, state: object]>([
    [
      { desired: { color: 'blue' } },
      { desired: { color: 'blue', lights: { left: 1, right: 2 }, list: [1, 2, 3] }, reported: { color: 'green' } },
    ],
    [
      { desired: { color: null } },
      { desired: { lights: { left: 1, right: 2 }, list: [1, 2, 3] }, reported: { color: 'green' } },
    ],
    [
      { desired: { lights: { left: null } } },
      { desired: { color: 'red', lights: { right: 2 }, list: [1, 2, 3] }, reported: { color: 'green' } },
    ],
    [
      { desired: { list: [4] } },
      { desired: { color: 'red', lights: { left: 1, right: 2 }, list: [4] }, reported: { color: 'green' } },
    ],
    [
      { desired: { lights: 'off' } },
      { desired: { color: 'red', lights: 'off', list: [1, 2, 3] }, reported: { color: 'green' } },
    ],
    [{ desired: null }, { reported: { color: 'green' } }],
    [{ reported: { color: null } }, { desired: { color: 'red', lights: { left: 1, right: 2 }, list: [1, 2, 3] } }],
    [{}, before.state],
    [null, {}],
  ])('by %j', (change, state) => {
    expect(updateDocument(before, change as JsonObject, 200).state).toEqual(state);
  });

  test('stamps what it touches, and nothing else', () => {
    expect(updateDocument(before, { desired: { color: 'blue', lights: { right: 3 } } }, 200).metadata).toEqual({
      desired: {
        color: { timestamp: 200 },
        lights: { left: { timestamp: 100 }, right: { timestamp: 200 } },
        list: [{ timestamp: 100 }, { timestamp: 100 }, { timestamp: 100 }],
      },
      reported: { color: { timestamp: 100 } },
    });
  });
});

// AWS: "Device Shadow service documents", delta state
describe('the delta', () => {
  test.each<[title: string, desired: JsonObject, reported: JsonObject, delta: JsonObject | undefined]>([
    [
      'differing and missing fields',
      { color: 'RED', state: 'STOP' },
      { color: 'GREEN', engine: 'ON' },
      { color: 'RED', state: 'STOP' },
    ],
    [
      'the path to what differs',
      { lights: { color: { r: 255, g: 255, b: 255 } } },
      { lights: { color: { r: 255, g: 0, b: 255 } } },
      { lights: { color: { g: 255 } } },
    ],
    ['whole arrays', { list: [1, 2] }, { list: [1, 3] }, { list: [1, 2] }],
    ['nothing for equal arrays', { list: [1, { a: 2 }] }, { list: [1, { a: 2 }] }, undefined],
    ['an object for a value', { a: { b: 1 } }, { a: 1 }, { a: { b: 1 } }],
    ['nothing for what is only reported', {}, { a: 1 }, undefined],
  ])('%s', (_, desired, reported, delta) => {
    const document = updateDocument(emptyDocument, { desired, reported }, 100);
    expect(deltaOf(document)?.state).toEqual(delta);
  });

  test('carries the metadata of desired', () => {
    const document = updateDocument(
      updateDocument(emptyDocument, { desired: { a: { b: 1, c: 2 } } }, 100),
      { reported: { a: { b: 1 } } },
      200,
    );
    expect(deltaOf(document)).toEqual({ state: { a: { c: 2 } }, metadata: { a: { c: { timestamp: 100 } } } });
  });

  test('is gone when it is reported', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()));
    const tree = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,3}$/),
      fc.oneof(leaf, fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), leaf)),
    );
    fc.assert(
      fc.property(tree, tree, (desired, reported) => {
        const document = updateDocument(
          emptyDocument,
          { desired: desired as JsonObject, reported: reported as JsonObject },
          1,
        );
        const delta = deltaOf(document);
        const after = delta ? updateDocument(document, { reported: delta.state }, 2) : document;
        expect(deltaOf(after)).toBeUndefined();
      }),
    );
  });
});
