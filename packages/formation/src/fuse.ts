import type { V1Job } from '@kubernetes/client-node';
import type { Clock, Timer } from '@ssc/clock';
import { present, SscError } from '@ssc/errors';
import { fuseName, toFuse, toFusePatch } from '@ssc/kube-specs';
import { type KubeApi, kinds } from './kube/api.ts';

/** Which run's fuse. */
export interface FuseOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly run: string;
  readonly mission: string;
  readonly namespace: string;
  /** How long the run outlives its driver, in seconds. @default 900 */
  readonly burnSeconds?: number;
}

/**
 * The Job that everything of a run hangs on. While the driver lives it pushes the deadline on; when no driver comes back,
 * the control plane ends the Job and collects the run.
 */
export class Fuse {
  readonly uid: string;
  readonly #options: FuseOptions & { readonly burnSeconds: number };
  readonly #startedAtMs: number;
  /** The server's clock less ours: deadlines are the server's. */
  readonly #offsetMs: number;
  #timer: Timer | undefined;
  #burns = true;
  /** Why the deadline could not be pushed on, when the last try failed. */
  trouble: unknown;

  private constructor(
    options: FuseOptions & { readonly burnSeconds: number },
    job: V1Job,
    askedAtMs: number,
  ) {
    this.#options = options;
    this.uid = present(job.metadata?.uid, 'a created Job has a uid');
    this.#startedAtMs = new Date(
      present(job.metadata?.creationTimestamp, 'a created Job has a creationTimestamp'),
    ).getTime();
    this.#offsetMs = this.#startedAtMs - askedAtMs;
    this.#pushOnLater();
  }

  /** Creates the fuse. A run of the same name exists already: SSC_KUBE_REFUSED with reason AlreadyExists. */
  static async light(options: FuseOptions): Promise<Fuse> {
    const burnSeconds = options.burnSeconds ?? 900;
    const askedAtMs = options.clock.now();
    const { kube, run, mission, namespace } = options;
    const job = await kube.create<V1Job>(
      namespace,
      toFuse({ run, mission, namespace, burnSeconds }),
    );
    return new Fuse({ ...options, burnSeconds }, job, askedAtMs);
  }

  /** Lets it burn down on its own from now: nobody pushes it on any more. */
  release(): void {
    this.#burns = false;
    this.#timer?.cancel();
  }

  /** Removes the run: one background delete of the fuse takes all with it. */
  async remove(): Promise<void> {
    this.release();
    const { kube, namespace, run } = this.#options;
    await kube.delete(
      { kind: kinds.job, namespace, name: fuseName(run) },
      { propagationPolicy: 'Background', uid: this.uid },
    );
  }

  #pushOnLater(): void {
    if (!this.#burns) return;
    this.#timer = this.#options.clock.timer((this.#options.burnSeconds * 1000) / 3, () => {
      this.#pushOn().then(
        () => {
          this.trouble = undefined;
          this.#pushOnLater();
        },
        (error: unknown) => {
          this.trouble = error;
          this.#pushOnLater();
        },
      );
    });
  }

  async #pushOn(): Promise<void> {
    const { kube, clock, namespace, run, burnSeconds } = this.#options;
    const patch = toFusePatch({
      startedAtMs: this.#startedAtMs,
      nowMs: clock.now() + this.#offsetMs,
      burnSeconds,
    });
    const job = await kube.patch<V1Job>({ kind: kinds.job, namespace, name: fuseName(run) }, patch);
    if (job.metadata?.uid !== this.uid) {
      throw new SscError({
        problem: { code: 'SSC_RUN_GONE' },
        verdict: 'broken',
        summary: `the fuse of run ${run} is another one than this driver lit`,
      });
    }
  }
}
