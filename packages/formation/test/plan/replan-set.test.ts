import { expect, test } from 'vitest';
import { planNetwork } from '../../src/index.ts';
import { replanSet } from '../../src/plan/replan-set.ts';

const request = {
  run: 'ssc-1a2b3c',
  mission: 'Test',
  namespace: 'sandbox',
  sets: { core: { nodes: 2, keepsData: true }, others: { nodes: 1, startsLater: true } },
  images: { core: 'stellar/stellar-core', history: 'nginx' },
  seed: '1',
} as const;
const planned = planNetwork(request);

test('a change keeps keys, names, other sets, and the size that a quota left', () => {
  const small = { ...planned.plan.sets[0]?.resources, cpuRequestMillis: 40 } as never;
  const plan = {
    ...planned.plan,
    sets: planned.plan.sets.map((set, i) => (i === 0 ? { ...set, resources: small } : set)),
  };
  const next = replanSet({ request, planned: { ...planned, plan } }, 'core', {
    data: 'kept',
    config: { MAX_SLOTS_TO_REMEMBER: 24 },
  });
  expect(next.planned.nodes.map(({ publicKey }) => publicKey)).toEqual(
    planned.nodes.map(({ publicKey }) => publicKey),
  );
  expect(next.planned.configs.get('core-1')).toContain('MAX_SLOTS_TO_REMEMBER = 24');
  expect(next.planned.configs.get('others-0')).toBe(planned.configs.get('others-0'));
  expect(next.planned.plan.sets[1]).toBe(planned.plan.sets[1]);
  expect(next.set).toMatchObject({ resources: { cpuRequestMillis: 40 }, running: true });
});

test('data that are kept keep their id, fresh ones have the next, change after change', () => {
  const first = replanSet({ request, planned }, 'core', { data: 'fresh' });
  expect(first.set.dataId).toBe('ssc-1a2b3c-core-g2');
  const second = replanSet(first, 'core', { data: 'kept' });
  expect(second.set.dataId).toBe('ssc-1a2b3c-core-g2');
  expect(replanSet(second, 'core', { data: 'fresh' }).set.dataId).toBe('ssc-1a2b3c-core-g3');
});

test('settings add up, and undefined takes one out', () => {
  const first = replanSet({ request, planned }, 'core', {
    data: 'kept',
    config: { MAX_SLOTS_TO_REMEMBER: 24 },
  });
  const config = {
    EXPERIMENTAL_PRECAUTION_DELAY_META: undefined,
    MAX_SLOTS_TO_REMEMBER: undefined,
  };
  const second = replanSet(first, 'core', { data: 'kept', config });
  expect(second.planned.configs.get('core-0')).toBe(planned.configs.get('core-0'));
});

test('another stellar-core, where there is one', () => {
  const images = { core: 'core:2', old: 'core:1', history: 'nginx' };
  const two = { ...request, images };
  const old = replanSet({ request: two, planned: planNetwork(two) }, 'core', {
    data: 'kept',
    image: 'old',
  });
  expect(old.set.image).toBe('core:1');
  expect(replanSet(old, 'core', { data: 'kept' }).set.image).toBe('core:1');
  expect(replanSet(old, 'core', { data: 'kept', image: 'new' }).set.image).toBe('core:2');
  expect(() => replanSet({ request, planned }, 'core', { data: 'kept', image: 'old' })).toThrow(
    'runs an older stellar-core, and none is named',
  );
});

test('a set that begins with an archive begins with the ledger that is said, and the data id of its first data stays', () => {
  const two = {
    ...request,
    sets: { ...request.sets, others: { ...request.sets.others, startsFrom: 'archive' as const } },
  };
  const before = planNetwork(two);
  const first = replanSet({ request: two, planned: before }, 'others', { from: 15 });
  expect(first.set.preparation.catchup).toBe('15/0');
  expect(first.set.dataId).toBe(before.plan.sets[1]?.dataId);
  const again = replanSet(first, 'others', { data: 'fresh' });
  expect(again.set.preparation.catchup).toBe('current/0');
  expect(() => replanSet({ request: two, planned: before }, 'others', { from: 1 })).toThrow(
    'an archive has no state after ledger 1',
  );
  expect(() => replanSet({ request, planned }, 'core', { from: 15 })).toThrow(
    'core begins at genesis, so it cannot start from ledger 15',
  );
});
