import type { V1Container, V1LimitRange } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import {
  type ComputeUsage,
  containerUsage,
  podUsage,
  renderAmount,
  toRunObjects,
} from '../../src/index.ts';
import { postgres } from '../objects/golden.ts';
import { coreSet, networkPlan } from '../plan.fixture.ts';

const container = (cpu: string, isSidecar = false): V1Container => ({
  name: 'a',
  resources: { requests: { cpu } },
  ...(isSidecar && { restartPolicy: 'Always' }),
});
const cpuOf = (inits: readonly V1Container[], containers: readonly V1Container[]): string =>
  renderAmount(
    podUsage({ initContainers: [...inits], containers: [...containers] }).get('requests.cpu') ?? 0n,
    'cpu',
  );
const readable = (usage: ComputeUsage): Record<string, string> =>
  Object.fromEntries(
    [...usage].map(([key, amount]) => [
      key,
      renderAmount(amount, key.endsWith('cpu') ? 'cpu' : 'bytes'),
    ]),
  );

// The cases of KEP-753 (sidecar containers), "resources calculation".
test.each([
  ['containers add up', [], [container('1'), container('500m')], '1500m'],
  ['a large init container counts instead', [container('2')], [container('1')], '2'],
  ['a small one does not count', [container('500m')], [container('1')], '1'],
  ['sidecars add to containers', [container('1', true)], [container('1')], '2'],
  [
    'an init container after a sidecar runs beside it',
    [container('1', true), container('3')],
    [container('1')],
    '4',
  ],
  ['one before it does not', [container('3'), container('1', true)], [container('1')], '3'],
] as const)('%s', (_what, inits, containers, sum) => {
  expect(cpuOf(inits, containers)).toBe(sum);
});

test('the overhead of a runtime class is added, to limits where there are some', () => {
  const usage = podUsage({
    containers: [container('1')],
    overhead: { cpu: '250m', memory: '1Mi' },
  });
  expect(readable(usage)).toEqual({ 'requests.cpu': '1250m', 'requests.memory': '1Mi' });
});

const range = (item: object): V1LimitRange => ({
  spec: { limits: [{ type: 'Container', ...item }] },
});

test('what a container does not say, the server and limit ranges say', () => {
  const limited: V1Container = { name: 'a', resources: { limits: { cpu: '2', memory: '1Gi' } } };
  expect(readable(containerUsage(limited))).toEqual({
    'limits.cpu': '2',
    'limits.memory': '1Gi',
    'requests.cpu': '2',
    'requests.memory': '1Gi',
  });
  const ranges = [
    range({ default: { cpu: '1', 'ephemeral-storage': '2Gi' }, defaultRequest: { cpu: '100m' } }),
    range({ _default: { cpu: '9', memory: '9Gi' } }),
  ];
  expect(readable(containerUsage({ name: 'a' } as V1Container, ranges))).toEqual({
    'limits.cpu': '1',
    'limits.ephemeral-storage': '2Gi',
    'limits.memory': '9Gi',
    'requests.cpu': '100m',
    'requests.ephemeral-storage': '2Gi',
    'requests.memory': '9Gi',
  });
});

test("a small node's pod comes to what it did for the predecessor", () => {
  const pod = (plan: Parameters<typeof networkPlan>[0]): Record<string, string> =>
    readable(
      podUsage(
        toRunObjects(networkPlan(plan), 'u').statefulSets[0]?.spec?.template.spec ?? {
          containers: [],
        },
      ),
    );
  expect(pod({})).toEqual({
    'limits.cpu': '1050m',
    'limits.memory': '288Mi',
    'requests.cpu': '110m',
    'requests.memory': '288Mi',
  });
  expect(pod({ postgres, sets: [coreSet({ database: 'postgres' })] })).toEqual({
    'limits.cpu': '2050m',
    'limits.memory': '1312Mi',
    'requests.cpu': '1110m',
    'requests.memory': '1312Mi',
  });
});
