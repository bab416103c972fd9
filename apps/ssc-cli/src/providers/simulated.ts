import { createRandom, createVirtualClock } from '@ssc/clock';
import { createStellarCore } from '@ssc/core-sim';
import { createBudget, createKubeApi } from '@ssc/formation';
import {
  createBasePrograms,
  createKubeLocal,
  createPostgresPrograms,
  type KubeLocal,
} from '@ssc/kube-local';
import type { Provider } from '../provider.ts';

// Simulated time begins here in every run, so that equal seeds give equal logs.
const start = Date.UTC(2026, 0, 1);
const namespace = 'default';

/** The older stellar-core of missions that mix versions: one protocol behind. */
const older = { release: 'v26.0.0', protocol: 26 } as const;

/**
 * A simulated cluster with simulated nodes, in this process and on virtual time. `log` gets a line for each API call, stored
 * change and message between pods.
 */
export function simulatedProvider(
  seed: string,
  log?: (line: string) => void,
): Provider & { readonly cluster: KubeLocal } {
  const clock = createVirtualClock({ start });
  const random = createRandom(seed);
  const base = createBasePrograms();
  const cluster = createKubeLocal({
    clock: clock.fork('cluster'),
    random: random.fork('cluster'),
    images: [
      { pattern: 'core-sim', programs: { ...base, 'stellar-core': createStellarCore() } },
      { pattern: 'old-core-sim', programs: { ...base, 'stellar-core': createStellarCore(older) } },
      { pattern: 'nginx', programs: base },
      { pattern: 'postgres:*', programs: { ...base, ...createPostgresPrograms() } },
    ],
    ...(log !== undefined && { log }),
  });
  const driver = clock.fork('driver');
  const access = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube-local.invalid' };
  return {
    name: 'simulated',
    cluster,
    clock: driver,
    random: random.fork('driver'),
    kube: createKubeApi({
      access,
      clock: driver,
      random: random.fork('client'),
      budget: createBudget(driver),
    }),
    dispatcher: cluster.dispatcher,
    namespace,
    images: { core: 'core-sim', old: 'old-core-sim', history: 'nginx' },
    nonce: () => random.fork('run').bytes(3),
    run: (work) => clock.run(work),
    close: async () => {},
  };
}
