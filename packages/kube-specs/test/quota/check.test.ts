import type { V1LimitRangeItem, V1PodSpec, V1ResourceQuota } from '@kubernetes/client-node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Amount,
  checkNetworkQuota,
  checkQuota,
  demandOf,
  fitQuota,
  type NamespaceLimits,
  parseAmount,
  quotaMatches,
  type Resources,
  resourceProfiles,
  toDemand,
  toJobObjects,
  toRooms,
  toRunObjects,
  withResources,
} from '../../src/index.ts';
import { messageOf } from '../message.ts';
import { postgres } from '../objects/golden.ts';
import { coreSet, networkPlan, runName } from '../plan.fixture.ts';

const quota = (
  hard: Record<string, string>,
  used: Record<string, string> = {},
  spec: Partial<V1ResourceQuota['spec'] & {}> = {},
): V1ResourceQuota => ({
  metadata: { name: 'team' },
  spec: { hard, ...spec },
  status: { hard, used },
});

const limitsOf = (
  quotas: readonly V1ResourceQuota[],
  items: readonly V1LimitRangeItem[] = [],
): NamespaceLimits => ({
  namespace: 'sandbox',
  quotas,
  limitRanges:
    items.length === 0 ? [] : [{ metadata: { name: 'sizes' }, spec: { limits: [...items] } }],
});

const just = { 'requests.cpu': '330m', 'limits.memory': '864Mi', pods: '3', services: '1' };

test('what just fits is let through, and what is more by a hair is not', () => {
  expect(() => checkNetworkQuota(networkPlan(), limitsOf([quota(just)]))).not.toThrow();
  for (const [key, hair] of Object.entries({
    'requests.cpu': '1m',
    'limits.memory': '1',
    pods: '1',
  })) {
    const limits = limitsOf([quota(just, { [key]: hair })]);
    expect(messageOf(() => checkNetworkQuota(networkPlan(), limits))).toContain(`  ${key} `);
  }
});

test('what a network hangs on is counted with it', () => {
  const limits = limitsOf([quota({ 'count/jobs.batch': '0', 'count/configmaps': '2' })]);
  const text = messageOf(() => checkNetworkQuota(networkPlan(), limits));
  expect(text).toContain('count/jobs.batch    needs 1, left are 0');
  expect(text).toContain('count/configmaps    needs 3, left are 2');
  // A further network has an anchor of its own below the first one's, and no fuse.
  const further = messageOf(() => checkNetworkQuota(networkPlan({ network: 1 }), limits));
  expect(further).not.toContain('jobs.batch');
  expect(further).toContain('count/configmaps    needs 3, left are 2');
});

test('the refusal shows the sums', () => {
  const plan = networkPlan({
    sets: [
      coreSet({ running: false }),
      coreSet({
        name: 'watchers',
        nodes: [{ config: '' }],
        resources: resourceProfiles.medium,
        data: { kind: 'claim', sizeMiB: 2048, storageClass: 'fast' },
      }),
    ],
  });
  const limits = limitsOf(
    [
      quota(
        {
          cpu: '600m',
          'limits.memory': '1Gi',
          pods: '4',
          'count/statefulsets.apps': '2',
          'fast.storageclass.storage.k8s.io/requests.storage': '1Gi',
        },
        { cpu: '400m', pods: '3', 'count/statefulsets.apps': '1' },
      ),
    ],
    [
      { type: 'Container', max: { memory: '512Mi' }, min: { cpu: '20m' } },
      { type: 'Pod', max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '9' } },
      { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
    ],
  );
  expect(messageOf(() => checkNetworkQuota(plan, limits))).toMatchInlineSnapshot(`
    "✖ SSC_QUOTA  the namespace "sandbox" has no room for this: 13 limits are in the way; nothing was made
      cpu                                                               needs 540m = 3 × 110m (StatefulSet ssc-1a2b3c-core) + 1 × 210m (StatefulSet ssc-1a2b3c-watchers), left are 200m: quota "team" allows 600m, in use are 400m
      limits.memory                                                     needs 1920Mi = 1 × 1056Mi (StatefulSet ssc-1a2b3c-watchers) + 3 × 288Mi (StatefulSet ssc-1a2b3c-core), left are 1Gi: quota "team" allows 1Gi, in use are 0
      pods                                                              needs 4 = 3 × 1 (StatefulSet ssc-1a2b3c-core) + 1 × 1 (StatefulSet ssc-1a2b3c-watchers), left are 1: quota "team" allows 4, in use are 3
      count/statefulsets.apps                                           needs 2, left are 1: quota "team" allows 2, in use are 1
      fast.storageclass.storage.k8s.io/requests.storage                 needs 2Gi = 1 × 2Gi (StatefulSet ssc-1a2b3c-watchers), left are 1Gi: quota "team" allows 1Gi, in use are 0
      history of StatefulSet ssc-1a2b3c-core: requests.cpu              10m is below the minimum of 20m (limit range "sizes")
      prepare of StatefulSet ssc-1a2b3c-watchers: limits.memory         1Gi is above the maximum of 512Mi (limit range "sizes")
      stellar-core of StatefulSet ssc-1a2b3c-watchers: limits.memory    1Gi is above the maximum of 512Mi (limit range "sizes")
      history of StatefulSet ssc-1a2b3c-watchers: requests.cpu          10m is below the minimum of 20m (limit range "sizes")
      pods of StatefulSet ssc-1a2b3c-core: limits.cpu                   1050m is above the maximum of 1 (limit range "sizes")
      pods of StatefulSet ssc-1a2b3c-core: cpu                          the limit may be at most 9 times the request, got 1050m and 110m (limit range "sizes")
      pods of StatefulSet ssc-1a2b3c-watchers: limits.cpu               1050m is above the maximum of 1 (limit range "sizes")
      claims of StatefulSet ssc-1a2b3c-watchers: storage                2Gi is above the maximum of 1Gi (limit range "sizes")
      Take smaller resources (--resources, --core-cpu, --core-memory), let them be fitted (--fit-quota), or ask for a larger quota."
  `);
});

