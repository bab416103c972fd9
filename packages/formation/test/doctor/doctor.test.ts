import { describe, expect, test } from 'vitest';
import { type AccessMode, examineCluster, type Finding } from '../../src/index.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';

/** What is found on a cluster, as lines. */
async function examine(
  options: Parameters<typeof createLocalCluster>[0] = {},
  over: {
    readonly namespace?: string;
    readonly quota?: Readonly<Record<string, string>>;
    readonly access?: AccessMode;
  } = {},
): Promise<string> {
  const { clock, kube, cluster } = createLocalCluster(options);
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
    const { dispatcher, connect, entry: direct } = cluster;
    const found = await examineCluster({
      ...{ kube, clock, namespace, dispatcher, connect, direct },
      server: 'https://10.0.0.1:6443',
      ...(over.access !== undefined && { access: over.access }),
    });
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
      ok  pods: get, list, watch
      ok  pods/log: get
      ok  pods/exec: create, get
      ok  pods/proxy: get
      ok  pods/portforward: create, get
      ok  events: list
      ok  resourcequotas: list
      ok  limitranges: list
      ok  namespace: default takes the objects of a run
      ok  access: proxy: requests are passed on
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
        "      Needed for the databases that nodes leave behind and, by way of the API server, their admin ports. Let somebody who may: ssc render rbac --namespace default | kubectl apply -f -",
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
        "      kubectl create namespace nowhere, or --namespace with one that is there.",
        "ok  access: proxy: requests are passed on",
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
    const { clock, kube, cluster } = createLocalCluster();
    const { dispatcher } = cluster;
    const [, judged] = await clock.run(() =>
      examineCluster({
        kube: { ...kube, serverVersion: async () => version },
        dispatcher,
        clock,
        namespace: 'default',
        server: 'https://10.0.0.1:6443',
      }),
    );
    expect([judged?.what, judged?.ok]).toEqual(['version', ok]);
  });

  describe('of the way in', () => {
    const ways = async (
      access: AccessMode,
      options: Parameters<typeof createLocalCluster>[0] = {},
    ) =>
      (await examine(options, { access }))
        .split('\n')
        .filter((line) => line.includes(access.kind) || /^(ok|NO) {1,2}access|^ {6}/u.test(line));
    const unpassed = (...resources: readonly string[]) => ({
      faults: {
        api: resources.map(
          (resource) => ({ fault: { kind: 'status', code: 503 }, resource }) as const,
        ),
      },
    });

    test('takes what is left when the pod proxy leads nowhere', async () => {
      expect(await ways({ kind: 'auto' }, unpassed('pods/proxy'))).toMatchInlineSnapshot(`
        [
          "ok  access: proxy: 503: the server is currently unable to handle the request; port-forward: requests are passed on",
        ]
      `);
    });

    test('says what to do where the API server passes nothing on', async () => {
      const none = unpassed('pods/proxy', 'pods/portforward');
      expect(await ways({ kind: 'auto' }, none)).toMatchInlineSnapshot(`
        [
          "NO  access: proxy: 503: the server is currently unable to handle the request; port-forward: the server answered with status 503",
          "      Let somebody who may grant pods/proxy or pods/portforward (ssc render rbac); or give --access ingress or gateway with a controller of the cluster, or run ssc in it (ssc render driver).",
        ]
      `);
      const silent = {
        fault: { kind: 'silence', when: 'before' },
        resource: 'pods/proxy',
      } as const;
      expect(await ways({ kind: 'proxy' }, { faults: { api: [silent] } })).toMatchInlineSnapshot(`
        [
          "ok  pods/proxy: get",
          "NO  access: proxy: no answer within 3s",
          "      Let somebody who may grant pods/proxy or pods/portforward (ssc render rbac); or give --access ingress or gateway with a controller of the cluster, or run ssc in it (ssc render driver).",
        ]
      `);
    });

    test('asks whether an Ingress or a route is taken, and whether anybody listens', async () => {
      const ingress = { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: {} } as const;
      const gateway = {
        kind: 'gateway',
        gateway: { namespace: 'gateways', name: 'shared' },
        entry: { address: 'gateway.test' },
      } as const;
      expect(await ways(ingress, { entry: {} })).toMatchInlineSnapshot(`
        [
          "ok  ingresses: create, get",
          "ok  access: ingress: Ingress is taken, and somebody answers",
        ]
      `);
      expect(await ways(ingress)).toMatchInlineSnapshot(`
        [
          "ok  ingresses: create, get",
          "NO  access: ingress: http://ssc.test: ECONNREFUSED: nobody listens: there is no ingress controller",
          "      Give --ingress-address and --ingress-port of the controller, or an --ingress-host that leads to it.",
        ]
      `);
      expect(await ways(gateway, { entry: {} })).toMatchInlineSnapshot(`
        [
          "ok  access: gateway: HTTPRoute is taken, and somebody answers",
        ]
      `);
      const refused = {
        fault: { kind: 'status', code: 409 },
        verb: 'create',
        resource: 'httproutes',
      } as const;
      expect(await ways(gateway, { faults: { api: [refused] } })).toMatchInlineSnapshot(`
        [
          "NO  access: gateway: the API server refused to create HTTPRoute default/ssc-doctor: Conflict",
          "      Let somebody who may grant it: ssc render rbac --access ingress or gateway; or give another --access.",
        ]
      `);
    });
  });
});
