import { type ClusterSettings, type KubeApi, type KubeObject, kinds } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse, type World } from './world.ts';

// The same mission, however its network lies in the cluster.

const mission = findMission('SimplePayment');
const postgres = { image: 'postgres:17', password: 'only-a-test' };

test('tables in a postgres beside each node, whose password stands in no file of the run', async () => {
  const { result, errorText, files, log } = await rehearse(mission, {
    settings: { database: 'postgres', postgres },
  });
  expect(errorText).toBe('');
  expect(result.verdict).toBe('rehearsed');
  expect(files.get('configs/core-0.cfg')).toContain('DATABASE = "postgresql://dbname=postgres');
  expect([...files.values()].filter((text) => text.includes('only-a-test'))).toEqual([]);
  expect(log.filter((line) => line.includes('only-a-test'))).toEqual([]);
});

test('a postgres that nobody has is told as an image that cannot be pulled', async () => {
  const world = await rehearse(mission, {
    settings: { database: 'postgres', postgres: { ...postgres, image: 'no-such-postgres:1' } },
  });
  expect(told(world)).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_IMAGE_NOT_PULLED  the cluster cannot pull "no-such-postgres:1" for core-0
      Pod          default/ssc-091c79-core-0: Pending; postgres waiting: ErrImagePull (rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/no-such-postgres:1": failed to resolve reference "docker.io/library/no-such-postgres:1": docker.io/library/no-such-postgres:1: not found); prepare waiting: PodInitializing; stellar-core waiting: PodInitializing; history waiting: PodInitializing
      Container    postgres
      Reason       ErrImagePull
      Message      rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/no-such-postgres:1": failed to resolve reference "docker.io/library/no-such-postgres:1": docker.io/library/no-such-postgres:1: not found
      This says nothing about stellar-core. Check the name of the image, and the pull secret of the namespace."
  `);
});

test('data on claims, gone with the run', async () => {
  const { result, kube, clock } = await rehearse(mission, {
    settings: { data: 'claim', dataSizeMiB: 64 },
  });
  expect(result.verdict).toBe('rehearsed');
  const claims = await clock.run(async () => {
    await clock.sleep(60_000);
    const { apiVersion } = kinds.configMap;
    const kind = { apiVersion, kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' };
    return kube.list({ kind, namespace: 'default' });
  });
  expect(claims.items).toEqual([]);
});

describe('a namespace with a quota', () => {
  // Three pods of stellar-core (100m and 256Mi, up to 1000m) and nginx (10m and 32Mi, up to 50m).
  const enough = {
    'requests.cpu': '330m',
    'requests.memory': '864Mi',
    'limits.cpu': '3150m',
    'limits.memory': '864Mi',
    pods: '3',
    'count/statefulsets.apps': '1',
    'count/jobs.batch': '1',
  };
  const sizes = {
    type: 'Container',
    min: { cpu: '10m', memory: '32Mi' },
    max: { cpu: '1', memory: '256Mi' },
  };

  const withQuota =
    (hard: Readonly<Record<string, string>>) =>
    async (kube: KubeApi): Promise<void> => {
      const make = (kind: string, spec: object): Promise<KubeObject> =>
        kube.create('default', {
          apiVersion: 'v1',
          kind,
          metadata: { name: 'team' },
          spec,
        } as KubeObject);
      await make('ResourceQuota', { hard });
      await make('LimitRange', { limits: [sizes] });
    };
  const run = (hard: Readonly<Record<string, string>>, settings: ClusterSettings = {}) =>
    rehearse(mission, { settings, before: withQuota({ ...enough, ...hard }) });
  /** What was created after the quota, by kind. */
  const created = ({ log, run: name }: World): string[] =>
    log.flatMap(
      (line) => /ADDED (\w+) default\//u.exec(line.includes(name) ? line : '')?.[1] ?? [],
    );

  test('that the network just fits', async () => {
    const world = await run({});
    expect(world.errorText).toBe('');
    expect(world.result.verdict).toBe('rehearsed');
  });

  test.each([
    ['that lacks a thousandth of a processor', { 'requests.cpu': '329m' }],
    ['that lets in no fuse', { 'count/jobs.batch': '0' }],
  ])('%s: nothing is created, and the sums are told', async (_, hard) => {
    const world = await run(hard);
    expect(told(world)).toMatchSnapshot();
    expect(created(world)).toEqual([]);
    expect(world.result.apiCalls).not.toHaveProperty('create');
  });

  test('whose limit range forbids what is asked for', async () => {
    const world = await run({ 'limits.memory': '10Gi' }, { resources: { memoryLimitMiB: 257 } });
    expect(told(world)).toMatchSnapshot();
    expect(created(world)).toEqual([]);
  });

  test('into which the network is fitted', async () => {
    const { errorText, log, files } = await run(
      { 'requests.cpu': '150m', 'limits.memory': '1Gi' },
      { profile: 'medium', fitQuota: true },
    );
    expect(errorText).toBe('');
    expect(log.filter((line) => line.includes('made smaller'))).toMatchInlineSnapshot(`
      [
        "1767225600006 note made smaller to fit the quota of namespace default: sets.core.resources.memoryLimitMiB 1024 → 256, sets.core.resources.cpuRequestMillis 200 → 40, sets.core.resources.memoryRequestMiB 512 → 256",
      ]
    `);
    const set = [...files].find(([path]) => path.includes('statefulset'))?.[1] ?? '';
    expect(/"requests": \{[^}]*\}/u.exec(set)?.[0].replaceAll(/\s+/gu, ' ')).toMatchInlineSnapshot(
      `""requests": { "cpu": "40m", "memory": "256Mi" }"`,
    );
  });

  test('of which two missions take half each, and the second finds its half', async () => {
    const text = told(await run({}, { concurrentMissions: 2 }));
    expect(text).toContain('left are 165m');
    expect(text).toContain('shared by 2 missions');
    const world = await run({ pods: '6' }, { concurrentMissions: 2, fitQuota: true });
    expect(told(world)).toMatchSnapshot();
  });

  test('that may not be looked at is told, and the cluster decides', async () => {
    const forbidden = { kind: 'status', code: 403 } as const;
    const faults = { api: [{ verb: 'list', resource: 'resourcequotas', fault: forbidden }] };
    const world = await rehearse(mission, { faults });
    expect(world.result.verdict).toBe('rehearsed');
    expect(
      world.log.some((line) => line.includes('the quota of the namespace may not be looked at')),
    ).toBe(true);
  });
});
