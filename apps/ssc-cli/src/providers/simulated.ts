import { createRandom, createVirtualClock } from '@ssc/clock';
import { createStellarCore, olderRelease } from '@ssc/core-sim';
import { type AccessMode, createBudget, createKubeApi } from '@ssc/formation';
import {
  createBasePrograms,
  createKubeLocal,
  createPostgresPrograms,
  type EntryOptions,
  type KubeLocal,
} from '@ssc/kube-local';
import { toRunName } from '@ssc/kube-specs';
import type { AccessOfRun, Provider } from '../provider.ts';
import { execHere } from './exec-here.ts';

// Simulated time begins here in every run, so that equal seeds give equal logs.
const start = Date.UTC(2026, 0, 1);
const namespace = 'default';

/** What a simulated cluster differs in. */
export interface SimulatedOptions {
  /** How nodes are reached. The cluster has what is asked for: the class of the ingress, the Gateway. */
  readonly access?: AccessOfRun;
  /** Gets a line for each API call, stored change and message between pods. */
  readonly log?: (line: string) => void;
}

/** A simulated cluster with simulated nodes, in this process and on virtual time. */
export function simulatedProvider(
  seed: string,
  { access, log }: SimulatedOptions = {},
): Provider & { readonly cluster: KubeLocal } {
  const clock = createVirtualClock({ start });
  const random = createRandom(seed);
  const base = createBasePrograms();
  const run = random.fork('run').bytes(3);
  const mode = access?.(toRunName(run));
  const entry = mode && entryOf(mode);
  const cluster = createKubeLocal({
    clock: clock.fork('cluster'),
    random: random.fork('cluster'),
    images: [
      { pattern: 'core-sim', programs: { ...base, 'stellar-core': createStellarCore() } },
      {
        pattern: 'old-core-sim',
        programs: { ...base, 'stellar-core': createStellarCore(olderRelease) },
      },
      { pattern: 'nginx', programs: base },
      { pattern: 'postgres:*', programs: { ...base, ...createPostgresPrograms() } },
    ],
    ...(entry !== undefined && { entry }),
    ...(log !== undefined && { log }),
  });
  const driver = clock.fork('driver');
  const server = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube-local.invalid' };
  return {
    name: 'simulated',
    cluster,
    clock: driver,
    random: random.fork('driver'),
    kube: createKubeApi({
      access: server,
      clock: driver,
      random: random.fork('client'),
      budget: createBudget(driver),
    }),
    dispatcher: cluster.dispatcher,
    connect: cluster.connect,
    exec: execHere(cluster, namespace),
    direct: mode?.kind === 'in-cluster' ? cluster.inside : cluster.entry,
    ...(access !== undefined && { accessOf: access }),
    namespace,
    images: { core: 'core-sim', old: 'old-core-sim', history: 'nginx' },
    nonce: () => run,
    run: (work) => clock.run(work),
    close: async () => {},
  };
}

function entryOf(mode: AccessMode): EntryOptions | undefined {
  if (mode.kind === 'gateway') return { gateways: [mode.gateway] };
  if (mode.kind !== 'ingress') return undefined;
  return mode.className === undefined ? {} : { ingressClass: mode.className };
}
