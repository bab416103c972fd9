import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import {
  createBasePrograms,
  createKubeLocal,
  type KubeLocal,
  type KubeLocalOptions,
} from '@ssc/kube-local';
import { createBudget, createKubeApi, type KubeApi } from '../../src/index.ts';

/** A cluster in this process with a client, on virtual time. */
export interface LocalCluster {
  readonly clock: VirtualClock;
  readonly cluster: KubeLocal;
  readonly kube: KubeApi;
}

export function createLocalCluster(options: Partial<KubeLocalOptions> = {}): LocalCluster {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const random = createRandom('formation');
  const cluster = createKubeLocal({
    clock,
    random,
    images: [{ pattern: 'busybox', programs: createBasePrograms() }],
    ...options,
  });
  const access = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube.invalid' };
  return {
    clock,
    cluster,
    kube: createKubeApi({
      access,
      clock,
      random: random.fork('client'),
      budget: createBudget(clock),
    }),
  };
}
