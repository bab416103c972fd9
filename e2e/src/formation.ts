import { randomBytes } from 'node:crypto';
import { createRandom } from '@ssc/clock';
import {
  type ClusterSettings,
  type CoreSetSpec,
  createFormation,
  type Formation,
} from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import { clock, type RealApi } from './api.ts';
import type { TestImages } from './images.ts';

/** What a network is made from. */
export interface NetworkChoice {
  readonly api: RealApi;
  readonly namespace: string;
  readonly images: TestImages;
  readonly sets: Readonly<Record<string, CoreSetSpec>>;
  readonly settings?: ClusterSettings;
}

/** A network on the cluster for as long as the work takes, which may also do what no mission does. */
export async function withNetwork<T>(
  { api, namespace, images, sets, settings = {} }: NetworkChoice,
  work: (formation: Formation, saved: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const random = createRandom(randomBytes(8).toString('hex'));
  const formation = createFormation({
    run: toRunName(randomBytes(3)),
    mission: 'e2e',
    namespace,
    sets,
    images: { core: images.core, history: images.history },
    clusterSettings: { resources: { cpuRequestMillis: 20 }, ...settings },
    seed: '1',
    kube: api.kube,
    dispatcher: api.dispatcher,
    clock,
    random,
    who: 'e2e',
    version: '0',
    signal: new AbortController().signal,
    note: () => {},
  });
  const saved = new Map<string, string>();
  const save = async (path: string, content: string | Uint8Array): Promise<void> => {
    saved.set(path, `${saved.get(path) ?? ''}${String(content)}`);
  };
  formation.record({ save, append: save });
  try {
    return await work(formation, saved);
  } finally {
    await formation.remove();
  }
}
