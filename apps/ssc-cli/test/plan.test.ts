import { usageError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { plan } from '../src/commands/plan.ts';
import { main } from '../src/main.ts';
import type { KubeOpener } from '../src/open-kube.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

const noKubeconfig: KubeOpener = async () => {
  throw usageError('SSC_KUBECONFIG_MISSING', 'there is no kubeconfig');
};

async function planned(words: readonly string[], open: KubeOpener = noKubeconfig) {
  const host = createFakeHost();
  const code = await plan(await inputOf('plan', [...words, '--seed', '1'], host), host, open);
  expect(host.files.size).toBe(0);
  return `${code}\n${host.printed()}${host.complained()}`;
}

/** A cluster whose namespace has a quota. */
async function withQuota(hard: Readonly<Record<string, string>>): Promise<KubeOpener> {
  const { kube, namespace, dispatcher, random, run } = simulatedProvider('1');
  await run(() =>
    kube.create(namespace, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'team' },
      spec: { hard },
    } as object),
  );
  return async () => ({
    kube: { ...kube, list: (query) => run(() => kube.list(query)) },
    namespace,
    dispatcher,
    random,
    context: 'test',
    server: 'https://10.0.0.1:6443',
    close: async () => {},
  });
}

describe('ssc plan', () => {
  test('prints phases, nodes, objects and resources; with no cluster it says so', async () => {
    expect(await planned(['SimplePayment'])).toMatchInlineSnapshot(`
      "0
      SimplePayment  Three validators upgrade to the latest protocol and agree on one payment from Alice to Bob.
      takes about 2m on real nodes

      Phases, as rehearsed on simulated nodes with seed 1: their times are simulated, too
        bring up                        3.8s
        upgrade to the latest protocol  18s
        create Alice and Bob            1.6s
        pay                             1.1s
        final checks                    2s

      Network
        core             3 nodes
        objects          1 Service, 2 ConfigMap, 1 StatefulSet
        count/pods       3
        requests.cpu     330m
        limits.cpu       3150m
        requests.memory  864Mi
        limits.memory    864Mi

      no cluster is named, so no quota was looked at
      "
    `);
  });

  test('as JSON', async () => {
    const text = await planned(['SimplePayment', '--json']);
    expect(JSON.parse(text.slice(2))).toMatchObject({
      mission: 'SimplePayment',
      phases: expect.arrayContaining([
        { name: 'pay', seconds: expect.any(Number) as number },
      ]) as [],
      networks: [{ sets: [{ name: 'core', nodes: 3 }] }],
      quota: 'no cluster is named, so no quota was looked at',
    });
  });

  test('a quota that it fits, beside what is needed of it', async () => {
    const open = await withQuota({ 'requests.cpu': '4', pods: '10', 'limits.memory': '64Gi' });
    expect(await planned(['SimplePayment'], open)).toMatchInlineSnapshot(`
      "0
      SimplePayment  Three validators upgrade to the latest protocol and agree on one payment from Alice to Bob.
      takes about 2m on real nodes

      Phases, as rehearsed on simulated nodes with seed 1: their times are simulated, too
        bring up                        3.8s
        upgrade to the latest protocol  18s
        create Alice and Bob            1.6s
        pay                             1.1s
        final checks                    2s

      Network
        core             3 nodes
        objects          1 Service, 2 ConfigMap, 1 StatefulSet
        count/pods       3
        requests.cpu     330m
        limits.cpu       3150m
        requests.memory  864Mi
        limits.memory    864Mi
        ✔ requests.cpu of quota team   needs 330m, left are 4 of 4
        ✔ pods of quota team           needs 3, left are 10 of 10
        ✔ limits.memory of quota team  needs 864Mi, left are 64Gi of 64Gi
      "
    `);
  });

  test('a quota that it does not fit: usage, with the sums', async () => {
    const open = await withQuota({ 'requests.cpu': '100m', pods: '10' });
    await expect(planned(['SimplePayment'], open)).rejects.toMatchObject({
      code: 'SSC_QUOTA',
      verdict: 'usage',
    });
  });

  test('what is said of sizes counts, and --fit-quota makes them smaller', async () => {
    const open = await withQuota({ 'requests.cpu': '2', pods: '10' });
    const needed = async (...words: readonly string[]): Promise<string | undefined> =>
      /requests\.cpu of quota team +needs (\S+),/u.exec(
        await planned(['BootAndSync', ...words], open),
      )?.[1];
    expect(await needed('--core-cpu', '500m')).toBe('1530m');
    const large = ['--core-cpu', '800m'];
    await expect(planned(['BootAndSync', ...large], open)).rejects.toThrow('no room');
    const fitted = await planned(['BootAndSync', ...large, '--fit-quota'], open);
    expect(
      fitted.split('\n').filter((line) => /made smaller|of quota/u.test(line)),
    ).toMatchInlineSnapshot(`
      [
        "  made smaller to fit: sets.core.resources.cpuRequestMillis 800 → 656",
        "  ✔ requests.cpu of quota team  needs 1998m, left are 2 of 2",
        "  ✔ pods of quota team          needs 3, left are 10 of 10",
      ]
    `);
  });

  test('a namespace without one', async () => {
    const { kube, namespace, dispatcher, random, run } = simulatedProvider('1');
    const text = await planned(['BootAndSync'], async () => ({
      kube: { ...kube, list: (query) => run(() => kube.list(query)) },
      namespace,
      dispatcher,
      random,
      context: 'test',
      server: '',
      close: async () => {},
    }));
    expect(text).toContain('namespace default has no quota');
  });

  test('a rehearsal that does not come to its end is told, with its error', async () => {
    const text = await planned(['SimplePayment', '--amount', '5000 XLM']);
    expect(text).toMatch(/^3\n/u);
    expect(text).toContain('the rehearsal did not come to its end\n✖ SSC_TX_RESULT');
  });

  test('what it cannot be asked', async () => {
    const host = createFakeHost();
    expect(await main(['plan'], host)).toBe(2);
    expect(host.complained()).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_NO_MISSION  plan takes the name of one mission
        For example: ssc plan SimplePayment.
      "
    `);
  });
});
