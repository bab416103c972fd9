import { renderError } from '@ssc/errors';
import { containerNames, toRunObjects } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { type ClusterSettings, type CoreSetSpec, planNetwork } from '../../src/index.ts';

const plan = (
  sets: Record<string, CoreSetSpec>,
  cluster: ClusterSettings = {},
  placement?: Parameters<typeof planNetwork>[0]['placement'],
) =>
  planNetwork({
    run: 'ssc-1a2b3c',
    mission: 'Test',
    namespace: 'sandbox',
    sets,
    images: { core: 'stellar/stellar-core', history: 'nginx' },
    seed: '1',
    clusterSettings: cluster,
    ...(placement !== undefined && { placement }),
  });

/** The pods of the first set, as Kubernetes gets them. */
const podOf = (sets: Record<string, CoreSetSpec>, cluster: ClusterSettings = {}) => {
  const [set] = toRunObjects(plan(sets, cluster).plan, 'uid').statefulSets;
  const spec = set?.spec?.template.spec;
  const container = (name: string) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((c) => c.name === name);
  return { set, spec, container };
};

const refusalOf = (act: () => unknown): string => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return renderError(error);
  }
};

const core = { core: { nodes: 2 } } as const;

describe('sizes', () => {
  test('a set has the size that its mission gives it, else the small one', () => {
    const { plan: network } = plan({
      core: { nodes: 1 },
      big: { nodes: 1, resources: 'acceptance' },
    });
    expect(network.sets.map(({ resources }) => resources.cpuRequestMillis)).toEqual([100, 4000]);
  });

  test('whoever runs it says another profile, and single sizes over that', () => {
    const { container } = podOf(
      { core: { nodes: 1, resources: 'acceptance' } },
      { profile: 'medium', resources: { cpuRequestMillis: 300 } },
    );
    expect(container(containerNames.core)?.resources).toEqual({
      requests: { cpu: '300m', memory: '512Mi' },
      limits: { cpu: '1000m', memory: '1024Mi' },
    });
    expect(
      refusalOf(() => plan(core, { resources: { memoryRequestMiB: 512 } })),
    ).toMatchInlineSnapshot(`"✖ SSC_RESOURCES  the memory request 512 is above its limit 256"`);
  });
});

describe('storage', () => {
  test('data are on the disk of the machine, in memory, or on claims', () => {
    const volume = (cluster: ClusterSettings) =>
      podOf(core, cluster).spec?.volumes?.find(({ name }) => name === 'data')?.emptyDir;
    expect(volume({})).toEqual({});
    expect(volume({ data: 'memory', dataSizeMiB: 512 })).toEqual({
      medium: 'Memory',
      sizeLimit: '512Mi',
    });
    const { set } = podOf(core, { data: 'claim', dataSizeMiB: 2048, storageClass: 'fast' });
    expect(set?.spec?.volumeClaimTemplates?.[0]?.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '2048Mi' } },
    });
    expect(set?.spec?.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Delete',
      whenScaled: 'Retain',
    });
  });

  test('a set that keeps its data is on claims, and others are not', () => {
    const { plan: network } = plan(
      { core: { nodes: 1, keepsData: true }, others: { nodes: 1 } },
      { storageClass: 'fast' },
    );
    expect(network.sets.map(({ data }) => data)).toEqual([
      { kind: 'claim', sizeMiB: 1024, storageClass: 'fast' },
      { kind: 'empty-dir', medium: 'disk' },
    ]);
  });

  test('what contradicts the mission, or would say nothing, is refused', () => {
    expect(
      refusalOf(() =>
        plan(
          { core: { nodes: 1, keepsData: true, database: 'memory' } },
          { data: 'memory', whenScaledDown: 'deleted' },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network cannot lie in the cluster as it is asked to
        sets.core    keeps its data, which needs claims; got data "memory"
        sets.core    keeps its data, and tables in memory go with the process
        sets.core    keeps its data, and its claims were to be deleted when it stops"
    `);
    expect(refusalOf(() => plan(core, { storageClass: 'fast' }))).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network cannot lie in the cluster as it is asked to
        storageClass    is "fast", and no set has its data on claims"
    `);
    const delay = { image: 'tc', delayMs: 100 };
    expect(refusalOf(() => plan(core, { delay }))).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network cannot lie in the cluster as it is asked to
        networkDelay    is 100 ms, and no set has packets that wait"
    `);
    expect(
      plan({ core: { nodes: 2, delayMs: 5 } }, { delay }).plan.sets[0]?.nodes[0]?.delays,
    ).toEqual([expect.objectContaining({ delayMs: 100 })]);
  });
});

describe('databases', () => {
  test('postgres stands in the configuration and beside stellar-core, and its password in neither', () => {
    const postgres = { image: 'postgres:17', password: 'only-a-test' };
    const network = plan(core, { database: 'postgres', postgres });
    expect(network.configs.get('core-0')).toContain(
      'DATABASE = "postgresql://dbname=postgres user=ssc host=localhost"',
    );
    expect([...network.configs.values()].join('')).not.toContain('only-a-test');
    const { container } = podOf(core, { database: 'postgres', postgres });
    expect(container(containerNames.postgres)?.image).toBe('postgres:17');
  });

  test('postgres without an image for it is refused', () => {
    expect(
      refusalOf(() => podOf({ core: { nodes: 1, database: 'postgres' } })),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  a problem in the plan of run ssc-1a2b3c; nothing was made
        sets.core.database    is postgres, but the plan has no image for it (postgres)"
    `);
  });

  test('tables in memory', () => {
    const { configs } = plan(core, { database: 'memory' });
    expect(configs.get('core-0')).toContain('DATABASE = "sqlite3://:memory:"');
  });
});