test('missions that run beside each other share, and the message says so', () => {
  const limits = limitsOf([quota({ 'requests.cpu': '700m' }, { 'requests.cpu': '40m' })]);
  expect(() => checkNetworkQuota(networkPlan(), limits, { concurrentMissions: 2 })).not.toThrow();
  expect(
    messageOf(() => checkNetworkQuota(networkPlan(), limits, { concurrentMissions: 3 })),
  ).toMatchInlineSnapshot(`
    "✖ SSC_QUOTA  the namespace "sandbox" has no room for this: one limit is in the way; nothing was made
      requests.cpu    needs 330m = 3 × 110m (StatefulSet ssc-1a2b3c-core), left are 220m: quota "team" allows 700m, in use are 40m, shared by 3 missions
      Take smaller resources (--resources, --core-cpu, --core-memory), let them be fitted (--fit-quota), or ask for a larger quota."
  `);
  expect(
    messageOf(() => checkNetworkQuota(networkPlan(), limits, { concurrentMissions: 0 })),
  ).toMatchInlineSnapshot(
    `"✖ SSC_QUOTA  the number of concurrent missions must be a whole number above 0, got 0"`,
  );
});

test('what needs a bound and has none is named', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'c' }] },
  };
  const limits = limitsOf(
    [],
    [
      {
        type: 'Container',
        min: { cpu: '1m' },
        max: { memory: '1Gi' },
        maxLimitRequestRatio: { cpu: '2' },
      },
    ],
  );
  expect(messageOf(() => checkQuota([pod], limits))).toMatchInlineSnapshot(`
    "✖ SSC_QUOTA  the namespace "sandbox" has no room for this: 3 limits are in the way; nothing was made
      c of Pod a: requests.cpu     must be given, since limit range "sizes" bounds it by 1m
      c of Pod a: cpu              the limit may be at most 2 times the request, got none and none (limit range "sizes")
      c of Pod a: limits.memory    must be given, since limit range "sizes" bounds it by 1Gi
      Take smaller resources (--resources, --core-cpu, --core-memory), let them be fitted (--fit-quota), or ask for a larger quota."
  `);
});

const spec: V1PodSpec = { containers: [{ name: 'a', resources: { limits: { cpu: '1' } } }] };
const scoped = (scopeName: string, operator = 'Exists', values: string[] = []): V1ResourceQuota =>
  quota({}, {}, { scopeSelector: { matchExpressions: [{ scopeName, operator, values }] } });

test.each([
  ['Terminating', spec, false],
  ['Terminating', { ...spec, activeDeadlineSeconds: 5 }, true],
  ['NotTerminating', spec, true],
  ['BestEffort', spec, false],
  ['BestEffort', { containers: [{ name: 'a' }] }, true],
  ['NotBestEffort', spec, true],
  ['CrossNamespacePodAffinity', spec, false],
] as const)('a quota for %s pods', (scope, pod, matches) => {
  expect(quotaMatches(quota({}, {}, { scopes: [scope] }), pod as V1PodSpec)).toBe(matches);
});

