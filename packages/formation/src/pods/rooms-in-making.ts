import type { CoreV1Event } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import { type KubeApi, kinds } from '../kube/api.ts';

// What the Cluster Autoscaler and Karpenter say of a pod for which they make a machine. Either takes a minute or several.
const makingReasons = ['TriggeredScaleUp', 'Nominated'];
// Who is told no gives up, so that only a yes is held.
const yesHoldsMs = 5_000;

/** Which pods a machine is being made for, as far as those who make it say so. */
export class RoomsInMaking {
  readonly #kube: KubeApi;
  readonly #clock: Clock;
  readonly #namespace: string;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Those found by the last look, which may still be under way. */
  #uids: Promise<ReadonlySet<string>> = Promise.resolve(new Set());

  constructor(kube: KubeApi, clock: Clock, namespace: string) {
    this.#kube = kube;
    this.#clock = clock;
    this.#namespace = namespace;
  }

  /** Whether a machine is being made for this very pod. What cannot be asked is not. */
  async has(uid: string): Promise<boolean> {
    const now = this.#clock.now();
    return (
      (await this.#foundSince(now - yesHoldsMs)).has(uid) || (await this.#foundSince(now)).has(uid)
    );
  }

  /** What a look found that began at this time or later. */
  #foundSince(time: number): Promise<ReadonlySet<string>> {
    if (this.#askedAt < time) {
      this.#askedAt = this.#clock.now();
      this.#uids = this.#look();
    }
    return this.#uids;
  }

  async #look(): Promise<ReadonlySet<string>> {
    const events = await Promise.all(makingReasons.map((reason) => this.#eventsOf(reason)));
    return new Set(events.flat().flatMap(({ involvedObject: { uid } }) => uid ?? []));
  }

  async #eventsOf(reason: string): Promise<readonly CoreV1Event[]> {
    const fieldSelector = `involvedObject.kind=Pod,reason=${reason}`;
    const query = { kind: kinds.event, namespace: this.#namespace, fieldSelector };
    return this.#kube.list<CoreV1Event>(query).then(
      ({ items }) => items,
      () => [],
    );
  }
}
