import type { V1ConfigMap } from '@kubernetes/client-node';
import { anchorName, toAnchorPatch } from '@ssc/kube-specs';
import { kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { cleanRuns } from './clean-runs.ts';
import { contested, mostConflicts } from './contested.ts';
import { beatMs, stoppedBy } from './hold.ts';
import { type FoundRun, listRuns, type RunQuery } from './runs.ts';
import { unknownRun } from './unknown-run.ts';

/** Which run is stopped, and by whom. */
export interface StopOptions extends RunQuery {
  readonly run: string;
  /** @example "ada@build-7" */
  readonly who: string;
  /** Told that a driver was asked to stop, and how long it has. */
  readonly onAsked: (run: FoundRun, withinMs: number) => void;
}

// The driver looks every half minute who holds its run; some seconds for its requests.
const noticeMs = beatMs + 5000;

/**
 * Ends a run and removes it. A driver that is alive loses the run by compare-and-set of the holder, sees that within half a
 * minute, and ends as *interrupted* by whoever stopped it; then the run is removed as it was last seen. Gives the run as it
 * was found. A name that is no run's is refused (SSC_RUN_UNKNOWN).
 */
export async function stopRun(options: StopOptions): Promise<FoundRun> {
  const isMeant = ({ run }: FoundRun): boolean => run === options.run;
  const all = await listRuns(options);
  const found = all.find(isMeant);
  if (found === undefined)
    throw unknownRun(
      options.namespace,
      [options.run],
      all.map(({ run }) => run),
      '; nothing was stopped',
    );
  if (found.state === 'driven') {
    await takeAway(options);
    options.onAsked(found, noticeMs);
    await options.clock.sleep(noticeMs);
  }
  // The driver may have come to its own end meanwhile.
  if (!(await listRuns(options)).some(isMeant)) return found;
  const { kube, clock, namespace, run } = options;
  await cleanRuns({ kube, clock, namespace, runs: [run], force: true });
  return found;
}

/** Writes the name of who stops the run where that of its driver stands. */
async function takeAway({ kube, namespace, run, who }: StopOptions): Promise<void> {
  const ref = { kind: kinds.configMap, namespace, name: anchorName(run) };
  for (let attempt = 1; attempt <= mostConflicts; attempt++) {
    const anchor = await kube.read<V1ConfigMap>(ref);
    if (anchor === undefined) return;
    try {
      const version = anchor.metadata?.resourceVersion ?? '';
      await kube.patch<V1ConfigMap>(ref, toAnchorPatch(version, { holder: stoppedBy(who) }));
      return;
    } catch (error) {
      const status = refusalOf(error)?.status;
      if (status === 404) return;
      // The driver wrote its journal meanwhile.
      if (status !== 409) throw error;
    }
  }
  throw contested(
    `run ${run}`,
    'its driver was to be asked to stop',
    'The run stays as it is: stop it again.',
  );
}