describe('beside stellar-core', () => {
  test('an exporter in every pod', () => {
    const { container, set } = podOf(core, { exporter: { image: 'exporter:1' } });
    expect(container(containerNames.exporter)?.image).toBe('exporter:1');
    expect(set?.spec?.template.metadata?.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
    });
  });

  test('packets of a set wait on their way to all others, or to those that its nodes connect to', () => {
    const sets = {
      slow: { nodes: 1, delayMs: 100 },
      fast: { nodes: 2 },
      mapped: { nodes: 1, delayMs: 7, peerMap: { 'mapped-0': ['fast-1'] } },
    } as const;
    const delaysOf = (cluster: ClusterSettings) =>
      Object.fromEntries(
        plan(sets, cluster).plan.sets.map((set) => [
          set.name,
          set.nodes.map(({ delays }) =>
            delays?.map(({ to, delayMs }) => `${to.split('.')[0]} ${delayMs}`),
          ),
        ]),
      );
    expect(delaysOf({ delay: { image: 'netdelay:1' } })).toEqual({
      slow: [['ssc-1a2b3c-fast-0 100', 'ssc-1a2b3c-fast-1 100', 'ssc-1a2b3c-mapped-0 100']],
      fast: [undefined, undefined],
      mapped: [['ssc-1a2b3c-fast-1 7']],
    });
    expect(delaysOf({ delay: { image: 'netdelay:1', delayMs: 20 } })['mapped']).toEqual([
      ['ssc-1a2b3c-fast-1 20'],
    ]);
  });

  test('packets are not delayed where nodes have no pods of a cluster', () => {
    expect(
      refusalOf(() =>
        plan({ slow: { nodes: 1, delayMs: 100 } }, {}, () => ({
          peerHost: '127.0.0.1',
          dataFolder: '/runs/0',
        })),
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_DELAY_UNAVAILABLE  slow should have delayed packets, and packets are delayed in pods of a cluster only
        Take --provider kubernetes; on this machine, tc-netem(8) delays a whole interface."
    `);
  });
});

test('pods are spread over the nodes of the cluster, unless they are to go elsewhere', () => {
  expect(podOf(core).spec?.topologySpreadConstraints).toHaveLength(1);
  const { spec } = podOf(core, {
    scheduling: { spread: false, requireNodeLabels: [{ key: 'purpose', value: 'load' }] },
    imagePullSecrets: ['registry'],
    imagePullPolicy: 'Always',
  });
  expect(spec?.topologySpreadConstraints).toBeUndefined();
  expect(spec?.affinity?.nodeAffinity).toBeDefined();
  expect(spec?.imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(spec?.containers.every(({ imagePullPolicy }) => imagePullPolicy === 'Always')).toBe(true);
});
