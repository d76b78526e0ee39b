import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TwinRequest } from '../../../functions/twin/requests.ts';
import type { ShadowUpdate } from '../../../functions/twin/shadowUpdate.ts';
import { expiredAt, moveState, newlyConfirmed, nextExpiry, type TwinState } from '../../../functions/twin/twinState.ts';
import { openShadow } from './shadow.ts';

const at = 1_700_000_000_000;
const asked = (desired: TwinRequest['desired'], more: Partial<TwinRequest> = {}): TwinRequest => ({
  desired,
  actor: 'user:ada',
  cause: 'request',
  at,
  ...more,
});

interface Step {
  readonly update: ShadowUpdate;
  readonly request?: TwinRequest | undefined;
}
const fold = (steps: readonly Step[]): TwinState | undefined =>
  steps.reduce<TwinState | undefined>((state, { update, request }) => moveState(state, update, request), undefined);

describe('a desired value', () => {
  test('is pending until the device reports it, by whom and until when', () => {
    const shadow = openShadow();
    const request = asked({ heat: 21 }, { valuesExpireAt: at + 60_000 });
    const set = fold([{ update: shadow.update({ desired: { heat: 21 } }), request }]);
    expect(set?.values).toEqual({ '/heat': { set: 1, since: at, by: 'user:ada', expiresAt: at + 60_000 } });
    expect(set && nextExpiry(set)).toBe(at + 60_000);
    expect(set && expiredAt(set, at + 59_999)).toEqual([]);
    expect(set && expiredAt(set, at + 60_000)).toEqual(['/heat']);
    const done = moveState(set, shadow.update({ reported: { heat: 21 } }), undefined);
    expect(done.values['/heat']).toMatchObject({ confirmed: 2 });
    expect(nextExpiry(done)).toBeUndefined();
  });

  test('that was confirmed stays so when the device moves away from it, and is never taken back', () => {
    const shadow = openShadow();
    const state = fold([
      { update: shadow.update({ desired: { heat: 21 } }), request: asked({ heat: 21 }, { valuesExpireAt: at }) },
      { update: shadow.update({ reported: { heat: 21 } }) },
      { update: shadow.update({ reported: { heat: 25 } }) },
    ]);
    expect(shadow.state().delta).toEqual({ heat: 21 });
    expect(state && expiredAt(state, Number.POSITIVE_INFINITY)).toEqual([]);
  });

  test('that is asked for again is pending again; one that is written again unasked keeps who asked', () => {
    const shadow = openShadow();
    const steps: Step[] = [
      { update: shadow.update({ desired: { heat: 21 } }), request: asked({ heat: 21 }) },
      { update: shadow.update({ reported: { heat: 21 } }) },
      { update: shadow.update({ reported: { heat: 25 } }) },
      { update: shadow.update({ desired: { heat: 21 } }) },
    ];
    expect(fold(steps)?.values['/heat']).toMatchObject({ set: 1, confirmed: 2, by: 'user:ada' });
    steps.push({
      update: shadow.update({ desired: { heat: 21 } }),
      request: asked({ heat: 21 }, { actor: 'user:bob' }),
    });
    expect(fold(steps)?.values['/heat']).toEqual({ set: 5, since: at, by: 'user:bob' });
  });

  test('expires for itself: another request gave its neighbour longer', () => {
    const shadow = openShadow();
    const state = fold([
      {
        update: shadow.update({ desired: { a: 1, b: 1 } }),
        request: asked({ a: 1, b: 1 }, { valuesExpireAt: at + 10 }),
      },
      { update: shadow.update({ desired: { b: 2 } }), request: asked({ b: 2 }, { valuesExpireAt: at + 20 }) },
      { update: shadow.update({ desired: { c: 3 } }), request: asked({ c: 3 }) },
    ]);
    expect(state && expiredAt(state, at + 10)).toEqual(['/a']);
    expect(state && expiredAt(state, at + 20)).toEqual(['/a', '/b']);
  });
});

test('a shadow that was deleted two days ago begins anew, and what comes late from before changes nothing', () => {
  const shadow = openShadow();
  const old = [1, 2, 3].map((heat) => shadow.update({ reported: { heat } }));
  shadow.forget();
  shadow.wait(49 * 3600);
  const reborn = shadow.update({ desired: { heat: 9 } });
  const state = fold([...old, reborn].map((update) => ({ update })));
  expect(state).toMatchObject({ version: 1, values: { '/heat': { set: 1 } }, missing: [] });
  expect(moveState(state, old[2] as ShadowUpdate, undefined)).toBe(state);
});

/** What may happen to a shadow of three values; who asks for something waits for it a while. */
const happening = fc.record({
  what: fc.constantFrom('ask', 'direct', 'report', 'remove') as fc.Arbitrary<'ask' | 'direct' | 'report' | 'remove'>,
  name: fc.constantFrom('a', 'b', 'c'),
  value: fc.constantFrom<unknown>(1, 2, [1], { x: 1 }, { x: 2, y: 1 }),
  expires: fc.option(fc.constantFrom(5, 50), { nil: undefined }),
  later: fc.constantFrom(0, 0, 1, 10),
});

test('updates end in the same state, and confirm each setting of a value once, in whatever order and however often they come', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 14 }), fc.infiniteStream(fc.nat()), (all, random) => {
      const shadow = openShadow();
      const steps: Step[] = all.map(({ what, name, value, expires, later }) => {
        shadow.wait(later);
        const patch = { [name]: what === 'remove' ? null : value } as never;
        if (what === 'report') return { update: shadow.update({ reported: patch }) };
        if (what === 'direct') return { update: shadow.update({ desired: patch }) };
        const request = asked(patch, expires === undefined ? {} : { valuesExpireAt: at + expires });
        return { update: shadow.update({ desired: patch }), request };
      });
      const shuffled = [...steps, ...steps]
        .map((step) => ({ step, place: random.next().value as number }))
        .sort((one, other) => one.place - other.place)
        .map(({ step }) => step);
      // Versions before the first that was seen are not missed: they come first, as for a shadow that is watched from its making.
      const first = steps.slice(0, 1);
      expect(fold([...first, ...shuffled])).toEqual(fold(steps));
      expect(fold(steps)?.missing).toEqual([]);

      let state: TwinState | undefined;
      const confirmed = new Set<string>();
      for (const { update, request } of [...first, ...shuffled]) {
        const next = moveState(state, update, request);
        for (const path of newlyConfirmed(state, next)) {
          const setting = `${path} as set by ${next.values[path]?.set}`;
          expect(confirmed.has(setting)).toBe(false);
          confirmed.add(setting);
        }
        state = next;
      }
      for (const [path, { set, confirmed: by }] of Object.entries(state?.values ?? {}))
        expect(confirmed.has(`${path} as set by ${set}`)).toBe(by !== undefined && set !== undefined);
    }),
    { numRuns: 500 },
  );
});
