import { exchange } from '@ssc/core-http';
import { isSscError, renderError } from '@ssc/errors';
import type { FormationOptions } from '@ssc/formation';
import type { KubeLocalOptions } from '@ssc/kube-local';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace } from './drivers.ts';

const small = defineMission('Small', {
  summary: 'One validator.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  run: async () => {},
});

type Access = NonNullable<FormationOptions['access']>;
const ingress = { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: {} } as const;
const gateway = { namespace: 'gateways', name: 'shared' };

/** The first lines of what comes of a transaction of 190 KiB. */
async function submitLong(access: Access, entry?: KubeLocalOptions['entry']): Promise<string> {
  const place = createPlace('long', undefined, { gateways: [gateway], ...entry });
  return place.clock.run(async () => {
    const { formation } = place.drive(small, { access });
    await formation.bringUp();
    const [node] = formation.nodes;
    const envelope = Buffer.alloc(145_920).toString('base64');
    const ended = await node?.submit(envelope).then(
      () => 'submitted',
      (error: unknown) => (isSscError(error) ? renderError(error) : String(error)),
    );
    await formation.remove();
    return (ended ?? '').replace(/blob=\S+/gu, 'blob=…');
  });
}

test.each<[Access, KubeLocalOptions['entry']?]>([
  [{ kind: 'proxy' }],
  [{ kind: 'port-forward' }],
  [{ kind: 'auto' }],
  [{ kind: 'in-cluster' }],
  [ingress, { urlLimit: 262_144 }],
  [{ kind: 'gateway', gateway, entry: { address: 'ssc.test' } }, { urlLimit: 262_144 }],
])('a URL of 190 KiB reaches the node by %o', async (access, entry) => {
  expect(await submitLong(access, entry)).toMatch(/^✖ SSC_CORE_(EXCEPTION|ERROR|TEXT) /u);
});

test('an ingress controller that takes 8 KiB is told of before anything is sent', async () => {
  expect(await submitLong(ingress)).toMatchInlineSnapshot(`
    "✖ SSC_CORE_URL_TOO_LONG  the request tx to core-0 needs a URL of 194607 bytes, and this way of access carries 8000   (definite: nothing was changed)
      Request    GET tx?blob=… (194560 characters)
      Set large-client-header-buffers to "4 256k" in the ConfigMap of ingress-nginx, or give --access port-forward."
  `);
});

test('so is a Gateway that takes 60 KiB', async () => {
  const access = { kind: 'gateway', gateway, entry: { address: 'ssc.test' } } as const;
  expect(await submitLong(access, { urlLimit: 61_440 })).toMatchInlineSnapshot(`
    "✖ SSC_CORE_URL_TOO_LONG  the request tx to core-0 needs a URL of 194607 bytes, and this way of access carries 60000   (definite: nothing was changed)
      Request    GET tx?blob=… (194560 characters)
      Raise what the Gateway takes as a header (Envoy: max_request_headers_kb, 60 by default), or give --access port-forward."
  `);
});

test.each<[string, Access]>([
  ['ingress, nginx', ingress],
  ['ingress, traefik', { ...ingress, rewrite: 'traefik' }],
  ['gateway', { kind: 'gateway', gateway, host: 'ssc.test', entry: {} }],
])('the archive of a node is reached too, by %s', async (_title, access) => {
  const place = createPlace('archive', undefined, { gateways: [gateway] });
  const reply = await place.clock.run(async () => {
    const { formation, run } = place.drive(small, { access });
    await formation.bringUp();
    const path = `/${run}-core-0/history/.well-known/stellar-history.json`;
    const request = { method: 'GET', origin: 'http://ssc.test', path, headers: {} } as const;
    const answer = await exchange(place.cluster.entry, request, new AbortController().signal);
    await formation.remove();
    return answer;
  });
  expect([reply.status, JSON.parse(reply.body)]).toMatchObject([200, { version: 1 }]);
});
