import { present } from '@ssc/errors';
import type { KubeApi, KubeKind, KubeObject } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { contested, mostConflicts } from './contested.ts';

/**
 * Removes an object by one background delete, with all that hangs on it: this very one, as it was seen last. What others wrote
 * to it meanwhile is looked at; what has its name now and is another one is left alone. SSC_RUN_CONTESTED (broken) when it
 * changes all the time.
 */
export async function deleteExactly(
  kube: KubeApi,
  kind: KubeKind,
  { metadata }: KubeObject,
): Promise<void> {
  const ref = {
    kind,
    namespace: present(metadata?.namespace, 'a stored object has a namespace'),
    name: present(metadata?.name, 'a stored object has a name'),
  };
  const uid = present(metadata?.uid, 'a stored object has a uid');
  let resourceVersion = present(metadata?.resourceVersion, 'a stored object has a version');
  for (let attempt = 1; attempt <= mostConflicts; attempt++) {
    try {
      await kube.delete(ref, { propagationPolicy: 'Background', uid, resourceVersion });
      return;
    } catch (error) {
      if (refusalOf(error)?.status !== 409) throw error;
    }
    const now = await kube.read(ref);
    if (now?.metadata?.uid !== uid) return;
    resourceVersion = now.metadata.resourceVersion ?? resourceVersion;
  }
  throw contested(`${kind.kind} "${ref.name}"`, 'it was to be removed', 'It goes with its run.');
}
