import { expect, test } from 'vitest';
import { findRoute, httpRoutes, ingressRoutes } from '../../src/entry/routes.ts';
import type { HttpRouteObject, Ingress } from '../../src/types/objects.ts';

const metadata = (annotations: Readonly<Record<string, string>> = {}) => ({
  name: 'r',
  namespace: 'sandbox',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  annotations,
});

type Path = readonly [path: string, service: string, pathType?: string];

const ingress = (
  paths: readonly Path[],
  { host, annotations }: { host?: string; annotations?: Record<string, string> } = {},
): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: metadata(annotations),
  spec: {
    rules: [
      {
        ...(host !== undefined && { host }),
        http: {
          paths: paths.map(([path, name, pathType = 'Prefix']) => ({
            path,
            pathType,
            backend: { service: { name, port: { number: 80 } } },
          })),
        },
      },
    ],
  },
});

/** Where a request is led: the Service, and the path that it sees. */
function led(routes: Parameters<typeof findRoute>[0], host: string, path: string): string {
  const found = findRoute(routes, host, path);
  return found === undefined ? 'nowhere' : `${found.route.backend?.service} ${found.path}`;
}

test('the longest prefix leads, by whole parts, and an exact path before any', () => {
  const routes = ingressRoutes(
    ingress([
      ['/', 'all'],
      ['/a', 'a'],
      ['/a/b', 'ab'],
      ['/a/b', 'exact', 'Exact'],
    ]),
  );
  expect(
    ['/', '/a', '/ab', '/a/c', '/a/b', '/a/b/', '/A'].map((path) => led(routes, 'any.test', path)),
  ).toEqual(['all /', 'a /a', 'all /ab', 'a /a/c', 'exact /a/b', 'ab /a/b/', 'all /A']);
});

test('a full host leads before a wildcard, and that before none', () => {
  const routes = [
    ...ingressRoutes(ingress([['/', 'none']])),
    ...ingressRoutes(ingress([['/', 'wild']], { host: '*.test' })),
    ...ingressRoutes(ingress([['/', 'full']], { host: 'a.test' })),
  ];
  expect(['a.test', 'b.test', 'test', 'a.other'].map((host) => led(routes, host, '/'))).toEqual([
    'full /',
    'wild /',
    'none /',
    'none /',
  ]);
  const strict = ingressRoutes(ingress([['/', 'full']], { host: 'a.test' }));
  expect(led(strict, 'b.test', '/')).toBe('nowhere');
});

test('prefixes are taken off as the annotations say, and else stay', () => {
  const nginx = {
    'nginx.ingress.kubernetes.io/use-regex': 'true',
    'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
  };
  const traefik = { 'traefik.ingress.kubernetes.io/rule-type': 'PathPrefixStrip' };
  const pod = '/ssc-1a2b3c-core-1';
  const asked = [
    `${pod}/core/info`,
    `${pod}/core`,
    `${pod}/corex`,
    '/ssc-1a2b3c-core-11/core/info',
  ];
  const each = (annotations: Record<string, string>, path: string, pathType = 'Prefix') => {
    const routes = ingressRoutes(ingress([[path, 's', pathType]], { annotations }));
    return asked.map((one) => led(routes, 'a.test', one));
  };
  expect(each(nginx, `${pod}/core(/|$)(.*)`, 'ImplementationSpecific')).toEqual([
    's /info',
    's /',
    'nowhere',
    'nowhere',
  ]);
  expect(each(traefik, `${pod}/core`)).toEqual(['s /info', 's /', 'nowhere', 'nowhere']);
  expect(each({}, `${pod}/core`)).toEqual([
    `s ${pod}/core/info`,
    `s ${pod}/core`,
    'nowhere',
    'nowhere',
  ]);
});

test('an HTTPRoute replaces the prefix, or the whole path', () => {
  const route = (path: object): HttpRouteObject => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadata(),
    spec: {
      hostnames: ['a.test'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/pod/core' } }],
          filters: [{ type: 'URLRewrite', urlRewrite: { path: path as never } }],
          backendRefs: [{ name: 's', port: 80 }],
        },
      ],
    },
  });
  const prefix = httpRoutes(route({ type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }));
  const full = httpRoutes(route({ type: 'ReplaceFullPath', replaceFullPath: '/x' }));
  expect(led(prefix, 'a.test', '/pod/core/info')).toBe('s /info');
  expect(led(prefix, 'a.test', '/pod/core')).toBe('s /');
  expect(led(prefix, 'b.test', '/pod/core')).toBe('nowhere');
  expect(led(full, 'a.test', '/pod/core/info')).toBe('s /x');
});
