import type { V1Volume } from '@kubernetes/client-node';
import { validateObject } from '@ssc/kube-schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { podName, toRunObjects, toSetObjects } from '../../src/index.ts';
import { messageOf } from '../message.ts';
import { coreSet, networkPlan, runName } from '../plan.fixture.ts';

const MiB = 1024 * 1024;

/** The files that a volume puts into its folder, read from the ConfigMaps. */
function mounted(
  volume: V1Volume | undefined,
  configMaps: readonly { metadata?: { name?: string }; data?: Record<string, string> }[],
): Record<string, string> {
  const sources = volume?.configMap
    ? [volume.configMap]
    : (volume?.projected?.sources ?? []).flatMap(({ configMap }) => configMap ?? []);
  return Object.fromEntries(
    sources.flatMap(({ name, items }) => {
      const data = configMaps.find((map) => map.metadata?.name === name)?.data ?? {};
      return (items ?? []).map(({ key, path }) => [path, data[key] ?? 'missing']);
    }),
  );
}

test('every pod finds the files of its own set, and no others', () => {
  const sets = fc
    .array(fc.array(fc.integer({ min: 0, max: 700_000 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((sizes) =>
      sizes.map((nodes, i) =>
        coreSet({
          name: `set-${i}`,
          nodes: nodes.map((bytes, j) => ({ config: `${i} ${j}`.padEnd(bytes, '#') })),
        }),
      ),
    );
  fc.assert(
    fc.property(sets, (sets) => {
      const { configMaps, statefulSets } = toRunObjects(networkPlan({ sets }), 'u');
      for (const configMap of configMaps)
        expect(validateObject('v1', 'ConfigMap', configMap)).toEqual([]);
      sets.forEach((set, i) => {
        const volumes = statefulSets[i]?.spec?.template.spec?.volumes;
        const files = mounted(
          volumes?.find(({ name }) => name === 'cfg'),
          configMaps,
        );
        expect(files).toEqual(
          Object.fromEntries(
            set.nodes.map(({ config }, ordinal) => [
              `${podName({ run: runName, set: set.name, ordinal })}.cfg`,
              config,
            ]),
          ),
        );
      });
      const total = sets.flatMap((set) => set.nodes).reduce((sum, n) => sum + n.config.length, 0);
      // Not one for each set: of any two packs at least one is more than half full.
      expect(configMaps.length - 1).toBeLessThanOrEqual(Math.ceil((2 * total) / MiB) + 1);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('the pods of a set with delays all find a file of them, if only an empty one', () => {
  const to = 'ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc';
  const sets = [
    coreSet({ nodes: [{ config: 'a', delays: [{ to, delayMs: 7 }] }, { config: 'b' }] }),
    coreSet({ name: 'near', nodes: [{ config: 'c' }] }),
  ];
  const plan = networkPlan({ sets, delay: { image: 'd:1' } });
  const { configMaps, statefulSets } = toRunObjects(plan, 'u');
  const files = statefulSets.map((set) => {
    const volumes = set.spec?.template.spec?.volumes;
    return mounted(
      volumes?.find(({ name }) => name === 'cfg'),
      configMaps,
    );
  });
  expect(files).toEqual([
    {
      'ssc-1a2b3c-core-0.cfg': 'a',
      'ssc-1a2b3c-core-0.delays': `10 7ms ${to}\n`,
      'ssc-1a2b3c-core-1.cfg': 'b',
      'ssc-1a2b3c-core-1.delays': '',
    },
    { 'ssc-1a2b3c-near-0.cfg': 'c' },
  ]);
});

test('600 nodes with 65 delays each need few ConfigMaps', () => {
  const delays = Array.from({ length: 65 }, (_, i) => ({
    to: `ssc-1a2b3c-node-${i}-0.ssc-1a2b3c.sandbox.svc`,
    delayMs: i,
  }));
  const sets = Array.from({ length: 600 }, (_, i) =>
    coreSet({ name: `node-${i}`, nodes: [{ config: 'x'.repeat(4000), delays }] }),
  );
  const { configMaps } = toRunObjects(networkPlan({ sets, delay: { image: 'd:1' } }), 'u');
  expect(configMaps.length).toBeLessThanOrEqual(10);
  for (const configMap of configMaps)
    expect(validateObject('v1', 'ConfigMap', configMap)).toEqual([]);
});

test('600 sets of one node need few calls', () => {
  const sets = Array.from({ length: 600 }, (_, i) =>
    coreSet({ name: `node-${i}`, nodes: [{ config: 'x'.repeat(4000) }] }),
  );
  const { all } = toRunObjects(networkPlan({ sets }), 'u');
  expect(all.length).toBeLessThanOrEqual(600 + 5);
});

test('a set that changes takes a ConfigMap of its own and leaves the others as they are', () => {
  const [a, b] = [coreSet({ name: 'a' }), coreSet({ name: 'b' })];
  const before = toRunObjects(networkPlan({ sets: [a, b] }), 'u');
  const changed = { ...a, nodes: a.nodes.map(() => ({ config: 'NODE_IS_VALIDATOR = false\n' })) };
  const after = toSetObjects(networkPlan({ sets: [changed, b] }), changed, 'u');
  const names = before.configMaps.map((map) => map.metadata?.name);
  expect(after.configMaps.map((map) => names.includes(map.metadata?.name))).toEqual([true, false]);
  expect(after.statefulSet.metadata?.name).toBe(before.statefulSets[0]?.metadata?.name);
  expect(after.statefulSet.spec?.template).not.toEqual(before.statefulSets[0]?.spec?.template);
});

test('the same content has the same name, another has another', () => {
  const name = (config: string): string | undefined =>
    toRunObjects(networkPlan({ sets: [coreSet({ nodes: [{ config }] })] }), 'u').configMaps[1]
      ?.metadata?.name;
  expect(name('a')).toBe(name('a'));
  expect(name('a')).not.toBe(name('b'));
});

test('a configuration that no ConfigMap can hold is refused', () => {
  const sets = [coreSet({ nodes: [{ config: 'x'.repeat(MiB + 1) }] })];
  expect(messageOf(() => toRunObjects(networkPlan({ sets }), 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  the configuration of a node of set "core" has 1048577 bytes, and a ConfigMap holds at most 1048576
      File    ssc-1a2b3c-core-0.cfg"
  `);
});
