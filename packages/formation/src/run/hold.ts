import type { V1ConfigMap } from '@kubernetes/client-node';
import { type Clock, formatDuration, type Timer } from '@ssc/clock';
import { isSscError, type Problem, SscError } from '@ssc/errors';
import { anchorName, parseAnchor, toAnchorPatch } from '@ssc/kube-specs';
import { type KubeApi, type KubeRef, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { contested, mostConflicts } from './contested.ts';
import { type Fuse, runGone } from './fuse.ts';

/** Another driver holds the run now. */
export interface RunTakenProblem extends Problem {
  readonly code: 'SSC_RUN_TAKEN';
  readonly run: string;
  readonly holder: string;
}

/** The fuse could not be pushed on for so long that the run is about to be collected. */
export interface FuseProblem extends Problem {
  readonly code: 'SSC_FUSE_NOT_PUSHED';
  readonly run: string;
}

/** What a driver holds. */
export interface HoldOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly run: string;
  readonly namespace: string;
  readonly fuse: Fuse;
  /** This driver, in words no other driver has. */
  readonly driver: string;
  /** The anchor as this driver wrote it. */
  readonly anchor: V1ConfigMap;
  /** Told once, when the driver must stop acting. */
  readonly onEnd: (reason: SscError) => void;
}

/** How often a driver pushes its fuse on and looks whether it still holds its run. */
export const beatMs = 30_000;
/**
 * A driver that has not been able to look for so long does nothing until it has: by then another one may hold the run. Who
 * takes a run over waits until this time and that of one request have passed.
 */
export const leaseMs = 90_000;
/** A run whose fuse was pushed on within this time has a driver that is alive. */
export const aliveMs = 3 * beatMs;
// A run is given up before it is collected, so that nothing is concluded from nodes that are being removed.
const lastMinuteMs = 60_000;

/**
 * The right of one driver to act on a run: its name stands in the anchor, and is only ever changed there on the condition that
 * nobody else has changed the anchor since it was read.
 */
export class Hold {
  readonly #options: HoldOptions;
  readonly #ref: KubeRef;
  #version: string;
  #confirmedAtMs: number;
  #timer: Timer | undefined;
  #lastMinute: Timer | undefined;
  #beating: Promise<void> | undefined;
  #ended: SscError | undefined;
  #isOurs = true;
  #stopped = false;
  #journal = '';

  constructor(options: HoldOptions) {
    const { clock, anchor, namespace, run } = options;
    this.#options = options;
    this.#ref = { kind: kinds.configMap, namespace, name: anchorName(run) };
    this.#version = anchor.metadata?.resourceVersion ?? '';
    this.#journal = anchor.data?.['journal'] ?? '';
    this.#confirmedAtMs = clock.now();
    this.#beatLater();
    this.#watchTheFuse();
  }

  /** Why the driver may not act, when it may not: for good, or until it has been able to look again. */
  get refusal(): SscError | undefined {
    const { clock, run } = this.#options;
    const silentMs = clock.now() - this.#confirmedAtMs;
    if (this.#ended !== undefined || silentMs <= leaseMs) return this.#ended;
    return new SscError({
      problem: { code: 'SSC_RUN_NOT_CONFIRMED' },
      verdict: 'broken',
      summary: `nobody could tell for ${formatDuration(silentMs)} whether this driver still holds run ${run}`,
      definite: true,
    });
  }

  /** What was finished before, one JSON value a line. */
  get journal(): string {
    return this.#journal;
  }

  /** Pushes the fuse on and looks who holds the run, now. What is found is told by `onEnd`; trouble on the way is not. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat()
      .catch(() => {})
      .finally(() => {
        this.#beating = undefined;
      });
    return this.#beating;
  }

  /** Writes the journal. SSC_RUN_TAKEN or SSC_RUN_GONE when it is not this driver's any more. */
  async write(journal: string): Promise<void> {
    await this.#compareAndSet({ holder: this.#options.driver, journal });
    this.#journal = journal;
  }

  /** Removes the run, in the usual case by one call, unless another driver holds it: then it stays, and the error says whose it is. */
  async remove(): Promise<void> {
    const { fuse, driver } = this.#options;
    this.#stop();
    // Who takes a run over pushes its fuse on first: the fuse as we saw it last is a run that nobody took.
    if (await fuse.remove()) return;
    for (let attempt = 1; attempt <= mostConflicts; attempt++) {
      if (!(await fuse.look())) return;
      // Takes the run anew, so that nobody else's take of before this moment can still succeed.
      await this.#compareAndSet({ holder: driver });
      if (await fuse.remove()) return;
    }
    throw contested(
      `run ${this.#options.run}`,
      'this driver wrote to it',
      'Its fuse burns down by itself.',
    );
  }

  /** Lets it stay for `seconds` from now, with no driver. */
  async release(seconds: number): Promise<void> {
    this.#stop();
    // One that is on its way would bring the deadline forward again.
    await this.#beating;
    await this.#options.fuse.pushOn(seconds);
    await this.#compareAndSet({ holder: '' });
  }

  /** Does nothing more, as though this driver had died: the run stays until its fuse has burnt down, or somebody takes it. */
  leave(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#lastMinute?.cancel();
  }

  /** Ends the beats. Throws when the run is not ours to end. */
  #stop(): void {
    this.leave();
    if (this.#ended !== undefined && !this.#isOurs) throw this.#ended;
  }

  #beatLater(): void {
    if (this.#stopped) return;
    this.#timer = this.#options.clock.timer(beatMs, () => {
      void this.beat().then(() => this.#beatLater());
    });
  }

