import { expect, test } from 'vitest';
import {
  kindOf,
  kinds,
  openApiDocument,
  openApiPaths,
  quantityOf,
  resolveSchema,
  schemaOf,
  schemaVersion,
  selectorMatches,
  toRefusal,
  validateObject,
} from '../src/index.ts';

test('the schema says which server it is of, and what it knows', () => {
  expect(schemaVersion()).toMatch(/^v1\.33\./u);
  expect(kinds().map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toMatchInlineSnapshot(`
    [
      "v1 ConfigMap",
      "v1 Endpoints",
      "v1 Event",
      "v1 LimitRange",
      "v1 Namespace",
      "v1 Node",
      "v1 PersistentVolume",
      "v1 PersistentVolumeClaim",
      "v1 Pod",
      "v1 ResourceQuota",
      "v1 Secret",
      "v1 Service",
      "v1 ServiceAccount",
      "apps/v1 ControllerRevision",
      "apps/v1 DaemonSet",
      "apps/v1 Deployment",
      "apps/v1 ReplicaSet",
      "apps/v1 StatefulSet",
      "authorization.k8s.io/v1 SelfSubjectAccessReview",
      "batch/v1 CronJob",
      "batch/v1 Job",
      "coordination.k8s.io/v1 Lease",
      "discovery.k8s.io/v1 EndpointSlice",
      "events.k8s.io/v1 Event",
      "gateway.networking.k8s.io/v1 Gateway",
      "gateway.networking.k8s.io/v1 HTTPRoute",
      "networking.k8s.io/v1 Ingress",
      "networking.k8s.io/v1 IngressClass",
      "policy/v1 PodDisruptionBudget",
      "rbac.authorization.k8s.io/v1 Role",
      "rbac.authorization.k8s.io/v1 RoleBinding",
      "storage.k8s.io/v1 StorageClass",
    ]
  `);
});

test('a kind has all that discovery shows', () => {
  expect(kindOf('apps/v1', 'StatefulSet')).toMatchInlineSnapshot(`
    {
      "apiVersion": "apps/v1",
      "categories": [
        "all",
      ],
      "group": "apps",
      "kind": "StatefulSet",
      "listKind": "StatefulSetList",
      "namespaced": true,
      "plural": "statefulsets",
      "schema": "io.k8s.api.apps.v1.StatefulSet",
      "shortNames": [
        "sts",
      ],
      "singular": "statefulset",
      "subresources": [
        "scale",
        "status",
      ],
      "verbs": [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
        "watch",
      ],
      "version": "v1",
    }
  `);
  expect(kindOf('v1', 'StatefulSet')).toBeUndefined();
});

test('every reference in the schema leads somewhere', () => {
  for (const { schema } of kinds()) {
    const seen = new Set<string>();
    const follow = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      expect(schemaOf(name), name).toBeDefined();
      JSON.stringify(schemaOf(name), (key, value: unknown) => {
        if (key === '$ref' && typeof value === 'string') follow(value);
        return value;
      });
    };
    follow(schema);
  }
});

test('a list says how it is merged', () => {
  const podSpec = resolveSchema({ $ref: 'io.k8s.api.core.v1.PodSpec' });
  expect(podSpec.properties?.['containers']).toMatchObject({
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-patch-merge-key': 'name',
  });
});

test('an OpenAPI document holds all that it refers to', () => {
  for (const path of openApiPaths()) {
    const text = JSON.stringify(openApiDocument(path));
    const { components } = JSON.parse(text) as { components: { schemas: object } };
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/gu))
      expect(components.schemas).toHaveProperty([name]);
  }
  expect(openApiPaths()).toContain('apis/apps/v1');
  expect(openApiDocument('apis/apps/v2')).toBeUndefined();
});

test('an unknown kind is said to be unknown', () => {
  const violations = validateObject('apps/v1', 'StatefulSets', {});
  expect(toRefusal('apps/v1', 'StatefulSets', '', violations)).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "code": 400,
      "kind": "Status",
      "message": "StatefulSets in version "v1" cannot be handled as a StatefulSets: no kind "StatefulSets" is registered for version "apps/v1"",
      "metadata": {},
      "reason": "BadRequest",
      "status": "Failure",
    }
  `);
});

test.each([
  ['250m', 0.25],
  ['1', 1],
  ['1.5Gi', 1.5 * 2 ** 30],
  ['2e3', 2000],
  ['1E', 1e18],
  ['-1k', -1000],
  ['', undefined],
  ['1Qi', undefined],
  ['m', undefined],
])('the quantity %s is %s', (text, value) => {
  expect(quantityOf(text)).toBe(value);
});

test('a selector matches by labels and by expressions', () => {
  const labels = { run: 'a', set: 'core' };
  expect(selectorMatches({ matchLabels: { run: 'a' } }, labels)).toBe(true);
  expect(selectorMatches({ matchLabels: { run: 'b' } }, labels)).toBe(false);
  const expression = (key: string, operator: string, values?: string[]): boolean =>
    selectorMatches({ matchExpressions: [{ key, operator, ...(values && { values }) }] }, labels);
  expect(expression('run', 'In', ['a', 'b'])).toBe(true);
  expect(expression('run', 'NotIn', ['a'])).toBe(false);
  expect(expression('other', 'NotIn', ['a'])).toBe(true);
  expect(expression('run', 'Exists')).toBe(true);
  expect(expression('run', 'DoesNotExist')).toBe(false);
});

test('values that a text of JSON can hold but no object, end in a refusal and in no other error', () => {
  for (const value of [null, 1, 'x', [], [null], { metadata: null }, { spec: { template: null } }])
    for (const { apiVersion, kind } of kinds())
      for (const { message } of validateObject(apiVersion, kind, value))
        expect(typeof message).toBe('string');
});
