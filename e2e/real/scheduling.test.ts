import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { openTestCluster, type TestCluster } from '../src/cluster.ts';
import { callSsc } from '../src/ssc.ts';

/*
 * Where the real scheduler puts the pods of what ssc renders: on machines of a cluster of their own, whose labels and taints may be
 * changed. Nothing runs on them.
 */

const opened = await openTestCluster({ runsContainers: false, fakeMachines: 5 });
const isOurs = !('reason' in opened) && opened.isModel;
const cluster = opened as TestCluster;
let api: RealApi;
beforeAll(() => {
  if (!isOurs) return;
  api = openApi(cluster.kubeconfig);
  const machine = (name: string, ...words: readonly string[]) =>
    expect(kubectl('label', 'node', name, ...words)).toContain('labeled');
  machine('fake-1', 'purpose=load', 'ssd=');
  machine('fake-2', 'purpose=load');
  machine('fake-3', 'purpose=load', 'spot=');
  machine('fake-4', 'purpose=web');
  machine('fake-5', 'purpose=large');
  expect(kubectl('taint', 'node', 'fake-5', 'large=tests:NoSchedule')).toContain('tainted');
});
afterAll(async () => {
  await api?.close();
  if (!('reason' in opened)) opened.close();
});

function kubectl(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    cluster.kubectl,
    ['--kubeconfig', cluster.kubeconfig, ...words],
    { encoding: 'utf8' },
  );
  return status === 0 ? stdout : `exit code ${status}: ${stderr}`;
}

/** Applies what ssc renders for three nodes, as a run of a name; `ssc render` itself gives all runs the same one. */
async function apply(run: string, namespace: string, words: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-e2e-scheduling-'));
  const { code, output } = await callSsc(
    ...['render', 'BootAndSync', '--namespace', namespace, '--output', folder],
    ...['--image', 'core:1', ...words],
  ).ended;
  expect([code, output]).toEqual([0, expect.stringContaining('wrote')]);
  const manifests = join(folder, 'manifests');
  for (const name of readdirSync(manifests)) {
    const file = join(manifests, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('ssc-000000', run));
  }
  expect(kubectl('--namespace', namespace, 'apply', '-f', manifests)).toContain('created');
  rmSync(folder, { recursive: true });
}

/** Where the pods of a run are, sorted; what the scheduler says of a pod that it cannot put anywhere. */
async function placesOf(run: string, namespace: string, holds: (places: string[]) => boolean) {
  return eventually(
    30_000,
    async () => {
      const { body } = await api.send(
        'GET',
        `/api/v1/namespaces/${namespace}/pods?labelSelector=ssc.stellar.org/run=${run}`,
      );
      const pods = body.items as {
        spec: { nodeName?: string };
        status: { conditions?: { type: string; status: string; message?: string }[] };
      }[];
      return pods
        .map(
          ({ spec, status }) =>
            spec.nodeName ??
            status.conditions?.find(
              ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
            )?.message ??
            'not looked at',
        )
        .sort();
    },
    (places) => places.length === 3 && !places.includes('not looked at') && holds(places),
  );
}

const all = (): boolean => true;
const isPlaced = (places: readonly string[]): boolean =>
  places.every((place) => place.startsWith('fake-'));

describe.skipIf(!isOurs)('pods go', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'to a machine with a label of that value',
      ['--require-node-labels', 'purpose:web'],
      ['fake-4'],
    ],
    ['to machines with all labels', ['--require-node-labels', 'purpose:load', 'ssd'], ['fake-1']],
    [
      'not to machines with a label, and evenly over the others',
      ['--avoid-node-labels', 'spot', 'purpose:web'],
      ['fake-1', 'fake-2'],
    ],
    [
      'to a machine whose taint they put up with, of that value',
      ['--require-node-labels', 'purpose:large', '--tolerate-node-taints', 'large:tests'],
      ['fake-5'],
    ],
    [
      'to a machine whose taint they put up with, whatever its value',
      ['--require-node-labels', 'purpose:large', '--tolerate-node-taints', 'large'],
      ['fake-5'],
    ],
  ];
  test.each(cases)('%s', async (_, words, machines) => {
    await api.inNamespace(async (namespace) => {
      await apply('ssc-00000a', namespace, words);
      const places = await placesOf('ssc-00000a', namespace, all);
      process.stdout.write(`${words.join(' ')}: ${places.join(', ')}\n`);
      expect([...new Set(places)]).toEqual(machines);
    });
  });

  test('one to each machine, as long as there are enough', async () => {
    await api.inNamespace(async (namespace) => {
      await apply('ssc-00000a', namespace, []);
      const places = await placesOf('ssc-00000a', namespace, all);
      expect(new Set(places).size).toBe(3);
      expect(places).not.toContain('fake-5');
    });
  });

  test.each([
    '--require-node-labels purpose:none',
    '--require-node-labels purpose:large',
    '--require-node-labels purpose:large --tolerate-node-taints large:others',
    '--avoid-node-labels purpose',
  ])('nowhere where there is no such machine: %s', async (words) => {
    await api.inNamespace(async (namespace) => {
      await apply('ssc-00000a', namespace, words.split(' '));
      const [place, ...others] = await placesOf('ssc-00000a', namespace, all);
      expect(place).toMatch(/^0\/5 nodes are available/u);
      expect(new Set(others)).toEqual(new Set([place]));
    });
  });

  test('to machines without other runs, where they are to have them alone', async () => {
    const onLoad = ['--require-node-labels', 'purpose:load', '--avoid-node-labels', 'spot'];
    await api.inNamespace(async (first) => {
      await apply('ssc-00000a', first, [...onLoad, '--dedicated-nodes']);
      expect(new Set(await placesOf('ssc-00000a', first, all))).toEqual(
        new Set(['fake-1', 'fake-2']),
      );
      await api.inNamespace(async (second) => {
        // It asks for nothing of the kind itself, and is in another namespace.
        await apply('ssc-00000b', second, onLoad);
        const waiting = await placesOf('ssc-00000b', second, all);
        expect(new Set(waiting).size).toBe(1);
        expect(waiting[0]).toMatch(/didn't satisfy existing pods anti-affinity rules/u);
        // Nothing else is kept away.
        const other = { name: 'other', image: 'other:1' };
        const { status } = await api.send('POST', `/api/v1/namespaces/${second}/pods`, {
          metadata: { name: 'other' },
          spec: { nodeSelector: { ssd: '' }, containers: [other] },
        });
        expect(status).toBe(201);
        await eventually(
          20_000,
          async () => (await api.send('GET', `/api/v1/namespaces/${second}/pods/other`)).body,
          ({ spec }) => spec.nodeName === 'fake-1',
        );
        // A scheduler looks at pods that wait again after minutes only, so they are made anew.
        for (const [namespace, kind] of [
          [first, 'statefulset'],
          [second, 'pod'],
        ] as const)
          expect(kubectl('--namespace', namespace, 'delete', kind, '--all')).toContain('deleted');
        expect(new Set(await placesOf('ssc-00000b', second, isPlaced))).toEqual(
          new Set(['fake-1', 'fake-2']),
        );
      });
    });
  });
});
