import {
  type CoreClient,
  type Load as CoreLoad,
  expectLoadRunning,
  type LoadRun,
  startLoad,
  waitUntilLoadDone,
} from '@ssc/core-http';
import { present } from '@ssc/errors';
import type { Load, RunningLoad } from './core-set.ts';
import type { NodeWork } from './node-work.ts';
import { sorobanInfosOf } from './soroban-infos.ts';

/** Where a load is made. */
export interface LoadPlace {
  readonly client: CoreClient;
  readonly work: NodeWork;
  /** The clients of all nodes of the network that run. */
  running(): readonly CoreClient[];
}

/** What missions hold of a load, and what waits need to know of it. */
const loadRuns = new WeakMap<RunningLoad, LoadRun>();

/** The run behind a load that a mission holds. */
export const loadRunOf = (load: RunningLoad): LoadRun | undefined => loadRuns.get(load);

/** Lets a node begin to generate a load. */
export async function startSetLoad(load: Load, place: LoadPlace): Promise<RunningLoad> {
  const { client, work } = place;
  const startedAt = work.clock.now();
  const before = await soroban(load, place);
  const run = await work.guarded((signal) => startLoad(client, toCoreLoad(load), { signal }));
  const begun: RunningLoad = {
    expectRunning: () => work.guarded((signal) => expectLoadRunning(run, { signal })),
    waitUntilDone: async ({ within = '5m' } = {}) => {
      const [report] = await work.guarded((signal) =>
        waitUntilLoadDone([run], { ...work.waiting(within, signal), others: place.running() }),
      );
      const { attempted, rejected } = present(report, 'one load has one report').counts;
      const after = await soroban(load, place);
      return {
        attempted,
        rejected,
        seconds: (work.clock.now() - startedAt) / 1000,
        ...(before !== undefined &&
          after !== undefined && {
            sorobanSucceeded: after.succeeded - before.succeeded,
            sorobanFailed: after.failed - before.failed,
          }),
      };
    },
  };
  loadRuns.set(begun, run);
  return begun;
}

function toCoreLoad(load: Load): CoreLoad {
  if (load.kind === 'payment') {
    const { kind: _kind, ...payment } = load;
    return { mode: 'pay', ...payment };
  }
  const { kind: _kind, ...upload } = load;
  return { mode: 'soroban_upload', ...upload };
}

/** What the node counts of Soroban transactions that it applied; undefined for loads that make none. */
async function soroban(
  load: Load,
  { client, work }: LoadPlace,
): Promise<{ readonly succeeded: number; readonly failed: number } | undefined> {
  if (load.kind === 'payment') return undefined;
  return work.guarded(async (signal) => {
    await sorobanInfosOf([client], signal);
    const metrics = await client.metrics({ only: ['ledger'], signal });
    return {
      succeeded: metrics.count('ledger.apply-soroban.success'),
      failed: metrics.count('ledger.apply-soroban.failure'),
    };
  });
}
