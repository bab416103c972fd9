import type { FormationOptions } from '@ssc/formation';
import type { KubeLocalOptions } from '@ssc/kube-local';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse } from './world.ts';

const small = defineMission('Small', {
  summary: 'Two validators close ledgers.',
  expectedDuration: '1m',
  network: { core: { nodes: 2 } },
  run: ({ core }, { phase }) => phase('sync', () => core.waitUntilSynced()),
});

/** What a user reads when the way in does not open. */
async function readsOf(
  access: NonNullable<FormationOptions['access']>,
  entry?: KubeLocalOptions['entry'],
): Promise<string> {
  const world = await rehearse(small, {
    access,
    bringUpWithin: '20s',
    record: false,
    ...(entry !== undefined && { kube: { entry } }),
  });
  return told(world);
}

const ingress = { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: {} } as const;
const gateway = {
  kind: 'gateway',
  gateway: { namespace: 'gateways', name: 'shared' },
  entry: { address: 'gateway.test', port: 8080 },
} as const;

test('an Ingress of a class that no controller serves', async () => {
  expect(await readsOf({ ...ingress, className: 'nignx' }, {})).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_SHUT  2 of 2 nodes cannot be reached by ingress: core-0, core-1
      Asked                          N times in TIME; the last answer is TIME old
      Last saw                       core-0 was not heard: a page of HTML came, "404 Not Found" (info)
      Asked at                       http://ssc.test
      Ingress ssc-091c79-access-0    class nignx; no controller has given it an address
      Where no address is shown, no controller has taken the Ingress: look at --ingress-class. Else look at --ingress-host, --ingress-address and --ingress-port."
  `);
});

test('an Ingress on a cluster without any controller', async () => {
  expect(await readsOf(ingress)).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_SHUT  2 of 2 nodes cannot be reached by ingress: core-0, core-1
      Asked                          N times in TIME; the last answer is TIME old
      Last saw                       core-0 cannot be reached (info)
      Asked at                       http://ssc.test
      Ingress ssc-091c79-access-0    no class, and the cluster has no default; no controller has given it an address
      Where no address is shown, no controller has taken the Ingress: look at --ingress-class. Else look at --ingress-host, --ingress-address and --ingress-port."
  `);
});

test('an Ingress that no rule follows from in time', async () => {
  const otherwise = { ...ingress, entry: { address: 'other.test' } };
  expect(await readsOf(otherwise, { delayMs: 60_000 })).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_SHUT  2 of 2 nodes cannot be reached by ingress: core-0, core-1
      Asked                          N times in TIME; the last answer is TIME old
      Last saw                       core-0 was not heard: a page of HTML came, "404 Not Found" (info)
      Asked at                       http://other.test with host ssc.test
      Ingress ssc-091c79-access-0    class kube-local; no controller has given it an address
      Where no address is shown, no controller has taken the Ingress: look at --ingress-class. Else look at --ingress-host, --ingress-address and --ingress-port."
  `);
});

test('a controller that leaves the prefix in the path', async () => {
  const annotations = { 'traefik.ingress.kubernetes.io/rule-type': 'PathPrefix' };
  expect(await readsOf({ ...ingress, rewrite: 'traefik', annotations }, {})).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_PREFIX  requests reach core-0 with the prefix of the pod still in their path
      The controller does not know the annotations that take it off: --ingress-rewrite says whose they are (nginx or traefik), --ingress-annotation sets others."
  `);
});

test('a Gateway that is not there', async () => {
  expect(await readsOf(gateway, {})).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_SHUT  2 of 2 nodes cannot be reached by gateway: core-0, core-1
      Asked                            N times in TIME; the last answer is TIME old
      Last saw                         core-0 was not heard: a page of HTML came, "404 Not Found" (info)
      Asked at                         http://gateway.test:8080
      HTTPRoute ssc-091c79-access-0    no Gateway has looked at it
      Where nothing is accepted, the Gateway does not take routes from this namespace or host: look at --gateway. Else look at --ingress-host, --ingress-address and --ingress-port."
  `);
});

test('a listener that the Gateway does not have', async () => {
  const named = { ...gateway, gateway: { ...gateway.gateway, listener: 'https' } };
  expect(
    await readsOf(named, { gateways: [{ namespace: 'gateways', name: 'shared' }] }),
  ).toMatchInlineSnapshot(`
    "broken in "bring up"
    ✖ SSC_ACCESS_SHUT  2 of 2 nodes cannot be reached by gateway: core-0, core-1
      Asked                            N times in TIME; the last answer is TIME old
      Last saw                         core-0 was not heard: a page of HTML came, "404 Not Found" (info)
      Asked at                         http://gateway.test:8080
      HTTPRoute ssc-091c79-access-0    Gateway gateways/shared: Accepted=False (NoMatchingParent: there is no listener https), ResolvedRefs=True
      Where nothing is accepted, the Gateway does not take routes from this namespace or host: look at --gateway. Else look at --ingress-host, --ingress-address and --ingress-port."
  `);
});
