// Writes src/schema-text.ts from a running API server:
//   KUBECONFIG=… node scripts/fetch-schema.ts [path of kubectl]
// The server needs the Gateway API's types installed. Takes the kinds listed here with all that they refer to and
// leaves out descriptions, defaults of built-in kinds that only repeat a zero value, and the paths.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const wanted: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'ConfigMap',
    'Endpoints',
    'Event',
    'LimitRange',
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Pod',
    'ResourceQuota',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  'apps/v1': ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview'],
  'batch/v1': ['CronJob', 'Job'],
  'coordination.k8s.io/v1': ['Lease'],
  'discovery.k8s.io/v1': ['EndpointSlice'],
  'events.k8s.io/v1': ['Event'],
  'gateway.networking.k8s.io/v1': ['Gateway', 'HTTPRoute'],
  'networking.k8s.io/v1': ['Ingress', 'IngressClass'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding'],
  'storage.k8s.io/v1': ['StorageClass'],
};
// Bodies of requests that are no resource of their own.
const extras: Readonly<Record<string, readonly string[]>> = {
  v1: ['io.k8s.api.policy.v1.Eviction', 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'],
  'apps/v1': ['io.k8s.api.autoscaling.v1.Scale'],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = { [key: string]: Json };
interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

const kubectl = process.argv[2] ?? 'kubectl';
const get = (path: string): unknown =>
  JSON.parse(
    execFileSync(kubectl, ['get', '--raw', path], { encoding: 'utf8', maxBuffer: 64 << 20 }),
  );

const prefix = '#/components/schemas/';
const dropped = new Set([
  'description',
  'externalDocs',
  'example',
  'oneOf',
  'anyOf',
  'x-kubernetes-unions',
  'x-kubernetes-validations',
  'x-kubernetes-group-version-kind',
]);

/**
 * A schema without prose; `allOf` of one reference becomes that reference, `#/components/schemas/` goes. Custom resources get
 * their defaults from the schema, also those that are zero values.
 */
function reduce(value: Json, isCustom: boolean, inProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => reduce(item, isCustom));
  if (value === null || typeof value !== 'object') return value;
  const result: Schema = {};
  for (const [key, item] of Object.entries(value)) {
    if (inProperties) result[key] = reduce(item, isCustom);
    else if (key === 'allOf' && Array.isArray(item) && item.length === 1)
      Object.assign(result, reduce(item[0] ?? null, isCustom));
    else if (key === '$ref' && typeof item === 'string') result[key] = item.replace(prefix, '');
    else if (
      key === 'default' &&
      !isCustom &&
      ['{}', '""', '0', 'false'].includes(JSON.stringify(item))
    )
      continue;
    else if (!dropped.has(key)) result[key] = reduce(item, isCustom, key === 'properties');
  }
  return result;
}

function* references(value: Json): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* references(item);
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value))
      if (key === '$ref' && typeof item === 'string') yield item;
      else yield* references(item);
}

const version = (get('/version') as { gitVersion: string }).gitVersion;
const schemas: Record<string, Json> = {};
const kinds: Json[] = [];

for (const [apiVersion, names] of Object.entries(wanted)) {
  const root = apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`;
  const { resources } = get(`/${root}`) as { resources: ApiResource[] };
  const document = get(`/openapi/v3/${root}`) as {
    components: { schemas: Record<string, Schema> };
  };
  const all = document.components.schemas;
  const take = (name: string): void => {
    if (schemas[name] !== undefined) return;
    const schema = all[name];
    if (schema === undefined) throw new Error(`${apiVersion} has no schema ${name}`);
    const reduced = reduce(schema, apiVersion.startsWith('gateway.networking.k8s.io/'));
    schemas[name] = reduced;
    for (const other of references(reduced)) take(other);
  };
  const schemaOf = (kind: string): string => {
    const [group, v] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const found = Object.entries(all).find(([, schema]) =>
      (schema['x-kubernetes-group-version-kind'] as Schema[] | undefined)?.some(
        (gvk) => gvk['group'] === group && gvk['version'] === v && gvk['kind'] === kind,
      ),
    );
    if (found === undefined) throw new Error(`${apiVersion} has no ${kind}`);
    return found[0];
  };
  for (const kind of names) {
    const resource = resources.find((r) => r.kind === kind && !r.name.includes('/'));
    if (resource === undefined) throw new Error(`${apiVersion} has no resource of ${kind}`);
    const schema = schemaOf(kind);
    take(schema);
    kinds.push({
      apiVersion,
      kind,
      plural: resource.name,
      singular: resource.singularName,
      shortNames: [...(resource.shortNames ?? [])],
      categories: [...(resource.categories ?? [])],
      namespaced: resource.namespaced,
      verbs: [...resource.verbs],
      subresources: resources
        .filter((r) => r.name.startsWith(`${resource.name}/`))
        .map((r) => r.name.slice(resource.name.length + 1)),
      schema,
    });
  }
  for (const name of extras[apiVersion] ?? []) take(name);
}

const lines = (record: Record<string, Json>): string =>
  Object.keys(record)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(record[name])}`)
    .join(',\n');
const text = [
  `{"version":${JSON.stringify(version)},`,
  `"kinds":[\n${kinds.map((kind) => JSON.stringify(kind)).join(',\n')}\n],`,
  `"schemas":{\n${lines(schemas)}\n}}`,
].join('\n');
if (text.includes('`') || text.includes('${'))
  throw new Error('the text cannot stand in a template');

writeFileSync(
  new URL('../src/schema-text.ts', import.meta.url),
  [
    '// Written by scripts/fetch-schema.ts from the OpenAPI v3 documents of a Kubernetes API server; not to be edited.',
    '',
    '/** The reduced schema as JSON: text, so that importing it costs nothing until it is read. */',
    `export const schemaText = String.raw\`${text}\`;`,
    '',
  ].join('\n'),
);
process.stdout.write(
  `Kubernetes ${version}: ${kinds.length} kinds, ${Object.keys(schemas).length} schemas, ${text.length} characters\n`,
);
