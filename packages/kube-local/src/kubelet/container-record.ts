import type { Container, ContainerState, ContainerStatus } from '../types/pod.ts';
import { fullImageName, imageId } from './images.ts';

/** What a container is to its pod: a step of its preparation, what goes on beside the others, or what the pod is for. */
export type ContainerKind = 'init' | 'sidecar' | 'main';

/** What a node shows of one container, through all its instances. Whoever is told of changes reads `status`. */
export class ContainerRecord {
  readonly #container: Container;
  readonly #kind: ContainerKind;
  readonly #changed: () => void;
  readonly #whenStarted = new Set<() => void>();
  #state: ContainerState;
  #lastState: ContainerState = {};
  #instances = 0;
  #id: string | undefined;
  #startedAt = '';
  #isReady = false;
  #isStarted = false;

  constructor(container: Container, kind: ContainerKind, changed: () => void) {
    this.#container = container;
    this.#kind = kind;
    this.#changed = changed;
    this.#state = {
      waiting: { reason: kind === 'main' ? 'ContainerCreating' : 'PodInitializing' },
    };
  }

  get status(): ContainerStatus {
    const [container, id] = [this.#container, this.#id];
    const mounts = container.volumeMounts ?? [];
    return {
      name: container.name,
      state: this.#state,
      lastState: this.#lastState,
      ready: this.#isReady,
      restartCount: Math.max(0, this.#instances - 1),
      image: id === undefined ? container.image : fullImageName(container.image),
      imageID: id === undefined ? '' : imageId(container.image),
      ...(id !== undefined && this.#state.waiting === undefined && { containerID: id }),
      ...(id !== undefined && { resources: container.resources }),
      ...(mounts.length > 0 && { volumeMounts: shownMounts(mounts) }),
      started: this.#kind !== 'init' && this.#isStarted,
    };
  }

  /** Nothing runs, and this is why. */
  wait(reason: string, message?: string): void {
    this.#show({ waiting: { reason, ...(message !== undefined && { message }) } });
  }

  /** The last instance belongs to the past; gives when it ended, where one has. */
  putBehind(): string | undefined {
    const ended = this.#state.terminated;
    if (ended !== undefined) this.#lastState = { terminated: ended };
    this.#isReady = false;
    this.#isStarted = false;
    return ended === undefined ? undefined : (ended.finishedAt ?? '');
  }

  /** Waits for its pod to be prepared, as before its first instance. Nobody is told. */
  reset(reason: string): void {
    this.putBehind();
    this.#state = { waiting: { reason } };
  }

  /** Another instance is made; gives the how manieth it is. */
  count(): number {
    this.#instances += 1;
    return this.#instances;
  }

  /** An instance runs: it counts as started at once, and as ready, where no probe has to say so. */
  run(id: string, startedAt: string): void {
    const { startupProbe, readinessProbe } = this.#container;
    this.#id = id;
    this.#startedAt = startedAt;
    this.#isStarted = startupProbe === undefined;
    this.#isReady = this.#isStarted && readinessProbe === undefined && this.#kind !== 'init';
    this.#show({ running: { startedAt } });
    if (this.#isStarted) this.#wakeStarted();
  }

  /** The startup probe has passed. */
  passStartup(): void {
    this.#isStarted = true;
    this.#isReady = this.#container.readinessProbe === undefined;
    this.#wakeStarted();
    this.#changed();
  }

  /** What the readiness probe says. */
  setReady(isReady: boolean): void {
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    this.#changed();
  }

  /** The instance has ended. */
  end(exitCode: number, reason: string, finishedAt: string): void {
    this.#isReady = false;
    this.#isStarted = false;
    this.#show({
      terminated: {
        exitCode,
        reason,
        startedAt: this.#startedAt,
        finishedAt,
        ...(this.#id !== undefined && { containerID: this.#id }),
      },
    });
    if (this.#kind === 'init' && exitCode === 0) this.#isReady = true;
  }

  /** Resolves when the instance under way, or the next one, counts as started. */
  started(): Promise<void> {
    if (this.#isStarted) return Promise.resolve();
    return new Promise((resolve) => this.#whenStarted.add(resolve));
  }

  #wakeStarted(): void {
    for (const wake of this.#whenStarted) wake();
    this.#whenStarted.clear();
  }

  #show(state: ContainerState): void {
    this.#state = state;
    this.#changed();
  }
}

const shownMounts = (
  mounts: NonNullable<Container['volumeMounts']>,
): NonNullable<ContainerStatus['volumeMounts']> =>
  mounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));