test('quotas for priorities, and for pods that look into other namespaces', () => {
  const high = { ...spec, priorityClassName: 'high' };
  expect(quotaMatches(scoped('PriorityClass', 'In', ['high']), high)).toBe(true);
  expect(quotaMatches(scoped('PriorityClass', 'In', ['high']), spec)).toBe(false);
  expect(quotaMatches(scoped('PriorityClass', 'NotIn', ['high']), high)).toBe(false);
  expect(quotaMatches(scoped('PriorityClass', 'Exists'), spec)).toBe(false);
  expect(quotaMatches(scoped('PriorityClass', 'DoesNotExist'), spec)).toBe(true);
  const [dedicated] = toRunObjects(
    networkPlan({ scheduling: { dedicatedNodes: true } }),
    'u',
  ).statefulSets;
  const pod = dedicated?.spec?.template.spec as V1PodSpec;
  expect(quotaMatches(scoped('CrossNamespacePodAffinity'), pod)).toBe(true);
  // A scope of a later Kubernetes.
  expect(quotaMatches(scoped('Unheard'), spec)).toBe(true);
});

test('a job counts for the pods that run at once, and what is there for what it is', () => {
  const job = {
    run: runName,
    mission: 'Try',
    namespace: 'sandbox',
    job: 'ranges',
    image: 'a:1',
    command: ['a'],
    resources: resourceProfiles.small,
    deadlineSeconds: 60,
    parallel: { items: ['a', 'b', 'c'], parallelism: 2 },
  } as const;
  const { all } = toJobObjects(job, 'u');
  expect(demandOf('requests.cpu', toDemand(all), []).amount).toBe(parseAmount('200m'));
  expect(demandOf('count/jobs.batch', toDemand(all), []).amount).toBe(parseAmount('1'));
  const live = (phase: string): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: toDemand(all).pods[0]?.spec,
    status: { phase },
  });
  const there = toDemand([...all, live('Running'), live('Succeeded')], true);
  expect(demandOf('requests.cpu', there, []).amount).toBe(parseAmount('100m'));
  expect(demandOf('requests.nvidia.com/gpu', there, []).amount).toBe(0n);
});

// Properties.

const amount = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const resources: fc.Arbitrary<Resources> = fc
  .tuple(amount(4000), amount(4000), amount(8000), amount(8000))
  .map(([cpu, moreCpu, memory, moreMemory]) => ({
    cpuRequestMillis: cpu,
    cpuLimitMillis: cpu + moreCpu,
    memoryRequestMiB: memory,
    memoryLimitMiB: memory + moreMemory,
  }));
