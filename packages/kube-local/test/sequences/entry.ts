import type { Api, Fields, Sequence } from './sequence.ts';

/*
 * Ingresses and routes. Controllers write their status when they please, and not every cluster has one: it is left out.
 */

const ingresses = (namespace: string): string =>
  `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
const routes = (namespace: string): string =>
  `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;

const stored = ({
  status: _,
  metadata: { resourceVersion: _v, ...metadata },
  ...rest
}: Fields) => ({
  ...rest,
  metadata,
});

const path = (more: object = {}): object => ({
  path: '/a',
  pathType: 'Prefix',
  backend: { service: { name: 'web', port: { number: 80 } } },
  ...more,
});
const ingress = (name: string, paths: readonly object[], more: object = {}, rule: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: { ingressClassName: 'none', rules: [{ http: { paths }, ...rule }], ...more },
});
const rule = (more: object = {}): object => ({
  matches: [{ path: { type: 'PathPrefix', value: '/a' } }],
  backendRefs: [{ name: 'web', port: 80 }],
  ...more,
});
const route = (name: string, rules: readonly object[], more: object = {}) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { parentRefs: [{ name: 'nobody' }], rules, ...more },
});

/** Changes of which the status is left out. */
const patching =
  (send: Api['send']) =>
  (at: string, body: object): ReturnType<Api['send']> =>
    send('PATCH', at, body, 'application/merge-patch+json', stored);

export const entrySequences: readonly Sequence[] = [
  {
    name: 'an Ingress as it is stored, and its generation',
    async run({ send, get, delete: remove, namespace }) {
      const change = patching(send);
      const at = ingresses(namespace);
      const made = ingress('in', [
        path(),
        path({ path: '/b(/|$)(.*)', pathType: 'ImplementationSpecific' }),
      ]);
      await send('POST', at, made, 'application/json', stored);
      await get(`${at}/in`, stored);
      await change(`${at}/in`, { metadata: { annotations: { 'a.b/c': 'd' } } });
      await change(`${at}/in`, {
        spec: { rules: [{ host: 'a.test', http: { paths: [path()] } }] },
      });
      await send('POST', at, made);
      await remove(`${at}/in`);
      await get(`${at}/in`);
    },
  },
  {
    name: 'Ingresses that are refused',
    async run({ post, namespace }) {
      const at = ingresses(namespace);
      await post(at, { ...ingress('none', []), spec: { ingressClassName: 'none' } });
      await post(at, ingress('empty', []));
      await post(at, ingress('relative', [path({ path: 'a' })]));
      await post(at, ingress('regex', [path({ path: '/a/../b//c' })]));
      await post(at, ingress('no-type', [path({ pathType: undefined })]));
      await post(at, ingress('odd-type', [path({ pathType: 'Regex' })]));
      await post(at, ingress('no-port', [path({ backend: { service: { name: 'web' } } })]));
      await post(
        at,
        ingress('two-ports', [
          path({ backend: { service: { name: 'web', port: { number: 80, name: 'http' } } } }),
        ]),
      );
      await post(
        at,
        ingress('bad-port', [
          path({ backend: { service: { name: 'web', port: { number: 70_000 } } } }),
        ]),
      );
      await post(
        at,
        ingress('bad-service', [
          path({ backend: { service: { name: '1_a', port: { number: 80 } } } }),
        ]),
      );
      await post(at, ingress('no-backend', [path({ backend: {} })]));
      await post(at, ingress('address', [path()], {}, { host: '10.0.0.1' }));
      await post(at, ingress('wildcard', [path()], {}, { host: 'a.*.test' }));
      await post(at, ingress('upper', [path()], {}, { host: 'A.test' }));
      await post(at, ingress('class', [path()], { ingressClassName: 'No Class' }));
      await post(`${at}?fieldValidation=Strict`, ingress('unknown', [path({ pathTyp: 'x' })]));
      await post(at, {
        ...ingress('twice', [path()]),
        metadata: { name: 'twice', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      });
    },
  },
  {
    name: 'an HTTPRoute as it is stored, with what its schema fills in',
    async run({ send, get, delete: remove, namespace }) {
      const change = patching(send);
      const at = routes(namespace);
      const rewrite = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' };
      const filters = [{ type: 'URLRewrite', urlRewrite: { path: rewrite } }];
      const made = route('r', [rule({ filters }), { backendRefs: [{ name: 'web', port: 80 }] }]);
      await send('POST', at, made, 'application/json', stored);
      await get(`${at}/r`, stored);
      await change(`${at}/r`, { spec: { hostnames: ['a.test'] } });
      await remove(`${at}/r`);
      await get(`${at}/r`);
    },
  },
  {
    name: 'HTTPRoutes that are refused',
    async run({ post, namespace }) {
      const at = routes(namespace);
      const matches = (value: string, type = 'PathPrefix') => ({
        matches: [{ path: { type, value } }],
      });
      await post(
        at,
        route(
          'rules',
          Array.from({ length: 17 }, (_, i) => rule(matches(`/${i}`))),
        ),
      );
      await post(at, route('type', [rule(matches('/a', 'Prefix'))]));
      await post(at, route('port', [rule({ backendRefs: [{ name: 'web', port: 70_000 }] })]));
      await post(at, route('parent', [rule()], { parentRefs: [{ namespace: 'a' }] }));
      await post(at, route('host', [rule()], { hostnames: ['10.0.0.1_'] }));
      await post(`${at}?fieldValidation=Strict`, route('unknown', [rule({ backendRef: [] })]));
      await post(at, { ...route('text', []), spec: { rules: 'none' } });
    },
  },
];
