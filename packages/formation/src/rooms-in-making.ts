import type { CoreV1Event } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import { type KubeApi, kinds } from './kube/api.ts';

// What the Cluster Autoscaler and Karpenter say of a pod for which they make a machine. Either takes a minute or several.
const makingReasons = ['TriggeredScaleUp', 'Nominated'];
const askEveryMs = 5_000;

/** Which pods a machine is being made for, as far as those who make it say so. */
export class RoomsInMaking {
  readonly #kube: KubeApi;
  readonly #clock: Clock;
  readonly #namespace: string;
  #askedAt: number | undefined;
  #uids: ReadonlySet<string> = new Set();

  constructor(kube: KubeApi, clock: Clock, namespace: string) {
    this.#kube = kube;
    this.#clock = clock;
    this.#namespace = namespace;
  }

  /** Whether a machine is being made for this very pod. What cannot be asked is not. */
  async has(uid: string): Promise<boolean> {
    const now = this.#clock.now();
    if (this.#askedAt === undefined || now - this.#askedAt >= askEveryMs) {
      this.#askedAt = now;
      const events = await Promise.all(makingReasons.map((reason) => this.#eventsOf(reason)));
      this.#uids = new Set(events.flat().flatMap(({ involvedObject: { uid: of } }) => of ?? []));
    }
    return this.#uids.has(uid);
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
