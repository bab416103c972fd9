import type { V1ConfigMap } from '@kubernetes/client-node';
import { present } from '@ssc/errors';
import { type CreatedObject, type KubeApi, type KubeObject, kinds } from '../kube/api.ts';
import { deleteExactly } from '../run/delete-exactly.ts';
import type { Run } from '../run/run.ts';
import { attachMissing } from './find-sets.ts';

/** Whose objects they are. */
export interface NetworkObjectsOptions {
  readonly run: Run;
  readonly kube: KubeApi;
  readonly namespace: string;
  /** A further network of the run: its name, and its number. */
  readonly further: { readonly name: string; readonly number: number } | undefined;
}

/** The objects of a network as they were asked for and made, and what owns them: the run's anchor, or an anchor of the network's own below it. */
export class NetworkObjects {
  readonly #options: NetworkObjectsOptions;
  readonly #created: CreatedObject[] = [];
  /** What owns all objects of a further network of a run, so that it can go while its run stays. */
  #subAnchor: V1ConfigMap | undefined;
  #owner: string | undefined;

  constructor(options: NetworkObjectsOptions) {
    this.#options = options;
  }

  get created(): readonly CreatedObject[] {
    return this.#created;
  }

  /** What owns all objects of the network, once it has begun. */
  get owner(): string {
    return present(this.#owner, 'a network that has begun has an owner');
  }

  /** Makes what owns all objects of the network. */
  async begin(): Promise<string> {
    const { run, further } = this.#options;
    if (further !== undefined && this.#subAnchor === undefined)
      this.#keepSubAnchor(await run.create(run.subAnchorOf(further.number)));
    this.#owner = this.#subAnchor?.metadata?.uid ?? run.anchorUid;
    return this.#owner;
  }

  /** Finds what owns them, which a driver before this one made. False when it is gone, and may be. */
  async rejoin({ mayBeGone }: { readonly mayBeGone: boolean }): Promise<boolean> {
    const { run, kube, namespace, further } = this.#options;
    if (further !== undefined) {
      const name = run.subAnchorOf(further.number).metadata?.name ?? '';
      const there = await kube.read<V1ConfigMap>({ kind: kinds.configMap, namespace, name });
      if (there === undefined && mayBeGone) return false;
      if (there === undefined) throw attachMissing(run.name, `network ${further.name}`);
      this.#keepSubAnchor(there);
    }
    await this.begin();
    return true;
  }

  async create(asked: KubeObject): Promise<void> {
    const made = await this.#options.run.create(asked);
    this.#created.push({ asked, made });
  }

  /** Knows of an object that a driver before this one made. */
  know(asked: KubeObject): void {
    this.#created.push({ asked, made: asked });
  }

  /** Whether an object of that name was made. Those that are named by what is in them are then the right ones. */
  has(name: string | undefined): boolean {
    return this.#created.some(({ made }) => made.metadata?.name === name);
  }

  /** Removes all of a further network by one delete. */
  async remove(): Promise<void> {
    if (this.#subAnchor !== undefined)
      await deleteExactly(this.#options.kube, kinds.configMap, this.#subAnchor);
  }

  #keepSubAnchor(made: V1ConfigMap): void {
    this.know(made);
    this.#subAnchor = made;
  }
}
