import { expect, test } from 'vitest';
import { NodeRoom } from '../../src/controllers/node-room.ts';
import type { Node } from '../../src/types/objects.ts';
import type { Pod } from '../../src/types/pod.ts';

const node = {
  metadata: { name: 'n' },
  status: { allocatable: { cpu: '2', memory: '1Gi', pods: '3' } },
} as unknown as Node;

const podOf = (uid: string, requests: object): Pod =>
  ({
    metadata: { uid },
    spec: { containers: [{ name: 'c', resources: { requests } }] },
  }) as unknown as Pod;

test('what pods ask for is taken and given back, and what is short is named', () => {
  const room = new NodeRoom();
  const reasons = (pod: Pod): string[] => room.shortages(pod, node).map(({ reason }) => reason);
  const [one, big] = [podOf('1', { cpu: '1500m' }), podOf('2', { cpu: '1', memory: '2Gi' })];
  expect(reasons(one)).toEqual([]);
  expect(reasons(big)).toEqual(['Insufficient memory']);
  room.take(one, 'n');
  expect(room.has(one)).toBe(true);
  expect(reasons(big)).toEqual(['Insufficient cpu', 'Insufficient memory']);
  for (const uid of ['3', '4']) room.take(podOf(uid, {}), 'n');
  expect(reasons(podOf('5', {}))).toEqual(['Too many pods']);
  expect(room.load(node)).toBeCloseTo(0.75 + 0 + 1);
  room.release(one);
  room.release(one);
  expect(room.has(one)).toBe(false);
  expect(room.load(node)).toBeCloseTo(2 / 3);
});