const plans = fc
  .array(
    fc.record({
      nodes: amount(12),
      resources,
      usesPostgres: fc.boolean(),
      history: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((sets) =>
    networkPlan({
      postgres,
      sets: sets.map(({ nodes, usesPostgres, ...set }, i) =>
        coreSet({
          ...set,
          name: `set-${i}`,
          database: usesPostgres ? 'postgres' : 'sqlite',
          nodes: Array.from({ length: nodes }, () => ({ config: '' })),
        }),
      ),
    }),
  );
const computeQuota = fc.record({
  'requests.cpu': amount(60_000).map((n) => `${n}m`),
  'limits.cpu': amount(120_000).map((n) => `${n}m`),
  memory: amount(200_000).map((n) => `${n}Mi`),
  'limits.memory': amount(300_000).map((n) => `${n}Mi`),
});
const ranges: fc.Arbitrary<V1LimitRangeItem[]> = fc.oneof(
  fc.constant<V1LimitRangeItem[]>([]),
  fc
    .record({
      cpu: fc.integer({ min: 1100, max: 6000 }),
      memory: fc.integer({ min: 1100, max: 9000 }),
      ratio: fc.integer({ min: 8, max: 20 }),
    })
    .map(({ cpu, memory, ratio }): V1LimitRangeItem[] => [
      {
        type: 'Container',
        max: { cpu: `${cpu}m`, memory: `${memory}Mi` },
        maxLimitRequestRatio: { cpu: String(ratio) },
      },
      { type: 'Pod', max: { cpu: `${cpu + 1200}m`, memory: `${memory + 1200}Mi` } },
    ]),
);

const sums = (plan: ReturnType<typeof networkPlan>, keys: readonly string[]): Amount[] => {
  const demand = toDemand(toRunObjects(plan, 'u').all);
  return keys.map((key) => demandOf(key, demand, []).amount);
};

test('what was fitted never exceeds what was given, nor what was asked for', () => {
  let fitted = 0;
  fc.assert(
    fc.property(plans, computeQuota, ranges, amount(4), (plan, hard, items, concurrentMissions) => {
      const limits = limitsOf([quota(hard)], items);
      const keys = Object.keys(hard);
      try {
        const result = fitQuota(plan, limits, { concurrentMissions });
        fitted++;
        sums(result.plan, keys).forEach((sum, i) => {
          const given = parseAmount(hard[keys[i] as keyof typeof hard]);
          expect(sum * BigInt(concurrentMissions) <= given).toBe(true);
        });
        expect(() => checkNetworkQuota(result.plan, limits, { concurrentMissions })).not.toThrow();
        result.plan.sets.forEach((set, i) => {
          // No request above its limit, nothing above what the plan said.
          expect(withResources(set.resources, {})).toEqual(set.resources);
          for (const [field, size] of Object.entries(set.resources))
            expect(size).toBeLessThanOrEqual(
              plan.sets[i]?.resources[field as keyof Resources] ?? 0,
            );
        });
        expect(result.changes.length === 0).toBe(
          JSON.stringify(result.plan) === JSON.stringify(plan),
        );
      } catch (error) {
        expect(error).toMatchObject({ code: 'SSC_QUOTA', verdict: 'usage' });
      }
    }),
    { seed: 1, numRuns: 100 },
  );
  // Neither all nor none: both ways were gone.
  expect(fitted).toBeGreaterThan(20);
  expect(fitted).toBeLessThan(100);
});

test('what fits is left as it is', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const keys = ['requests.cpu', 'limits.cpu', 'requests.memory', 'limits.memory'];
      const hard = Object.fromEntries(
        sums(plan, keys).map((sum, i) => [keys[i] ?? '', `${sum / 1_000_000n}m`]),
      );
      expect(fitQuota(plan, limitsOf([quota(hard)]))).toEqual({ plan, changes: [] });
    }),
    { seed: 1, numRuns: 40 },
  );
});

test('what cannot be fitted shows its sums, and changes nothing', () => {
  const limits = limitsOf([quota({ 'requests.memory': '200Mi' })]);
  expect(messageOf(() => fitQuota(networkPlan(), limits))).toMatchInlineSnapshot(`
    "✖ SSC_QUOTA  the namespace "sandbox" has no room for this, however small stellar-core is made: one limit is in the way; nothing was made
      requests.memory    needs 288Mi = 3 × 96Mi (StatefulSet ssc-1a2b3c-core), left are 200Mi: quota "team" allows 200Mi, in use are 0
      Take fewer nodes, give the containers beside stellar-core less, or ask for a larger quota."
  `);
});

test('fitting says what it made smaller', () => {
  const limits = limitsOf([quota({ 'limits.cpu': '2', 'requests.memory': '600Mi' })]);
  expect(fitQuota(networkPlan(), limits).changes).toMatchInlineSnapshot(`
    [
      [
        "sets.core.resources.cpuLimitMillis",
        "1000 → 616",
      ],
      [
        "sets.core.resources.memoryRequestMiB",
        "256 → 168",
      ],
    ]
  `);
});

test('missions that each take at most their share never exceed the quota together', () => {
  const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(amount(10_000), fc.integer({ min: 0, max: 9000 }), steps, (hard, others, takes) => {
      fc.pre(others <= hard);
      const ours: Amount[] = [];
      for (const take of takes) {
        const used = BigInt(others) + ours.reduce((sum, each) => sum + each, 0n);
        const [room] = toRooms(
          {
            ...limitsOf([quota({ 'requests.cpu': `${hard}m` }, { 'requests.cpu': `${used}m` })]),
            ours: ours.map((each) => ({
              kind: 'Pod',
              spec: { containers: [{ name: 'a', resources: { requests: { cpu: `${each}m` } } }] },
            })),
          },
          { concurrentMissions: takes.length },
        );
        const left = Number((room?.left ?? 0n) / 1_000_000n);
        ours.push(BigInt(Math.floor(left * take)));
      }
      const total = BigInt(others) + ours.reduce((sum, each) => sum + each, 0n);
      expect(total <= BigInt(hard)).toBe(true);
      // Nobody is left without: the last of those that took all they could has the share of the first.
      if (takes.every((take) => take === 1)) expect(ours.at(-1)).toBe(ours[0]);
    }),
    { seed: 1, numRuns: 300 },
  );
});
