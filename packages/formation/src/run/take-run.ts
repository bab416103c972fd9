import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { anchorName, fuseName, toAnchorPatch } from '@ssc/kube-specs';
import { type KubeApi, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { longestRequestMs } from '../kube/transport.ts';
import { contested, mostConflicts } from './contested.ts';
import { drivenRuns } from './driven-runs.ts';
import { Fuse, runGone } from './fuse.ts';
import { Hold, leaseMs } from './hold.ts';
import { type FoundRun, findRun } from './runs.ts';

/** Which run is taken over, and by whom. */
export interface TakeOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly run: string;
  readonly namespace: string;
  /** The new driver, in words no other driver has. */
  readonly driver: string;
  /** Told once, when the new driver must stop acting. */
  readonly onEnd: (reason: SscError) => void;
  /** Takes it from a driver that is alive as well: that one ends as *broken*. */
  readonly force?: boolean;
  /** Ends the wait for the former driver: the run is left as it is. */
  readonly signal?: AbortSignal;
}

/** A run that was taken over, and the right to act on it. */
export interface TakenRun {
  /** The run as it was before. */
  readonly found: FoundRun;
  /** The new driver. */
  readonly driver: string;
  readonly hold: Hold;
  readonly fuse: Fuse;
  readonly anchor: V1ConfigMap;
}

// The former driver sees within its lease that it holds the run no longer; what it sent before may still be on its way.
const handoverMs = leaseMs + longestRequestMs;

/**
 * Takes a run over from a driver that died, by compare-and-set of the holder, and returns when the former driver has certainly
 * stopped: two drivers never act at once. A run that nobody held is there at once.
 */
export async function takeRun(options: TakeOptions): Promise<TakenRun> {
  for (let attempt = 1; ; attempt++) {
    const found = await findRun(options);
    if (found.state === 'driven' && options.force !== true)
      throw drivenRuns([found], '', 'Wait until it has ended.');
    const taken = await tryToTake(options, found);
    if (taken !== undefined) {
      if (found.holder !== '') await untilStopped(options, taken);
      const { refusal } = taken.hold;
      if (refusal !== undefined) throw refusal;
      return taken;
    }
    if (attempt === mostConflicts) throw contested(`run ${options.run}`, 'it was to be taken over');
  }
}

/** Waits until the former driver acts no more. */
async function untilStopped({ clock, signal }: TakeOptions, { hold }: TakenRun): Promise<void> {
  try {
    await clock.sleep(handoverMs, signal);
  } catch (error) {
    hold.leave();
    throw error;
  }
}

/** Undefined when somebody else changed the run meanwhile. */
async function tryToTake(options: TakeOptions, found: FoundRun): Promise<TakenRun | undefined> {
  const { kube, clock, run, namespace, driver, onEnd } = options;
  const anchorRef = { kind: kinds.configMap, namespace, name: anchorName(run) };
  const [job, before] = await Promise.all([
    kube.read<V1Job>({ kind: kinds.job, namespace, name: fuseName(run) }),
    kube.read<V1ConfigMap>(anchorRef),
  ]);
  if (job === undefined || before === undefined)
    throw runGone(run, 'its fuse or anchor is not there');
  if (before.data?.['holder'] !== found.holder) return undefined;
  const fuse = Fuse.of({ kube, clock, run, namespace, driver, mission: found.mission }, job);
  // First the fuse: a driver that removes the run does so only as long as nobody has touched the fuse it knows.
  await fuse.pushOn();
  try {
    const version = before.metadata?.resourceVersion ?? '';
    const anchor = await kube.patch<V1ConfigMap>(
      anchorRef,
      toAnchorPatch(version, { holder: driver }),
    );
    const hold = new Hold({ kube, clock, run, namespace, fuse, driver, anchor, onEnd });
    return { found, driver, hold, fuse, anchor };
  } catch (error) {
    const status = refusalOf(error)?.status;
    if (status === 404) throw runGone(run, 'its anchor is not there');
    if (status !== 409) throw error;
  }
  // Our own patch may have been done and its answer lost.
  const anchor = await kube.read<V1ConfigMap>(anchorRef);
  if (anchor?.data?.['holder'] !== driver) return undefined;
  const hold = new Hold({ kube, clock, run, namespace, fuse, driver, anchor, onEnd });
  return { found, driver, hold, fuse, anchor };
}
