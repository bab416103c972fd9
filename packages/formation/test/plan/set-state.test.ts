import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSetState, renderSetState } from '../../src/plan/set-state.ts';

const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.bigInt(), fc.array(fc.string()));

test('the state of a set is read as it was written', () => {
  const state = fc.record(
    {
      change: fc.nat(),
      dataId: fc.string(),
      from: fc.nat(),
      image: fc.constantFrom('new' as const, 'old' as const),
      config: fc.dictionary(
        fc.stringMatching(/^[A-Z_]{1,12}$/u),
        fc.oneof(value, fc.constant(undefined)),
        { noNullPrototype: true },
      ),
    },
    { requiredKeys: ['change', 'dataId'], noNullPrototype: true },
  );
  fc.assert(
    fc.property(state, (one) => {
      expect(parseSetState(renderSetState(one))).toStrictEqual(one);
    }),
    { seed: 1 },
  );
});

test.each(['', '{', 'null', '7', '{}', '{"change":1}', '{"change":"1","dataId":"a"}'])(
  'what is none is told: %s',
  (text) => {
    expect(parseSetState(text)).toBeUndefined();
  },
);
