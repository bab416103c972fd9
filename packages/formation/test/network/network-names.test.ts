import { expect, test } from 'vitest';
import { NetworkNames } from '../../src/network/network-names.ts';
import type { PlannedNetwork } from '../../src/plan/plan-network.ts';

const nodes = [
  { name: 'core-0', set: 'core', ordinal: 0 },
  { name: 'watchers-1', set: 'watchers', ordinal: 1 },
] as unknown as PlannedNetwork['nodes'];

test('the nodes of a run’s only network go by their own names', () => {
  const names = new NetworkNames({ run: 'ssc-1a2b3c' }, nodes, undefined);
  expect([...names.pods]).toEqual([
    ['core-0', 'ssc-1a2b3c-core-0'],
    ['watchers-1', 'ssc-1a2b3c-watchers-1'],
  ]);
  expect([...names.sets]).toEqual([
    ['core-0', 'ssc-1a2b3c-core'],
    ['watchers-1', 'ssc-1a2b3c-watchers'],
  ]);
});

test('those of a further one are told apart by it, and so are its objects', () => {
  const names = new NetworkNames({ run: 'ssc-1a2b3c', network: 2 }, nodes, 'late');
  expect(names.labelOf('core')).toBe('late/core');
  expect([...names.refs.keys()]).toEqual(['late/core-0', 'late/watchers-1']);
  expect(names.refs.get('late/watchers-1')).toEqual({
    run: 'ssc-1a2b3c',
    network: 2,
    set: 'watchers',
    ordinal: 1,
  });
  expect(names.pods.get('late/core-0')).toMatchInlineSnapshot(`"ssc-1a2b3c-n2-core-0"`);
});