  #watchTheFuse(): void {
    const { clock, fuse, run } = this.#options;
    this.#lastMinute?.cancel();
    if (this.#stopped) return;
    this.#lastMinute = clock.timer(fuse.burnsDownAtMs - lastMinuteMs - clock.now(), () =>
      this.#end(notPushed(run, fuse, clock.now()), true),
    );
  }

  async #beat(): Promise<void> {
    const { clock, fuse } = this.#options;
    const confirming = this.#confirm(clock.now()).catch(() => {});
    await fuse.pushOn().then(
      () => this.#watchTheFuse(),
      (error: unknown) => {
        if (isSscError(error, 'SSC_RUN_GONE')) this.#end(error, false);
      },
    );
    await confirming;
  }

  /** Reads the anchor: ends the hold when it is another driver's, or gone. */
  async #confirm(askedAtMs: number): Promise<V1ConfigMap> {
    const { kube, driver, run } = this.#options;
    const anchor = await kube.read<V1ConfigMap>(this.#ref);
    if (anchor === undefined) throw this.#end(runGone(run, 'its anchor is not there'), false);
    const { holder } = parseAnchor(anchor);
    if (holder !== driver) throw this.#end(taken(run, holder), false);
    this.#confirmedAtMs = Math.max(this.#confirmedAtMs, askedAtMs);
    return anchor;
  }

  async #compareAndSet(changes: Parameters<typeof toAnchorPatch>[1]): Promise<void> {
    const { kube, clock, run } = this.#options;
    for (let attempt = 1; attempt <= mostConflicts; attempt++) {
      if (this.#ended !== undefined && !this.#isOurs) throw this.#ended;
      const askedAtMs = clock.now();
      try {
        const anchor = await kube.patch<V1ConfigMap>(
          this.#ref,
          toAnchorPatch(this.#version, changes),
        );
        this.#version = anchor.metadata?.resourceVersion ?? this.#version;
        this.#confirmedAtMs = askedAtMs;
        return;
      } catch (error) {
        const status = refusalOf(error)?.status;
        if (status === 404) throw this.#end(runGone(run, 'its anchor is not there'), false);
        if (status !== 409) throw error;
      }
      // Another driver took it; or somebody wrote a label; or our own patch was done and its answer lost.
      const anchor = await this.#readAfterConflict(askedAtMs, changes.holder ?? '');
      this.#version = anchor.metadata?.resourceVersion ?? this.#version;
      if (Object.entries(changes).every(([key, value]) => anchor.data?.[key] === value)) return;
    }
    throw contested(
      `run ${run}`,
      'this driver wrote to it',
      'Its anchor was changed again and again by somebody else.',
    );
  }

  /** The anchor, which must be ours, or as our own patch left it when that gave the run up. */
  async #readAfterConflict(askedAtMs: number, holder: string): Promise<V1ConfigMap> {
    if (holder !== '') return this.#confirm(askedAtMs);
    const anchor = await this.#options.kube.read<V1ConfigMap>(this.#ref);
    if (anchor !== undefined && parseAnchor(anchor).holder === '') return anchor;
    return this.#confirm(askedAtMs);
  }

  #end(reason: SscError, isOurs: boolean): SscError {
    this.#isOurs &&= isOurs;
    if (this.#ended !== undefined) return this.#ended;
    this.#ended = reason;
    if (!this.#stopped) this.#options.onEnd(reason);
    if (!isOurs) this.#stopped = true;
    return reason;
  }
}

const stopMark = 'ssc stop by ';

/** The holder of a run that somebody stops. */
export const stoppedBy = (who: string): string => `${stopMark}${who}`;

/** Another driver goes on with the run, or somebody wants it to end. */
const taken = (run: string, holder: string): SscError =>
  holder.startsWith(stopMark)
    ? new SscError({
        problem: { code: 'SSC_RUN_STOPPED' },
        verdict: 'interrupted',
        summary: `run ${run} was stopped by ${holder.slice(stopMark.length)}`,
        hint: 'What there was of it is saved; who stopped it removes its network.',
      })
    : takenOver(run, holder);

const takenOver = (run: string, holder: string): SscError<RunTakenProblem> =>
  new SscError({
    problem: { code: 'SSC_RUN_TAKEN', run, holder },
    verdict: 'broken',
    summary: `run ${run} is held by ${holder === '' ? 'nobody' : holder} now, so this driver does nothing more`,
    hint: 'Everything was left as it is, for the driver that holds it.',
  });

const notPushed = (run: string, fuse: Fuse, nowMs: number): SscError<FuseProblem> =>
  new SscError({
    problem: { code: 'SSC_FUSE_NOT_PUSHED', run },
    verdict: 'broken',
    summary: `the fuse of run ${run} could not be pushed on, and burns down in ${formatDuration(fuse.burnsDownAtMs - nowMs)}`,
    hint: 'The cluster then collects the run. This says nothing about the network: the API server did not answer for long.',
  });
