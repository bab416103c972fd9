import type { V1Job } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import { type Problem, present, SscError, usageError } from '@ssc/errors';
import { fuseBurnsDownAtMs, fuseName, toFuse, toFusePatch } from '@ssc/kube-specs';
import { type KubeApi, type KubeRef, kinds } from '../kube/api.ts';
import { driverAnnotation, marksOf } from '../kube/marks.ts';
import { refusalOf } from '../kube/refusal.ts';

/** The run is not there any more: somebody removed it, or its fuse burnt down. */
export interface RunGoneProblem extends Problem {
  readonly code: 'SSC_RUN_GONE';
  readonly run: string;
}

/** Which run's fuse. */
export interface FuseOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly run: string;
  readonly mission: string;
  readonly namespace: string;
  /** The driver that lights it, in words no other driver has. */
  readonly driver: string;
  /** How long the run outlives its driver, in seconds. @default 900 */
  readonly burnSeconds?: number;
}

/** How long a run outlives its driver, in seconds, unless it is told otherwise. */
export const defaultBurnSeconds = 900;

/** When the driver last pushed its fuse on, RFC 3339, by the server's clock: who looks at a run sees that it is driven. */
export const pushedAtAnnotation = 'ssc.stellar.org/pushed-at';

/**
 * The Job that everything of a run hangs on. While the driver lives it pushes the deadline on; when no driver comes back,
 * the control plane ends the Job and collects the run.
 */
export class Fuse {
  readonly uid: string;
  readonly #options: FuseOptions;
  readonly #ref: KubeRef;
  readonly #startedAtMs: number;
  /** The server's clock less ours: deadlines are the server's. */
  readonly #offsetMs: number;
  #version: string;
  #deadlineSeconds: number;

  private constructor(options: FuseOptions, job: V1Job, offsetMs: number) {
    const { metadata, spec, status } = job;
    this.#options = options;
    this.#ref = toRef(options);
    this.uid = present(metadata?.uid, 'a stored Job has a uid');
    // The deadline is counted from the start of the Job, which comes a moment after its creation.
    this.#startedAtMs = new Date(
      present(status?.startTime ?? metadata?.creationTimestamp, 'a stored Job has a creation time'),
    ).getTime();
    this.#offsetMs = offsetMs;
    this.#version = present(metadata?.resourceVersion, 'a stored Job has a resourceVersion');
    this.#deadlineSeconds = present(spec?.activeDeadlineSeconds, 'a fuse has a deadline');
  }

  /**
   * Creates the fuse, the first object of a run. A run of the same name exists already: SSC_KUBE_REFUSED with reason AlreadyExists. The
   * namespace is not there: SSC_NAMESPACE_MISSING (usage).
   */
  static async light(options: FuseOptions): Promise<Fuse> {
    const { kube, clock, run, mission, namespace, driver } = options;
    const askedAtMs = clock.now();
    const made = toFuse({
      run,
      mission,
      namespace,
      burnSeconds: options.burnSeconds ?? defaultBurnSeconds,
    });
    const job = await kube
      .create<V1Job>(namespace, {
        ...made,
        metadata: { ...made.metadata, annotations: marksOf(driver) },
      })
      .catch((error: unknown) => {
        throw refusalOf(error)?.reason === 'NotFound' ? namespaceMissing(namespace, error) : error;
      });
    const createdAt = present(job.metadata?.creationTimestamp, 'a created Job has a creation time');
    return new Fuse(options, job, new Date(createdAt).getTime() - askedAtMs);
  }

  /** The fuse that this driver lit although no answer came. Undefined when there is none, or somebody else's. */
  static async find(options: FuseOptions): Promise<Fuse | undefined> {
    const job = await options.kube.read<V1Job>(toRef(options));
    if (job?.metadata?.annotations?.[driverAnnotation] !== options.driver) return undefined;
    return new Fuse(options, job, 0);
  }

  /** The fuse of a run that another driver lit. Nothing here tells the server's time: it is taken to be ours. */
  static of(options: FuseOptions, job: V1Job): Fuse {
    return new Fuse(options, job, 0);
  }

  /** When it burns down if nobody pushes it on, in milliseconds since the epoch by our own clock. */
  get burnsDownAtMs(): number {
    const deadline = {
      startedAtMs: this.#startedAtMs,
      activeDeadlineSeconds: this.#deadlineSeconds,
    };
    return fuseBurnsDownAtMs(deadline) - this.#offsetMs;
  }

  /** The server's time, as far as it is known. */
  get serverNowMs(): number {
    return this.#options.clock.now() + this.#offsetMs;
  }

  /** Lets it burn for `burnSeconds` from now. SSC_RUN_GONE when it is not there, or is not the one it was. */
  async pushOn(burnSeconds = this.#options.burnSeconds ?? defaultBurnSeconds): Promise<void> {
    const { kube, run } = this.#options;
    const nowMs = this.serverNowMs;
    const patch = toFusePatch({ startedAtMs: this.#startedAtMs, nowMs, burnSeconds });
    const job = await kube
      .patch<V1Job>(this.#ref, {
        // The uid makes the server refuse a Job of the same name that is another one.
        metadata: {
          uid: this.uid,
          annotations: { [pushedAtAnnotation]: new Date(nowMs).toISOString() },
        },
        ...patch,
      })
      .catch(async (error: unknown) => {
        if (refusalOf(error) !== undefined && !(await this.look()))
          throw runGone(run, 'its fuse is not there');
        throw error;
      });
    this.#version = job.metadata?.resourceVersion ?? this.#version;
    this.#deadlineSeconds = patch.spec.activeDeadlineSeconds;
  }

  /**
   * Removes the run: one background delete of the fuse takes all with it. Only the fuse as it was last seen is deleted:
   * false when somebody changed it since.
   */
  async remove(): Promise<boolean> {
    const { kube } = this.#options;
    try {
      await kube.delete(this.#ref, {
        propagationPolicy: 'Background',
        uid: this.uid,
        resourceVersion: this.#version,
      });
      return true;
    } catch (error) {
      if (refusalOf(error)?.status === 409) return false;
      throw error;
    }
  }

  /** Looks at it again. False when it is not there, or is not the one it was. */
  async look(): Promise<boolean> {
    const job = await this.#options.kube.read<V1Job>(this.#ref);
    if (job?.metadata?.uid !== this.uid) return false;
    this.#version = job.metadata.resourceVersion ?? this.#version;
    return true;
  }
}

const toRef = ({ namespace, run }: FuseOptions): KubeRef => ({
  kind: kinds.job,
  namespace,
  name: fuseName(run),
});

/** Nothing else of what creates a fuse can be missing. */
const namespaceMissing = (namespace: string, cause: unknown): SscError =>
  usageError(
    'SSC_NAMESPACE_MISSING',
    `the cluster has no namespace "${namespace}"; nothing was started`,
    {
      hint: `kubectl create namespace ${namespace}, or --namespace with one that is there.`,
      cause,
    },
  );

/** The error of a driver whose run is not there any more. */
export const runGone = (run: string, seen: string): SscError<RunGoneProblem> =>
  new SscError({
    problem: { code: 'SSC_RUN_GONE', run },
    verdict: 'broken',
    summary: `run ${run} is gone: ${seen}`,
    hint: 'Somebody removed it, or its fuse burnt down while this driver could not reach the cluster.',
  });
