import type { Clock } from '@ssc/clock';
import type { KubeApi } from '../kube/api.ts';
import { describeEvent, readEvents } from '../kube/events.ts';
import { podError } from './pod-problem.ts';

/** A pod that is not there. */
export interface MissingPod {
  readonly node: string;
  readonly pod: string;
  /** The StatefulSet that is to make it. */
  readonly set: string;
}

/** A controller makes a pod within a second or two; the events that say why not are asked for only then, and not often. */
export const creationGraceMs = 5_000;

/** Finds out why pods are not made. */
export class MissingPods {
  readonly #kube: KubeApi;
  readonly #clock: Clock;
  readonly #namespace: string;
  #expectedAt: number;
  #askedAt = 0;

  constructor(kube: KubeApi, clock: Clock, namespace: string) {
    this.#kube = kube;
    this.#clock = clock;
    this.#namespace = namespace;
    this.#expectedAt = clock.now();
  }

  /** From now on pods are expected that may not be there yet. */
  expect(): void {
    this.#expectedAt = this.#clock.now();
  }

  /** Throws when the set of one of these pods could not make a pod. All sets are asked about at once, every few seconds. */
  async check(missing: readonly MissingPod[]): Promise<void> {
    const now = this.#clock.now();
    if (missing.length === 0 || now - Math.max(this.#expectedAt, this.#askedAt) < creationGraceMs)
      return;
    this.#askedAt = now;
    const events = await readEvents(this.#kube, this.#namespace, { kind: 'StatefulSet' });
    const failures = events.filter(({ reason }) => reason === 'FailedCreate');
    for (const { node, pod, set } of missing) {
      const last = failures.findLast(({ involvedObject }) => involvedObject.name === set);
      if (last === undefined) continue;
      throw podError(
        node,
        pod,
        { code: 'SSC_POD_NOT_CREATED', reason: 'FailedCreate', message: last.message ?? '' },
        `the cluster does not create pod ${pod}`,
        [
          ['StatefulSet', `${this.#namespace}/${set}`],
          ['Event', describeEvent(last)],
        ],
      );
    }
  }
}
