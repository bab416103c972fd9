import type {
  V1ConfigMap,
  V1Job,
  V1ObjectMeta,
  V1Pod,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { type Clock, createRandom } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import {
  anchorName,
  fuseName,
  jobItem,
  toDeleteBody,
  toFuse,
  toFusePatch,
  toScalePatch,
} from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { type KubeApi, type KubeObject, kinds } from '../../src/index.ts';
import { type JobRequest, runJob } from '../../src/jobs/run-job.ts';
import type { KubeKind } from '../../src/kube/api.ts';
import { createReflector } from '../../src/kube/reflector.ts';
import { deleteExactly } from '../../src/run/delete-exactly.ts';
import { Run } from '../../src/run/run.ts';

/** A server that formations may be tried on, with an empty namespace. */
export interface ContractWorld {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
}

/** Gives each test a world, and lets its time pass. */
export type OpenWorld = (work: (world: ContractWorld) => Promise<void>) => Promise<void>;

/** What formation relies on. The same tests run on kube-local and on a real API server. */
export function describeContract(on: string, open: OpenWorld): void {
  describe(`what formation relies on, on ${on}`, () => {
    const contract = (name: string, act: (tools: Tools) => Promise<void>): void =>
      test(name, () => open((world) => act(toolsOf(world))));

    contract('objects are created, read, listed, patched and deleted as plain JSON', async (t) => {
      const created = await t.create(t.configMap('one'));
      expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/u);
      await t.create({ ...t.configMap('two'), metadata: { name: 'two' } });
      expect((await t.configMapOf('one'))?.data).toEqual({ k: 'v' });
      expect(await t.configMapOf('three')).toBeUndefined();
      expect(await t.names(kinds.configMap, 'a=b')).toEqual(['one']);
      const merged = await t.kube.patch<V1ConfigMap>(t.ref('one'), { data: { l: 'w' } });
      expect(merged.data).toEqual({ k: 'v', l: 'w' });
      const removed = [{ op: 'remove', path: '/data/k' }];
      expect((await t.kube.patch<V1ConfigMap>(t.ref('one'), removed)).data).toEqual({ l: 'w' });
      expect(await t.delete('one')).toBe(true);
      expect(await t.delete('one')).toBe(false);
    });

    contract('a list longer than a page is read whole', async (t) => {
      const many = Array.from({ length: 620 }, (_, i) => t.create(t.configMap(`c${i}`)));
      await Promise.all(many);
      expect(await t.names(kinds.configMap, 'a=b')).toHaveLength(620);
    });

    contract('what is refused is told with the same reasons and words', async (t) => {
      const one = await t.create(t.configMap('one'));
      expect(await t.textOf(t.create(t.configMap('one')))).toBe(
        refusal('create ConfigMap NS/one: AlreadyExists', 'configmaps "one" already exists'),
      );
      const misspelt = { ...t.configMap('two'), dta: {} } as KubeObject;
      expect(await t.textOf(t.create(misspelt))).toBe(
        refusal(
          'create ConfigMap NS/two: BadRequest',
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
        ),
      );
      expect(await t.textOf(t.create(t.configMap('Two')))).toBe(
        refusal(
          'create ConfigMap NS/Two: Invalid',
          `ConfigMap "Two" is invalid: metadata.name: Invalid value: "Two": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        ),
      );
      const log = t.kube.log({ namespace: t.namespace, pod: 'none', container: 'c' });
      expect(await t.textOf(log)).toContain('pods "none" not found');
      expect((await t.configMapOf('one'))?.metadata?.uid).toBe(one.metadata?.uid);
    });

    contract('of two who change an object on one condition, one is refused', async (t) => {
      const { metadata } = await t.create(t.configMap('held'));
      const take = (holder: string) =>
        t.kube.patch<V1ConfigMap>(t.ref('held'), {
          metadata: { resourceVersion: metadata?.resourceVersion },
          data: { holder },
        });
      const texts = await Promise.all([t.textOf(take('ada')), t.textOf(take('bob'))]);
      const refusals = texts.filter((text) => text.startsWith('✖'));
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toContain('refused to patch ConfigMap NS/held: Conflict');
      const winner = texts[0]?.startsWith('✖') === true ? 'bob' : 'ada';
      expect((await t.configMapOf('held'))?.data?.['holder']).toBe(winner);
    });

    contract('a delete happens only to the object that was read, as it was read', async (t) => {
      const { metadata } = await t.create(t.configMap('one'));
      const [uid, resourceVersion] = [metadata?.uid ?? '', metadata?.resourceVersion ?? ''];
      const remove = (read: Parameters<typeof toDeleteBody>[0]) => {
        const { propagationPolicy, preconditions } = toDeleteBody(read);
        return t.textOf(t.kube.delete(t.ref('one'), { propagationPolicy, ...preconditions }));
      };
      const foreign = '00000000-0000-4000-8000-000000000000';
      expect(await remove({ uid: foreign })).toContain(
        'refused to delete ConfigMap NS/one: Conflict',
      );
      await t.kube.patch(t.ref('one'), { data: { k: 'changed' } });
      expect(await remove({ uid, resourceVersion })).toContain(
        'refused to delete ConfigMap NS/one: Conflict',
      );
      expect((await t.configMapOf('one'))?.data).toEqual({ k: 'changed' });
      expect(await remove({ uid })).toBe('accepted: true');
    });

    contract('a watch tells of each change, and goes on from where it was', async (t) => {
      await t.create(t.configMap('first'));
      const reflector = createReflector<V1ConfigMap>(t.kube, t.clock, {
        kind: kinds.configMap,
        namespace: t.namespace,
        labelSelector: 'a=b',
      });
      await reflector.ready;
      const seen = () =>
        [...reflector.items].map(([name, item]) => `${name}=${item.data?.['k']}`).join(' ');
      await t.create(t.configMap('second'));
      await t.create({ ...t.configMap('other'), metadata: { name: 'other' } });
      await t.kube.patch(t.ref('first'), { data: { k: 'w' } });
      await t.until(async () => seen() === 'first=w second=v', seen);
      await t.delete('first');
      await t.until(async () => seen() === 'second=v', seen);
      // An object that leaves the selection is gone for who watches it.
      await t.kube.patch(t.ref('second'), { metadata: { labels: { a: 'c' } } });
      await t.until(async () => seen() === '', seen);
      reflector.stop();
    });

    contract('a watch from a version that nobody remembers is refused: 410', async (t) => {
      await Promise.all(Array.from({ length: 9 }, (_, i) => t.create(t.configMap(`c${i}`))));
      const watching = t.kube.watch(
        { kind: kinds.configMap, namespace: t.namespace, resourceVersion: '1' },
        () => {},
        new AbortController().signal,
      );
      const text = await t.textOf(watching);
      expect(text).toContain(`refused to watch configmaps of NS: Expired`);
      expect(text).toContain('too old resource version');
    });

    contract('a set is filled, scaled and removed with its pods', async (t) => {
      await t.create(t.set('web', 3));
      const ready = async () =>
        (await t.kube.read<V1StatefulSet>(t.ref('web', kinds.statefulSet)))?.status?.readyReplicas;
      await t.until(async () => (await ready()) === 3, ready);
      expect(await t.names(kinds.pod, 'app=web')).toEqual(['web-0', 'web-1', 'web-2']);
      await t.kube.patch(t.ref('web', kinds.statefulSet), toScalePatch(1));
      await t.untilGone(kinds.pod, ['web-1', 'web-2']);
      expect(await t.names(kinds.pod, 'app=web')).toEqual(['web-0']);
      expect(await t.delete('web', kinds.statefulSet)).toBe(true);
      await t.untilGone(kinds.pod, ['web-0']);
    });

    contract('a background delete takes along what is owned, over two generations', async (t) => {
      const owner = await t.create(t.configMap('owner'));
      const child = await t.create(t.owned(t.configMap('child'), owner));
      await t.create(t.owned(t.configMap('grandchild'), child));
      await t.create(t.configMap('stranger'));
      await t.delete('owner');
      await t.untilGone(kinds.configMap, ['owner', 'child', 'grandchild']);
      expect(await t.names(kinds.configMap, 'a=b')).toEqual(['stranger']);
    });

    contract('an orphaning delete leaves it, without its owner', async (t) => {
      const owner = await t.create(t.configMap('owner'));
      await t.create(t.owned(t.configMap('child'), owner));
      await t.kube.delete(t.ref('owner'), { propagationPolicy: 'Orphan' });
      await t.untilGone(kinds.configMap, ['owner']);
      expect((await t.configMapOf('child'))?.metadata?.ownerReferences).toBeUndefined();
    });

    contract('what is created for an owner that is gone is collected', async (t) => {
      const owner = await t.create(t.configMap('owner'));
      await t.delete('owner');
      await t.untilGone(kinds.configMap, ['owner']);
      await t.create(t.owned(t.configMap('late'), owner));
      await t.untilGone(kinds.configMap, ['late']);
    });

    contract('a fuse that nobody pushes on burns down, and with it its run alone', async (t) => {
      const [mine, other] = [await t.light('ssc-000001', 2), await t.light('ssc-000002', 3600)];
      for (const [run, fuse] of [
        ['mine', mine],
        ['other', other],
      ] as const) {
        const anchor = await t.create(t.owned(t.configMap(`${run}-anchor`), fuse));
        await t.create(t.owned(t.set(`${run}-set`, 2), anchor));
      }
      await t.untilGone(kinds.job, [fuseName('ssc-000001')]);
      await t.untilGone(kinds.configMap, ['mine-anchor']);
      await t.untilGone(kinds.statefulSet, ['mine-set']);
      await t.untilGone(kinds.pod, ['mine-set-0', 'mine-set-1']);
      expect(await t.names(kinds.configMap, 'a=b')).toEqual(['other-anchor']);
      expect(await t.names(kinds.pod, 'app=other-set')).toEqual(['other-set-0', 'other-set-1']);
      expect(await t.names(kinds.job)).toEqual([fuseName('ssc-000002')]);
    });

    contract('a fuse that is pushed on lives on', async (t) => {
      const fuse = await t.light('ssc-000003', 10);
      const startedAtMs = new Date(fuse.metadata?.creationTimestamp ?? 0).getTime();
      const patch = toFusePatch({ startedAtMs, nowMs: startedAtMs + 2000, burnSeconds: 60 });
      const ref = t.ref(fuseName('ssc-000003'), kinds.job);
      expect((await t.kube.patch<V1Job>(ref, patch)).spec?.activeDeadlineSeconds).toBe(62);
      await t.clock.sleep(13_000);
      expect((await t.kube.read(ref))?.metadata?.uid).toBe(fuse.metadata?.uid);
      expect(await t.names(kinds.pod)).toEqual([]);
    });

    contract('one delete of a fuse takes its run along', async (t) => {
      const fuse = await t.light('ssc-000004', 3600);
      const anchor = await t.create(t.owned(t.configMap('anchor'), fuse));
      await t.create(t.owned(t.configMap('config'), anchor));
      await t.create(t.owned(t.set('set', 2), anchor));
      await t.until(async () => (await t.names(kinds.pod, 'app=set')).length === 2);
      const uid = fuse.metadata?.uid ?? '';
      await t.kube.delete(t.ref(fuseName('ssc-000004'), kinds.job), {
        propagationPolicy: 'Background',
        uid,
      });
      await t.untilGone(kinds.configMap, ['anchor', 'config']);
      await t.untilGone(kinds.statefulSet, ['set']);
      await t.untilGone(kinds.pod, ['set-0', 'set-1']);
    });

    contract('a name that another run has is refused, and that run is not touched', async (t) => {
      await t.light('ssc-000006', 3600);
      const fuse = () => t.kube.read<V1Job>(t.ref(fuseName('ssc-000006'), kinds.job));
      await t.until(async () => (await fuse())?.status?.startTime !== undefined);
      const before = await fuse();
      const second = t.run('ssc-000006');
      expect(await second.claim()).toBe(false);
      await second.remove();
      expect(await fuse()).toEqual(before);
      const third = t.run('ssc-000007');
      expect(await third.claim()).toBe(true);
      await third.remove();
      expect(await fuse()).toEqual(before);
    });

    contract('a network goes by one delete, the others with their run', async (t) => {
      const run = t.run('ssc-000005');
      await run.begin();
      const anchors = [await run.create(run.subAnchorOf(1)), await run.create(run.subAnchorOf(2))];
      for (const [i, anchor] of anchors.entries()) {
        await run.create(t.owned(t.configMap(`config-${i}`), anchor));
        await run.create(t.owned(t.set(`set-${i}`, 2), anchor));
      }
      await t.until(async () => (await t.names(kinds.pod)).length === 4);
      // Somebody's label: the anchor is another version of what was created.
      const [first, second] = anchors.map((anchor) => anchor.metadata?.name ?? '');
      await t.kube.patch(t.ref(first ?? ''), { metadata: { labels: { seen: 'yes' } } });
      await deleteExactly(t.kube, kinds.configMap, anchors[0] as V1ConfigMap);
      await t.untilGone(kinds.configMap, [first ?? '', 'config-0']);
      await t.untilGone(kinds.pod, ['set-0-0', 'set-0-1']);
      expect(await t.names(kinds.pod)).toEqual(['set-1-0', 'set-1-1']);
      expect((await t.configMapOf(second ?? ''))?.metadata?.uid).toBe(anchors[1]?.metadata?.uid);
      await run.remove();
      await t.untilGone(kinds.configMap, [anchorName('ssc-000005'), second ?? '', 'config-1']);
      await t.untilGone(kinds.pod, ['set-1-0', 'set-1-1']);
    });

    contract('jobs run to their end, once and for each item, and are removed', async (t) => {
      const name = 'ssc-000006';
      const run = t.run(name);
      await run.begin();
      const images = { core: 'busybox:1', history: 'busybox:1' };
      const { kube, clock, namespace } = t;
      const where = { run: name, mission: 'Contract', namespace, sets: {}, images, seed: '1' };
      const quiet = { note: () => {}, files: undefined, onKind: () => {} };
      const job = (request: Pick<JobRequest, 'name' | 'command' | 'parallel'>) =>
        runJob({ ...request, within: '40s' }, where, { run, kube, clock, ...quiet });
      const once = await job({ name: 'once', command: ['true'] });
      expect(once).toMatchObject({ succeeded: 1, failed: [] });
      const parallel = { items: ['a', 'b', 'c'], parallelism: 2 };
      const each = await job({ name: 'each', command: ['true', jobItem], parallel });
      expect(each).toMatchObject({ succeeded: 3, failed: [] });
      await t.untilGone(kinds.job, [`${name}-job-once`, `${name}-job-each`]);
      expect(await t.names(kinds.job)).toEqual([fuseName(name)]);
      await run.remove();
    });
  });
}

/** The whole text of a refused call. */
const refusal = (call: string, answered: string): string =>
  `✖ SSC_KUBE_REFUSED  the API server refused to ${call}   (definite: nothing was changed)\n  Answered    ${answered}`;

interface Tools extends ContractWorld {
  configMap(name: string): V1ConfigMap;
  /** A set whose pods run for ever, wherever pods run. */
  set(name: string, replicas: number): V1StatefulSet;
  owned<T extends KubeObject>(object: T, owner: KubeObject): T;
  create<T extends KubeObject>(object: T): Promise<T>;
  light(run: string, burnSeconds: number): Promise<V1Job>;
  /** A run that nothing exists of yet. */
  run(name: string): Run;
  ref(name: string, kind?: KubeKind): { kind: KubeKind; namespace: string; name: string };
  configMapOf(name: string): Promise<V1ConfigMap | undefined>;
  names(kind: KubeKind, labelSelector?: string): Promise<string[]>;
  delete(name: string, kind?: KubeKind): Promise<boolean>;
  /** What a user would read, with the namespace's name left out. */
  textOf(asked: Promise<unknown>): Promise<string>;
  until(holds: () => Promise<boolean>, seen?: () => unknown): Promise<void>;
  untilGone(kind: KubeKind, names: readonly string[]): Promise<void>;
}

const patienceMs = 40_000;

function toolsOf(world: ContractWorld): Tools {
  const { kube, clock, namespace } = world;
  const ref = (name: string, kind: KubeKind = kinds.configMap) => ({ kind, namespace, name });
  const create = <T extends KubeObject>(object: T): Promise<T> => kube.create(namespace, object);
  const until = async (
    holds: () => Promise<boolean>,
    seen: () => unknown = () => '',
  ): Promise<void> => {
    for (const end = clock.now() + patienceMs; !(await holds()); await clock.sleep(200))
      if (clock.now() > end) throw new Error(`it stays: ${JSON.stringify(await seen())}`);
  };
  const names = async (kind: KubeKind, labelSelector?: string): Promise<string[]> => {
    const query = { kind, namespace, ...(labelSelector !== undefined && { labelSelector }) };
    const { items } = await kube.list<V1Pod>(query);
    return items.map((item) => item.metadata?.name ?? '').sort();
  };
  return {
    ...world,
    ref,
    create,
    until,
    names,
    configMap: (name) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { a: 'b' } },
      data: { k: 'v' },
    }),
    set: (name, replicas) => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name },
      spec: {
        serviceName: name,
        replicas,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'c', image: 'busybox:1', command: ['sleep', '3600'] }],
          },
        },
      },
    }),
    owned: (object, owner) => {
      const { apiVersion = '', kind = '', metadata } = owner;
      const uid = metadata?.uid ?? '';
      const owners = [{ apiVersion, kind, name: metadata?.name ?? '', uid }];
      const own: V1ObjectMeta = { ...object.metadata, ownerReferences: owners };
      return { ...object, metadata: own };
    },
    light: (run, burnSeconds) =>
      create(toFuse({ run, mission: 'Contract', namespace, burnSeconds })),
    run: (name) =>
      new Run({
        run: name,
        mission: 'Contract',
        namespace,
        kube,
        clock,
        random: createRandom(name),
        who: 'a test',
        version: '0',
        signal: new AbortController().signal,
        note: () => {},
      }),
    configMapOf: (name) => kube.read<V1ConfigMap>(ref(name)),
    delete: (name, kind) => kube.delete(ref(name, kind), { propagationPolicy: 'Background' }),
    textOf: (asked) =>
      asked
        .then((value) => `accepted: ${JSON.stringify(value)}`, renderError)
        .then((text) => text.replaceAll(namespace, 'NS')),
    untilGone: (kind, gone) =>
      until(
        async () => !(await names(kind)).some((name) => gone.includes(name)),
        () => names(kind),
      ),
  };
}
