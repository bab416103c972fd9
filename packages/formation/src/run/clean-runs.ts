import { refusalOf } from '../kube/refusal.ts';
import { contested, mostConflicts } from './contested.ts';
import { drivenRuns } from './driven-runs.ts';
import { type FoundRun, listRuns, type RunQuery } from './runs.ts';
import { unknownRun } from './unknown-run.ts';

/** Which runs are to be removed. Only what is named here is. */
export interface CleanRequest extends RunQuery {
  /** By name. */
  readonly runs?: readonly string[];
  /** Those whose fuse has burnt down, or is gone. */
  readonly expired?: boolean;
  /** Those that this person started. @example "ada@build-7" */
  readonly startedBy?: string;
  /** Removes runs whose driver is alive as well. */
  readonly force?: boolean;
  /** Removes nothing; tells what would be. */
  readonly dryRun?: boolean;
}

/** What a clean-up did. */
export interface CleanReport {
  readonly removed: readonly FoundRun[];
  /** Those that fit and were left, since their driver is alive. */
  readonly left: readonly FoundRun[];
}

/**
 * Removes runs, each by one background delete of the object that it hangs on, as it was when it was looked at. A name that
 * is no run's (SSC_RUN_UNKNOWN) and a run whose driver is alive (SSC_RUN_DRIVEN) are refused before anything is removed.
 */
export async function cleanRuns(request: CleanRequest): Promise<CleanReport> {
  const found = await listRuns(request);
  const named = request.runs ?? [];
  const unknown = named.filter((name) => !found.some(({ run }) => run === name));
  if (unknown.length > 0)
    throw unknownRun(
      request.namespace,
      unknown,
      found.map(({ run }) => run),
      '; nothing was removed',
    );
  const driven = (run: FoundRun): boolean => run.state === 'driven' && request.force !== true;
  const refused = found.filter((run) => named.includes(run.run) && driven(run));
  if (refused.length > 0) throw drivenRuns(refused, '; nothing was removed', instead);
  const fits = found.filter((run) => named.includes(run.run) || isAsked(request, run));
  const removed: FoundRun[] = [];
  for (const run of fits.filter((fit) => !driven(fit))) {
    if (request.dryRun !== true) await remove(request, run);
    removed.push(run);
  }
  return { removed, left: fits.filter(driven) };
}

const isAsked = ({ expired, startedBy }: CleanRequest, run: FoundRun): boolean =>
  (expired === true && (run.state === 'burnt' || run.state === 'fuseless')) ||
  (startedBy !== undefined && run.who === startedBy);

async function remove(request: CleanRequest, { run, root }: FoundRun): Promise<void> {
  for (let seen = root, attempt = 1; ; attempt++) {
    try {
      const { uid, resourceVersion } = seen;
      await request.kube.delete(seen, { propagationPolicy: 'Background', uid, resourceVersion });
      return;
    } catch (error) {
      if (refusalOf(error)?.status !== 409) throw error;
    }
    // Somebody changed it: a driver that was silent came back, or another one took it.
    const now = (await listRuns(request)).find((other) => other.run === run);
    if (now === undefined || now.root.uid !== root.uid) return;
    if (now.state === 'driven' && request.force !== true)
      throw drivenRuns([now], '; nothing was removed', instead);
    if (attempt === mostConflicts) throw contested(`run ${run}`, 'it was to be removed, and stays');
    seen = now.root;
  }
}

const instead =
  'End the driver with Ctrl-C, which removes its run; --force removes the run under it.';
