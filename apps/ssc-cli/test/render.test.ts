import { createCoreClient } from '@ssc/core-http';
import { renderError } from '@ssc/errors';
import { type KubeObject, kinds, type NetworkRequest } from '@ssc/formation';
import { corePorts } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { main } from '../src/main.ts';
import { needsNetwork } from '../src/network-request.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';

async function render(...words: readonly string[]): Promise<FakeHost> {
  const host = createFakeHost();
  expect(await main(['render', 'SimplePayment', ...words], host)).toBe(0);
  return host;
}

const namesIn = (objects: readonly KubeObject[]): string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);

describe('ssc render', () => {
  test('into a folder: each configuration, each object, in an order that kubectl can apply', async () => {
    const host = await render(
      ...['--output', 'out', '--image', 'stellar/stellar-core:27.1.0', '--namespace', 'sandbox'],
    );
    expect(
      [...host.files.keys()].map((path) => path.replace(/-cfg-[0-9a-f]+/u, '-cfg-HASH')),
    ).toMatchInlineSnapshot(`
      [
        "out/configs/core-0.cfg",
        "out/configs/core-1.cfg",
        "out/configs/core-2.cfg",
        "out/manifests/0001-service-ssc-000000.yaml",
        "out/manifests/0002-configmap-ssc-000000-cfg-HASH.yaml",
        "out/manifests/0003-configmap-ssc-000000-cfg-HASH.yaml",
        "out/manifests/0004-statefulset-ssc-000000-core.yaml",
      ]
    `);
    const set = host.files.get('out/manifests/0004-statefulset-ssc-000000-core.yaml');
    expect(set).toContain('image: stellar/stellar-core:27.1.0');
    expect(set).toContain('namespace: sandbox');
    const json = await render('--output', 'out', '--format', 'json');
    expect([...json.files.keys()].at(-1)).toMatch(/\.json$/u);
  });

  test('as YAML, with the configurations as comments, and as one list in JSON: the same objects', async () => {
    const yaml = (await render()).printed();
    expect(yaml).toContain('# configs/core-2.cfg');
    const documents = parseAllDocuments(yaml).map((one) => one.toJS() as KubeObject | null);
    const objects = documents.filter((one) => one !== null);
    const list = JSON.parse((await render('--format', 'json')).printed()) as {
      kind: string;
      items: KubeObject[];
    };
    expect(list.kind).toBe('List');
    expect(list.items).toEqual(objects);
    expect(namesIn(objects).at(-1)).toBe('StatefulSet ssc-000000-core');
  });

  test('nothing has an owner, since nobody by hand could name one', async () => {
    expect((await render()).printed()).not.toMatch(/ownerReferences|uid:/u);
  });

  test('applied by hand, the network forms; deleted, nothing is left', async () => {
    const provider = simulatedProvider('1');
    const { kube, clock, namespace, dispatcher, random } = provider;
    const text = (await render('--format', 'json', '--image', 'core-sim')).printed();
    const { items } = JSON.parse(text) as { items: KubeObject[] };
    await provider.run(async () => {
      for (const object of items) await kube.create(namespace, object);
      await clock.sleep(60_000);
      const heights: number[] = [];
      for (const ordinal of [0, 1, 2]) {
        const node = `core-${ordinal}`;
        const client = createCoreClient({
          dispatcher,
          baseUrl: kube.proxyUrl(namespace, `ssc-000000-${node}`, corePorts.http),
          node,
          clock,
          random,
        });
        const { state, ledger } = await client.info();
        expect(state).toBe('Synced!');
        heights.push(ledger.num);
      }
      expect(Math.min(...heights)).toBeGreaterThan(5);
      for (const { kind = '', metadata } of items) {
        const ref = Object.values(kinds).find((one) => one.kind === kind);
        if (ref === undefined) throw new Error(`no kind ${kind}`);
        const options = { propagationPolicy: 'Background' } as const;
        await kube.delete({ kind: ref, namespace, name: metadata?.name ?? '' }, options);
      }
      await clock.sleep(60_000);
      const left = await Promise.all(
        Object.values(kinds)
          .filter(({ kind }) => kind !== 'Event')
          .map((kind) =>
            kube.list<KubeObject>({ kind, namespace, labelSelector: 'ssc.stellar.org/run' }),
          ),
      );
      expect(namesIn(left.flatMap((list) => list.items))).toEqual([]);
    });
  });
});

test('a mission that makes its networks while it runs has none to render', () => {
  const request: NetworkRequest = {
    run: 'ssc-000000',
    mission: 'Search',
    namespace: 'default',
    sets: {},
    images: { core: 'core', history: 'nginx' },
    seed: '0',
  };
  let message = '';
  try {
    needsNetwork(request);
  } catch (error) {
    message = renderError(error);
  }
  expect(message).toMatchInlineSnapshot(`
    "✖ SSC_USAGE_NO_NETWORK  Search makes its networks while it runs, so there is none to be seen before
      What it makes: ssc plan Search."
  `);
  const withSets = { ...request, sets: { core: { nodes: 1 } } };
  expect(needsNetwork(withSets)).toBe(withSets);
});
