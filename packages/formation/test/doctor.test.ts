import { describe, expect, test } from 'vitest';
import { examineCluster, type Finding } from '../src/index.ts';
import { createLocalCluster } from './kube/local-cluster.ts';

/** What is found on a cluster, as lines. */
async function examine(
  options: Parameters<typeof createLocalCluster>[0] = {},
  over: { readonly namespace?: string; readonly quota?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { clock, kube } = createLocalCluster(options);
  return clock.run(async () => {
    if (over.quota !== undefined) {
      const spec = { hard: over.quota };
      const metadata = { name: 'team' };
      await kube.create('default', {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata,
        spec,
      } as object);
      await clock.sleep(1000);
    }
    const { namespace = 'default' } = over;
    const found = await examineCluster({ kube, clock, namespace, server: 'https://10.0.0.1:6443' });
    return found.map(renderFinding).join('\n');
  });
}

const renderFinding = ({ what, ok, seen, fix }: Finding): string =>
  `${ok ? 'ok ' : 'NO '} ${what}: ${seen}${fix === undefined ? '' : `\n      ${fix}`}`;

describe('the doctor', () => {
  test('finds everything that a run needs', async () => {
    expect(await examine()).toMatchInlineSnapshot(`
      "ok  API server: https://10.0.0.1:6443 answered in 2ms
      ok  version: v1.33.13+kube-local
      ok  jobs: create, get, list, patch, delete
      ok  configmaps: create, get, list, patch, delete
      ok  services: create, get
      ok  secrets: create, get
      ok  statefulsets: create, get, patch
      ok  pods: list, watch
      ok  pods/log: get
      ok  pods/proxy: get
      ok  events: list
      ok  resourcequotas: list
      ok  limitranges: list
      ok  namespace: default takes the objects of a run
      ok  quota: none"
    `);
  });

  test('names each permission that is missing, and what it is for', async () => {
    const allows = ({ resource, subresource, verb }: Readonly<Record<string, unknown>>) =>
      subresource !== 'proxy' && !(resource === 'jobs' && (verb === 'patch' || verb === 'delete'));
    const found = await examine({ allows });
    expect(
      found.split('\n').filter((line) => line.startsWith('NO') || line.startsWith(' ')),
    ).toMatchInlineSnapshot(`
      [
        "NO  jobs: not allowed: patch, delete",
        "      Needed for the fuse of each run: lit, pushed on, found, and deleted with all that hangs on it. Let somebody who may: ssc render rbac --namespace default | kubectl apply -f -",
        "NO  pods/proxy: not allowed: get",
        "      Needed for the admin port of each node, by way of the API server. Let somebody who may: ssc render rbac --namespace default | kubectl apply -f -",
      ]
    `);
  });

  test('says when a permission could not be asked', async () => {
    const resource = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const faults = { api: [{ fault: { kind: 'status', code: 500 }, resource }] } as const;
    expect((await examine({ faults })).split('\n')).toContain(
      'NO  pods/log: could not be asked: get',
    );
  });

  test('sees that the namespace is missing', async () => {
    expect(
      (await examine({}, { namespace: 'nowhere' })).split('\n').slice(-3),
    ).toMatchInlineSnapshot(`
      [
        "NO  namespace: nowhere does not take the objects of a run: namespaces "nowhere" not found",
        "      kubectl create namespace nowhere, or --namespace with one that is there.",
        "ok  quota: none",
      ]
    `);
  });

  test('shows quotas, and which is spent', async () => {
    const quota = { pods: '0', 'requests.cpu': '4' };
    expect((await examine({}, { quota })).split('\n').slice(-2)).toMatchInlineSnapshot(`
      [
        "NO  quota: team: pods 0 of 0, requests.cpu 0 of 4",
        "      Nothing is left of pods: ssc runs shows what runs hold; another namespace, or a larger quota.",
      ]
    `);
    const roomy = { pods: '10', 'count/jobs.batch': '2' };
    expect((await examine({}, { quota: roomy })).split('\n').slice(-1)).toMatchInlineSnapshot(`
      [
        "ok  quota: team: pods 0 of 10, count/jobs.batch 0 of 2",
      ]
    `);
  });

  test('stops at a server that does not answer', async () => {
    const faults = { api: [{ fault: { kind: 'reset', when: 'before' } }] } as const;
    expect(await examine({ faults })).toMatchInlineSnapshot(`
      "NO  API server: https://10.0.0.1:6443: read ECONNRESET
            Check the server and the certificate in the kubeconfig, VPN and proxy: \`kubectl version\` must answer."
    `);
  });

  test.each([
    ['v1.29.0', true],
    ['v1.33.2+k3s1', true],
    ['v2.0.0', true],
    ['v1.28.9', false],
    ['', false],
  ])('judges version "%s"', async (version, ok) => {
    const { clock, kube } = createLocalCluster();
    const [, judged] = await clock.run(() =>
      examineCluster({
        kube: { ...kube, serverVersion: async () => version },
        clock,
        namespace: 'default',
        server: 'https://10.0.0.1:6443',
      }),
    );
    expect([judged?.what, judged?.ok]).toEqual(['version', ok]);
  });
});
