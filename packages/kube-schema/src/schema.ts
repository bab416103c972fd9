import { schemaText } from './schema-text.ts';

/** One node of a reduced OpenAPI v3 schema. `$ref` holds a bare schema name. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
}

/** A kind as discovery names it. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** @example "v1" @example "apps/v1" */
  readonly apiVersion: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** @example ["status", "scale"] */
  readonly subresources: readonly string[];
  /** The name of its schema. @example "io.k8s.api.core.v1.Pod" */
  readonly schema: string;
}

interface Loaded {
  readonly version: string;
  readonly kinds: readonly ResourceKind[];
  readonly byName: ReadonlyMap<string, ResourceKind>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

let loaded: Loaded | undefined;

/** The schema, read from its text on first use (about 2 ms). */
export function loadSchema(): Loaded {
  loaded ??= read();
  return loaded;
}

function read(): Loaded {
  const text = JSON.parse(schemaText) as {
    version: string;
    kinds: Omit<ResourceKind, 'group' | 'version' | 'listKind'>[];
    schemas: Record<string, Schema>;
  };
  const kinds = text.kinds.map((kind) => {
    const slash = kind.apiVersion.indexOf('/');
    return {
      group: slash < 0 ? '' : kind.apiVersion.slice(0, slash),
      version: kind.apiVersion.slice(slash + 1),
      listKind: `${kind.kind}List`,
      ...kind,
    };
  });
  const byName = new Map(kinds.map((kind) => [`${kind.apiVersion} ${kind.kind}`, kind] as const));
  return { version: text.version, kinds, byName, schemas: text.schemas };
}

/** The version of the API server that the schema was taken from. @example "v1.33.13" */
export const schemaVersion = (): string => loadSchema().version;

/** All kinds, ordered by group and name. */
export const kinds = (): readonly ResourceKind[] => loadSchema().kinds;

/** The kind of that name, or undefined. */
export const kindOf = (apiVersion: string, kind: string): ResourceKind | undefined =>
  loadSchema().byName.get(`${apiVersion} ${kind}`);

/** The schema of that name, or undefined. @example schemaOf("io.k8s.api.core.v1.PodSpec") */
export const schemaOf = (name: string): Schema | undefined => loadSchema().schemas[name];

/** The schema itself where the given one is only a reference (what stands beside the reference stays). */
export function resolveSchema(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = schemaOf(schema.$ref);
  return target === undefined ? schema : { ...target, ...schema };
}
