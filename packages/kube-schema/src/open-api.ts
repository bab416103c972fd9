import { kinds, loadSchema, type ResourceKind, schemaVersion } from './schema.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The group versions that `/openapi/v3` lists, as path segments. @example ["api/v1", "apis/apps/v1"] */
export const openApiPaths = (): string[] =>
  [...new Set(kinds().map((kind) => rootOf(kind.apiVersion)))].sort();

/**
 * The OpenAPI v3 document of one group version, or undefined: its schemas, and of its paths what `kubectl` reads
 * (which kind is patched there and that `fieldValidation` may be asked for).
 *
 * @param path as in {@link openApiPaths}
 */
export function openApiDocument(path: string): Json | undefined {
  const own = kinds().filter((kind) => rootOf(kind.apiVersion) === path);
  if (own.length === 0) return undefined;
  const { schemas } = loadSchema();
  const documented: Record<string, Json> = {};
  const take = (name: string): void => {
    const schema = schemas[name];
    if (schema === undefined || documented[name] !== undefined) return;
    const kind = own.find((k) => k.schema === name);
    documented[name] = {
      ...(withFullReferences(schema as Json) as { readonly [key: string]: Json }),
      ...(kind !== undefined && { 'x-kubernetes-group-version-kind': [gvkOf(kind)] }),
    };
    JSON.stringify(schema, (key, value: unknown) => {
      if (key === '$ref' && typeof value === 'string') take(value);
      return value;
    });
  };
  for (const kind of own) take(kind.schema);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: schemaVersion() },
    paths: Object.fromEntries(own.map((kind) => [pathOf(kind), pathItem(kind)])),
    components: { schemas: documented },
  };
}

const rootOf = (apiVersion: string): string =>
  apiVersion === 'v1' ? 'api/v1' : `apis/${apiVersion}`;

const pathOf = (kind: ResourceKind): string =>
  `/${rootOf(kind.apiVersion)}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}/{name}`;

const gvkOf = (kind: ResourceKind): Json => ({
  group: kind.group,
  kind: kind.kind,
  version: kind.version,
});

const pathItem = (kind: ResourceKind): Json => ({
  patch: {
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
    })),
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': gvkOf(kind),
  },
});

function withFullReferences(value: Json): Json {
  if (Array.isArray(value)) return value.map(withFullReferences);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string'
        ? `#/components/schemas/${item}`
        : withFullReferences(item),
    ]),
  );
}
