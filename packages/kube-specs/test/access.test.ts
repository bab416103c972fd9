import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type AccessPlan,
  type HttpRoute,
  nodeAddress,
  nodeServiceName,
  parseIngressRewrite,
  podName,
  routeLimits,
  toRunObjects,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { coreSet, networkPlan, runName } from './plan.fixture.ts';

const node = { run: runName, set: 'core', ordinal: 1 };
const place = { namespace: 'sandbox' };

test('a node answers elsewhere under each way in', () => {
  const ways = {
    proxy: nodeAddress({ kind: 'proxy', server: 'https://10.0.0.1:6443/' }, node, 'core', place),
    ingress: nodeAddress({ kind: 'ingress', host: 'a.test' }, node, 'core', place),
    elsewhere: nodeAddress(
      { kind: 'ingress', host: 'a.test', address: '::1', port: 8081 },
      node,
      'history',
      place,
    ),
    gateway: nodeAddress(
      { kind: 'gateway', host: 'a.test', port: 443, scheme: 'https' },
      node,
      'history',
      place,
    ),
    inCluster: nodeAddress({ kind: 'in-cluster' }, node, 'history', { ...place, historyPort: 9 }),
    domain: nodeAddress({ kind: 'in-cluster', clusterDomain: 'c.local' }, node, 'core', place),
  };
  expect(ways).toMatchInlineSnapshot(`
    {
      "domain": {
        "headers": {},
        "url": "http://ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc.c.local:11626",
      },
      "elsewhere": {
        "headers": {
          "host": "a.test:8081",
        },
        "url": "http://[::1]:8081/ssc-1a2b3c-core-1/history",
      },
      "gateway": {
        "headers": {},
        "url": "https://a.test/ssc-1a2b3c-core-1/history",
      },
      "inCluster": {
        "headers": {},
        "url": "http://ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc:9",
      },
      "ingress": {
        "headers": {},
        "url": "http://a.test/ssc-1a2b3c-core-1/core",
      },
      "proxy": {
        "headers": {},
        "url": "https://10.0.0.1:6443/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-1:11626/proxy",
      },
    }
  `);
  for (const { url } of Object.values(ways))
    expect(new URL(url).href.replace(/\/$/u, '')).toBe(url);
});

test('a way of taking prefixes off that nobody has is refused', () => {
  expect(parseIngressRewrite('traefik')).toBe('traefik');
  expect(messageOf(() => parseIngressRewrite('ngnix'))).toMatchInlineSnapshot(
    `"✖ SSC_ACCESS  an ingress takes the prefix off paths as "nginx" or "traefik" does, got "ngnix"; did you mean "nginx"?"`,
  );
});

const accesses: AccessPlan[] = [
  { kind: 'ingress', rewrite: 'nginx' },
  { kind: 'ingress', rewrite: 'traefik', host: 'a.test' },
  { kind: 'gateway', gateway: { name: 'g', namespace: 'gateways' } },
];

/** Path → Service and port, over all Ingresses and routes. */
function paths(objects: readonly { kind?: string; spec?: unknown }[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { kind, spec } of objects as readonly { kind?: string; spec: never }[]) {
    if (kind === 'Ingress')
      for (const { path, backend } of (
        spec as {
          rules: [
            {
              http: {
                paths: {
                  path: string;
                  backend: { service: { name: string; port: { number: number } } };
                }[];
              };
            },
          ];
        }
      ).rules[0].http.paths)
        found.set(
          path.replace('(/|$)(.*)', ''),
          `${backend.service.name}:${backend.service.port.number}`,
        );
    if (kind === 'HTTPRoute')
      for (const rule of (spec as HttpRoute['spec']).rules)
        for (const { path } of rule.matches)
          found.set(path.value, `${rule.backendRefs[0]?.name}:${rule.backendRefs[0]?.port}`);
  }
  return found;
}

test('every node is led to by its own paths, within the limits of names, routes and objects', () => {
  const sets = fc.array(
    fc.record({ nodes: fc.integer({ min: 1, max: 40 }), history: fc.boolean() }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(sets, fc.constantFrom(...accesses), (sizes, access) => {
      const plan = networkPlan({
        access,
        sets: sizes.map(({ nodes, history }, i) =>
          coreSet({
            name: i === 0 ? 'a-very-long-name-of-a-core-set-in-a-mission' : `set-${i}`,
            history,
            nodes: Array.from({ length: nodes }, () => ({ config: 'A = 1\n' })),
          }),
        ),
      });
      const objects = toRunObjects(plan, 'u').access;
      const expected = plan.sets.flatMap((set) =>
        set.nodes.flatMap((_, ordinal) => {
          const ref = { run: runName, set: set.name, ordinal };
          return [
            [`/${podName(ref)}/core`, `${nodeServiceName(ref, 'core')}:11626`] as const,
            ...(set.history
              ? [[`/${podName(ref)}/history`, `${nodeServiceName(ref, 'history')}:8080`] as const]
              : []),
          ];
        }),
      );
      expect(paths(objects)).toEqual(new Map(expected));
      const names = objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
      expect(new Set(names).size).toBe(names.length);
      for (const object of objects) {
        expect(object.metadata?.name?.length).toBeLessThanOrEqual(63);
        expect(object.metadata?.labels?.['ssc.stellar.org/run']).toBe(runName);
        if (object.kind === 'HTTPRoute') {
          const { rules } = (object as HttpRoute).spec;
          expect(rules.length).toBeLessThanOrEqual(routeLimits.rules);
          for (const { matches } of rules)
            expect(matches.length).toBeLessThanOrEqual(routeLimits.matches);
        }
      }
    }),
    { seed: 1, numRuns: 40 },
  );
});

test.each(accesses)('600 nodes fit into objects that etcd takes: %o', (access) => {
  const sets = [coreSet({ nodes: Array.from({ length: 600 }, () => ({ config: 'A = 1\n' })) })];
  const { access: objects } = toRunObjects(networkPlan({ access, sets }), 'u');
  const routes = objects.filter(({ kind }) => kind !== 'Service');
  expect(routes).toHaveLength(access.kind === 'ingress' ? 2 : 75);
  for (const object of routes)
    expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(1024 * 1024);
});
