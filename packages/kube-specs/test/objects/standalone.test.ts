import { expect, test } from 'vitest';
import { toRunObjects, toStandaloneObjects } from '../../src/index.ts';
import { networkPlan } from '../plan.fixture.ts';

test('the objects of a network for hands are those of a run, in their order, with no owner', () => {
  const plan = networkPlan();
  const owned = toRunObjects(plan, 'uid').all;
  const alone = toStandaloneObjects(plan);
  expect(alone.map(({ kind, metadata }) => [kind, metadata?.name])).toEqual(
    owned.map(({ kind, metadata }) => [kind, metadata?.name]),
  );
  expect(owned.every(({ metadata }) => metadata?.ownerReferences?.length === 1)).toBe(true);
  expect(JSON.stringify(alone)).not.toContain('ownerReferences');
  // What pods need stands before them.
  const kinds = alone.map(({ kind }) => kind);
  expect(kinds.lastIndexOf('ConfigMap')).toBeLessThan(kinds.indexOf('StatefulSet'));
});
