import type { V1ResourceQuota } from '@kubernetes/client-node';
import { isSscError } from '@ssc/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkQuota,
  type NamespaceLimits,
  shareQuota,
  sumDemand,
  toRunObjects,
} from '../../src/index.ts';
import { coreSet, networkPlan } from '../plan.fixture.ts';

const objects = toRunObjects(networkPlan(), 'uid').all;

const limits = (
  hard: Record<string, string>,
  used: Record<string, string> = {},
): NamespaceLimits => ({
  namespace: 'sandbox',
  quotas: [
    { metadata: { name: 'team' }, spec: { hard }, status: { hard, used } } as V1ResourceQuota,
  ],
  limitRanges: [],
});

test('what a network comes to, key by key; what comes to nothing is left out', () => {
  expect(sumDemand(objects)).toMatchInlineSnapshot(`
    [
      {
        "amount": "3",
        "key": "count/pods",
      },
      {
        "amount": "330m",
        "key": "requests.cpu",
      },
      {
        "amount": "3150m",
        "key": "limits.cpu",
      },
      {
        "amount": "864Mi",
        "key": "requests.memory",
      },
      {
        "amount": "864Mi",
        "key": "limits.memory",
      },
    ]
  `);
  const onClaims = networkPlan({ sets: [coreSet({ data: { kind: 'claim', sizeMiB: 2048 } })] });
  expect(sumDemand(toRunObjects(onClaims, 'uid').all)).toContainEqual({
    key: 'requests.storage',
    amount: '6Gi',
  });
  expect(sumDemand([])).toEqual([]);
});

test('what a quota leaves beside what is needed of it', () => {
  expect(shareQuota(objects, limits({ 'requests.cpu': '2', pods: '4' }, { pods: '2' }))).toEqual([
    { quota: 'team', key: 'requests.cpu', amount: '330m', left: '2', hard: '2', fits: true },
    { quota: 'team', key: 'pods', amount: '3', left: '2', hard: '4', fits: false },
  ]);
});

test('something does not fit exactly when the check refuses it', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 1000 }),
      fc.nat({ max: 6 }),
      fc.nat({ max: 3 }),
      (cpu, pods, used) => {
        const room = limits({ 'requests.cpu': `${cpu}m`, pods: `${pods}` }, { pods: `${used}` });
        const fits = shareQuota(objects, room).every((share) => share.fits);
        let refused = false;
        try {
          checkQuota(objects, room);
        } catch (error) {
          refused = isSscError(error, 'SSC_QUOTA');
        }
        expect(refused).toBe(!fits);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});
