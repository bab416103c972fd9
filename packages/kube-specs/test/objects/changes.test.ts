import { expect, test } from 'vitest';
import { nextDataId, stateOf, toRunObjects, toTemplatePatch } from '../../src/index.ts';
import { messageOf } from '../message.ts';
import { coreSet, networkPlan } from '../plan.fixture.ts';
import { anchorUid } from './golden.ts';

test('a set gets other pods even when nothing of them is different', () => {
  const [set] = toRunObjects(networkPlan(), anchorUid).statefulSets;
  if (set === undefined) throw new Error('the plan has a set');
  const [first, second] = [toTemplatePatch(set, 1, 'first'), toTemplatePatch(set, 2, 'second')];
  expect(first.spec.replicas).toBe(set.spec?.replicas);
  expect(first.spec.template?.spec).toEqual(set.spec?.template.spec);
  expect(first.spec.template?.metadata?.annotations).toMatchObject({
    ...set.spec?.template.metadata?.annotations,
    'ssc.stellar.org/change': '1',
  });
  expect(second).not.toEqual(first);
  expect([stateOf(set), stateOf({ ...set, metadata: first.metadata })]).toEqual([
    undefined,
    'first',
  ]);
  // What may not change of a StatefulSet is no part of it.
  expect(Object.keys(first.spec).sort()).toEqual(['replicas', 'template']);
});

test.each([
  [{ data: { kind: 'claim', sizeMiB: 1 } }, undefined],
  [{ data: { kind: 'claim', sizeMiB: 1 }, database: 'postgres' }, undefined],
  [{ data: { kind: 'claim', sizeMiB: 1 }, database: 'memory' }, 'its tables are in memory'],
  [
    { data: { kind: 'claim', sizeMiB: 1, whenScaledDown: 'deleted' } },
    'its claims are deleted when it is scaled down',
  ],
  [{ data: { kind: 'empty-dir', medium: 'disk' } }, 'they were in its pods'],
] as const)('data that outlive pods can be kept: %j', (changes, why) => {
  const set = coreSet(changes);
  const keep = (): string => nextDataId(set, 'kept');
  if (why === undefined) expect(keep()).toBe(set.dataId);
  else expect(messageOf(keep)).toContain(`cannot start with its data kept: ${why}`);
  expect(nextDataId(set, 'fresh')).not.toBe(set.dataId);
});
