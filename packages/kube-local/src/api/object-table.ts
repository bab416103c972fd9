import type { KubeObject } from './object.ts';

/** The objects of one kind, by namespace and name. */
export class ObjectTable {
  readonly #objects = new Map<string, KubeObject>();
  /** All keys in order; undefined after one has come or gone, until somebody asks. */
  #sorted: readonly string[] | undefined;

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  /** In the order of namespace and name; all namespaces when it is undefined. */
  list(namespace: string | undefined): KubeObject[] {
    this.#sorted ??= [...this.#objects.keys()].sort();
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    return this.#sorted
      .filter((key) => key.startsWith(prefix))
      .map((key) => this.#objects.get(key))
      .filter((object) => object !== undefined);
  }

  set(object: KubeObject): void {
    const key = keyOf(object);
    if (!this.#objects.has(key)) this.#sorted = undefined;
    this.#objects.set(key, object);
  }

  delete(object: KubeObject): void {
    this.#objects.delete(keyOf(object));
    this.#sorted = undefined;
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
