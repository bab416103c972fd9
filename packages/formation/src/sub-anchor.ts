import type { V1ConfigMap } from '@kubernetes/client-node';
import { present } from '@ssc/errors';
import { contested, mostConflicts } from './contested.ts';
import { refusalOf } from './fuse.ts';
import { type KubeApi, type KubeRef, kinds } from './kube/api.ts';

/** What owns all objects of a further network of a run, so that the network can go while its run stays. */
export class SubAnchor {
  readonly uid: string;
  readonly #kube: KubeApi;
  readonly #ref: KubeRef;
  #version: string;

  constructor(kube: KubeApi, made: V1ConfigMap) {
    const { metadata } = made;
    this.#kube = kube;
    this.#ref = {
      kind: kinds.configMap,
      namespace: present(metadata?.namespace, 'a stored ConfigMap has a namespace'),
      name: present(metadata?.name, 'a stored ConfigMap has a name'),
    };
    this.uid = present(metadata?.uid, 'a stored ConfigMap has a uid');
    this.#version = present(metadata?.resourceVersion, 'a stored ConfigMap has a resourceVersion');
  }

  /** Removes the network by one background delete. Only this very object is deleted, as it was seen last. */
  async remove(): Promise<void> {
    for (let attempt = 1; attempt <= mostConflicts; attempt++) {
      try {
        await this.#kube.delete(this.#ref, {
          propagationPolicy: 'Background',
          uid: this.uid,
          resourceVersion: this.#version,
        });
        return;
      } catch (error) {
        if (refusalOf(error)?.status !== 409) throw error;
      }
      // Somebody wrote a label on it; or it is gone, and what has its name now is another's.
      const now = await this.#kube.read<V1ConfigMap>(this.#ref);
      if (now?.metadata?.uid !== this.uid) return;
      this.#version = now.metadata.resourceVersion ?? this.#version;
    }
    throw contested(
      `ConfigMap "${this.#ref.name}"`,
      'its network was to be removed',
      'The network goes with its run.',
    );
  }
}
