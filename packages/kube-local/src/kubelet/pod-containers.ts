import type { Clock, ForkedClock } from '@ssc/clock';
import type { PodSpec } from '../types/pod.ts';
import { type ContainerRunner, createContainerRunner } from './container-runner.ts';
import type { PodContext } from './pod-context.ts';
import { isSidecar } from './pod-status.ts';

/**
 * The containers of one pod: in which order they run, and which begin again. What is told them goes by the clock of the pod's
 * present life: once it is dead, nothing that was begun by it goes on.
 */
export class PodContainers {
  readonly #context: PodContext;
  /** Init containers and sidecars, in their order. */
  readonly inits: readonly ContainerRunner[];
  readonly mains: readonly ContainerRunner[];

  constructor(context: PodContext, spec: PodSpec) {
    this.#context = context;
    this.inits = (spec.initContainers ?? []).map((container) =>
      createContainerRunner(
        context,
        container,
        container.restartPolicy === 'Always' ? 'sidecar' : 'init',
      ),
    );
    this.mains = spec.containers.map((container) =>
      createContainerRunner(context, container, 'main'),
    );
  }

  find(name: string): ContainerRunner | undefined {
    return [...this.mains, ...this.inits].find((runner) => runner.container.name === name);
  }

  /** Shows the main containers as waiting for the preparation, where there is one. */
  awaitPreparation(): void {
    if (this.inits.length > 0) for (const runner of this.mains) runner.reset('PodInitializing');
  }

  /** Runs the init containers, one after the other, and starts the sidecars among them. False: the pod has failed. */
  async prepare(clock: ForkedClock): Promise<boolean> {
    for (const runner of this.inits) if (!(await this.#prepareOne(clock, runner))) return false;
    return true;
  }

  /** Runs the main containers until none begins again, then stops the sidecars. Whether all of them did well. */
  async run(clock: ForkedClock): Promise<boolean> {
    const codes = await Promise.all(this.mains.map((runner) => this.#keepRunning(clock, runner)));
    const graceMs = this.#context.pod().spec.terminationGracePeriodSeconds * 1000;
    for (const runner of this.inits.filter(isSidecar).reverse()) await runner.stop(clock, graceMs);
    return codes.every((code) => code === 0);
  }

  /** Ends all of them within one grace period: the main ones together, then the others from the last to the first. */
  async stop(clock: Clock, graceMs: number): Promise<void> {
    const until = clock.now() + graceMs;
    await Promise.all(this.mains.map((runner) => runner.stop(clock, graceMs)));
    for (const runner of this.inits.toReversed())
      await runner.stop(clock, Math.max(0, until - clock.now()));
  }

  /** Ends all of them at once. */
  kill(): void {
    for (const runner of [...this.mains, ...this.inits]) runner.kill('Error');
  }

  /** Shows all of them as before the pod's first moment. */
  reset(): void {
    for (const runner of this.inits) runner.reset('PodInitializing');
    for (const runner of this.mains)
      runner.reset(this.inits.length > 0 ? 'PodInitializing' : 'ContainerCreating');
  }

  /** Whether each main container has ended, and well. */
  get didWell(): boolean {
    return this.mains.every((runner) => runner.status.state.terminated?.exitCode === 0);
  }

  /** One init container to its end, or one sidecar to its start. False: the pod has failed. */
  async #prepareOne(clock: ForkedClock, runner: ContainerRunner): Promise<boolean> {
    if (isSidecar(runner)) {
      void this.#keepRunning(clock, runner);
      await living(clock, runner.started());
      return true;
    }
    for (;;) {
      const code = await living(clock, runner.runOnce(clock));
      if (code === 0) return true;
      if (this.#context.pod().spec.restartPolicy === 'Never') return false;
    }
  }

  async #keepRunning(clock: ForkedClock, runner: ContainerRunner): Promise<number> {
    for (;;) {
      const code = await living(clock, runner.runOnce(clock));
      const policy = isSidecar(runner) ? 'Always' : this.#context.pod().spec.restartPolicy;
      if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) return code;
    }
  }
}

/** The promise, but silence once the clock is dead: what follows belongs to a life that is over. */
function living<T>(clock: ForkedClock, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => {
        if (!clock.dead) resolve(value);
      },
      (error: unknown) => {
        if (!clock.dead) reject(error);
      },
    );
  });
}
