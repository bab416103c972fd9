import type { V1Pod } from '@kubernetes/client-node';
import { type Clock, formatDuration, type Look, waitFacts, waitUntil } from '@ssc/clock';
import type { Fact, SscError } from '@ssc/errors';
import { type KubeApi, kinds } from '../kube/api.ts';
import { describeEvent } from '../kube/events.ts';
import { createReflector, type Reflector } from '../kube/reflector.ts';
import {
  diagnosePod,
  diagnoseTrouble,
  type PodPlace,
  podFact,
  readPodEvents,
} from './diagnose-pod.ts';
import { type MissingPod, MissingPods } from './missing-pods.ts';
import { PodGuard } from './pod-guard.ts';
import { isPodProblem, podError, podsNotGone, sentenceOf } from './pod-problem.ts';
import { describePod, findSilence, findTrouble, isReady, type PodTrouble } from './pod-state.ts';
import { RoomsInMaking } from './rooms-in-making.ts';

/** Which pods are watched. */
export interface PodWatchOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
  readonly labelSelector: string;
  /** Node → pod. */
  readonly pods: ReadonlyMap<string, string>;
  /** Node → StatefulSet. */
  readonly sets: ReadonlyMap<string, string>;
}

// Six probes of readiness: a node under load misses four before it counts as not ready at all.
const unreadyGraceMs = 60_000;

/** Knows how the pods of a network are, and says what is wrong with one before a wait has run out. */
export class PodWatch {
  readonly #options: PodWatchOptions;
  readonly #reflector: Reflector<V1Pod>;
  readonly #uids = new Map<string, string>();
  readonly #troubles = new Map<string, { readonly pod: V1Pod; readonly trouble: PodTrouble }>();
  /** Nodes that were stopped on purpose: their pods are not looked at. */
  readonly #stopped = new Set<string>();
  /** Pods that are to be replaced: nobody looks at how they go. */
  readonly #outgoing = new Set<string>();
  /** Node → since when a container of it has started and is not ready. */
  readonly #unready = new Map<string, number>();
  #savesLogs = false;
  readonly #guard: PodGuard;
  readonly #rooms: RoomsInMaking;
  readonly #missing: MissingPods;

  constructor(options: PodWatchOptions) {
    const { kube, clock, namespace, labelSelector } = options;
    this.#options = options;
    this.#missing = new MissingPods(kube, clock, namespace);
    this.#reflector = createReflector<V1Pod>(kube, clock, {
      kind: kinds.pod,
      namespace,
      labelSelector,
    });
    this.#reflector.onChange(() => this.#noteChange());
    this.#rooms = new RoomsInMaking(kube, clock, namespace);
    this.#guard = new PodGuard(clock, {
      check: (impatient) => this.check(impatient),
      isTrouble: isPodProblem,
    });
  }

  /** Resolves when the pods were listed once. */
  get ready(): Promise<void> {
    return this.#reflector.ready;
  }

  stop(): void {
    this.#reflector.stop();
  }

  /** Asks how the pods are when nothing was heard of any for a while. What cannot be asked stays as it was heard last. */
  async refresh(): Promise<void> {
    await this.#reflector.refresh().catch(() => {});
  }

  /** Calls back after each change of a pod, until the returned function is called. */
  onChange(changed: () => void): () => void {
    return this.#reflector.onChange(changed);
  }

  podOf(node: string): V1Pod | undefined {
    return this.#reflector.items.get(this.#options.pods.get(node) ?? '');
  }

  isReady(node: string): boolean {
    const pod = this.podOf(node);
    return pod !== undefined && !this.#isOutgoing(pod) && isReady(pod);
  }

  #isOutgoing(pod: V1Pod): boolean {
    return this.#outgoing.has(pod.metadata?.uid ?? '');
  }

  /** The nodes are expected to have no pods. */
  expectNone(nodes: readonly string[]): void {
    for (const node of nodes) this.#stopped.add(node);
  }

  /** From now on the nodes are expected to have pods, other ones than before. */
  expectSome(nodes: readonly string[]): void {
    for (const node of nodes) {
      this.#stopped.delete(node);
      this.#uids.delete(node);
      this.#unready.delete(node);
      this.#troubles.delete(node);
    }
    this.#missing.expect();
  }

  /** From now on the nodes are expected to have other pods than now, one after the other. */
  expectOthers(nodes: readonly string[]): void {
    for (const node of nodes) {
      const uid = this.podOf(node)?.metadata?.uid;
      if (uid !== undefined) this.#outgoing.add(uid);
    }
    this.expectSome(nodes);
  }

  /** Throws when the pod of a node is younger than a time by the server's clock: nobody who drives the run made it. */
  refuseYounger(nodes: readonly string[], thanMs: number): void {
    for (const node of nodes) {
      const pod = this.podOf(node);
      const made = pod?.metadata?.creationTimestamp;
      // Times in objects are cut to whole seconds; a pod needs longer than one to become ready.
      if (made === undefined || new Date(made).getTime() < thanMs - (thanMs % 1000)) continue;
      const { clock } = this.#options;
      const reason = { code: 'SSC_POD_REPLACED', reason: 'Replaced', message: '' } as const;
      throw podError(
        node,
        pod?.metadata?.name ?? '',
        reason,
        `the pod of ${node} was made while nobody drove the run`,
        [
          podFact(this.#placeOf(node), clock.now()),
          ['Made', new Date(made).toISOString()],
          ['Driven', `until ${new Date(thanMs).toISOString()}`],
        ],
      );
    }
  }

  /** Does work that asks nodes: see {@link PodGuard.guard}. */
  guard<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#guard.guard(signal, work);
  }

  /** From now on the nodes are expected to have no pods; resolves when they have none. */
  async stopped(nodes: readonly string[], ended: AbortSignal): Promise<void> {
    this.expectNone(nodes);
    await waitUntil(
      this.#options.clock,
      {
        what: `the pods of ${nodes.join(', ')} to be gone`,
        within: '2m',
        signal: ended,
        ended: (report) => podsNotGone(nodes, waitFacts(report)),
      },
      async (): Promise<Look<void>> => {
        await this.refresh();
        const left = nodes.filter((node) => this.podOf(node) !== undefined);
        if (left.length === 0) return { done: true, value: undefined };
        for (const node of left) await this.#refuseSilence(node);
        return {
          done: false,
          saw: `${left[0]}: ${this.describe(left[0] ?? '')}`,
          progress: nodes.length - left.length,
        };
      },
    );
  }

  /** A machine that was lost lets go of no pod. */
  async #refuseSilence(node: string, impatient = false): Promise<void> {
    const pod = this.podOf(node);
    const silence = pod && findSilence(pod, this.#options.clock.now(), impatient);
    if (silence !== undefined) throw await this.#troubleError(node, pod as V1Pod, silence);
  }

  /**
   * Throws when a pod is in trouble: *broken*, since it says nothing about the network. With `impatient`, a machine counts as lost
   * as soon as the cluster misses it.
   */
  async check(impatient = false): Promise<void> {
    const { pods, sets } = this.#options;
    const missing: MissingPod[] = [];
    for (const [node, name] of pods) {
      if (this.#stopped.has(node)) continue;
      const pod = this.#reflector.items.get(name);
      const noted = this.#troubles.get(node);
      if (noted !== undefined) throw await this.#troubleError(node, noted.pod, noted.trouble);
      await this.#refuseSilence(node, impatient);
      if (pod === undefined) {
        this.#refuseGone(node, name);
        missing.push({ node, pod: name, set: sets.get(node) ?? '' });
      } else if (!this.#isOutgoing(pod)) await this.#checkPod(node, pod);
    }
    await this.#missing.check(missing);
  }

  async #checkPod(node: string, pod: V1Pod): Promise<void> {
    const trouble = this.#troubleOf(node, pod);
    if (trouble?.code === 'SSC_POD_UNSCHEDULABLE' && (await this.#hasRoomSoon(pod))) return;
    if (trouble !== undefined) throw await this.#troubleError(node, pod, trouble);
    await this.#checkProbes(node);
  }

  /** Whether somebody makes a machine for it. */
  #hasRoomSoon({ metadata }: V1Pod): Promise<boolean> {
    return this.#rooms.has(metadata?.uid ?? '');
  }

  /** One line about the pod of a node. */
  describe(node: string): string {
    return describePod(this.podOf(node), this.#options.clock.now());
  }

  /** What Kubernetes said last about the pod of a node, where that can be had. */
  async lastEvent(node: string): Promise<string | undefined> {
    const last = (await readPodEvents(this.#options.kube, this.#placeOf(node))).at(-1);
    return last && describeEvent(last);
  }

  /** What surrounds a node: its pod, the last events about it, its last errors, and where its logs are, if they are saved. */
  async diagnose(node: string): Promise<Fact[]> {
    const { kube, clock } = this.#options;
    const facts = await diagnosePod(kube, this.#placeOf(node), clock.now());
    if (this.#savesLogs) facts.push(['Logs', `nodes/${node}/ in the results`]);
    return facts;
  }

  /** From now on errors say where logs are saved. */
  logsAreSaved(): void {
    this.#savesLogs = true;
  }

  #placeOf(node: string): PodPlace {
    const { namespace, pods } = this.#options;
    return { namespace, name: pods.get(node) ?? '', pod: this.podOf(node) };
  }

  /** Remembers which pods there are, and trouble that the next change would hide: an evicted pod is soon replaced. */
  #noteChange(): void {
    for (const [node, podName] of this.#options.pods) {
      const pod = this.#reflector.items.get(podName);
      const uid = pod?.metadata?.uid;
      if (pod === undefined || uid === undefined || this.#stopped.has(node)) continue;
      if (this.#isOutgoing(pod)) continue;
      if (!this.#uids.has(node)) this.#uids.set(node, uid);
      if (!hasUnready(pod)) this.#unready.delete(node);
      else if (!this.#unready.has(node)) this.#unready.set(node, this.#options.clock.now());
      const trouble = this.#troubleOf(node, pod);
      // Room may come yet.
      if (trouble?.code === 'SSC_POD_UNSCHEDULABLE') continue;
      if (trouble !== undefined && !this.#troubles.has(node))
        this.#troubles.set(node, { pod, trouble });
    }
  }

  #troubleOf(node: string, pod: V1Pod): PodTrouble | undefined {
    const uid = this.#uids.get(node);
    return findTrouble(pod, { now: this.#options.clock.now(), ...(uid !== undefined && { uid }) });
  }

  /** A container that has started answers its probe at once, and then always. */
  async #checkProbes(node: string): Promise<void> {
    const unreadyMs =
      this.#options.clock.now() - (this.#unready.get(node) ?? Number.POSITIVE_INFINITY);
    if (unreadyMs < unreadyGraceMs) return;
    throw podError(
      node,
      this.#placeOf(node).name,
      { code: 'SSC_NODE_NOT_READY', reason: 'Unhealthy', message: '' },
      `${node} has started, and has failed its probe for ${formatDuration(unreadyMs)}`,
      await this.diagnose(node),
    );
  }

  /** A pod that was there and is not any more. */
  #refuseGone(node: string, name: string): void {
    if (!this.#uids.has(node)) return;
    throw podError(
      node,
      name,
      { code: 'SSC_POD_REPLACED', reason: 'Deleted', message: 'somebody deleted it' },
      `pod ${name} of ${node} is gone`,
      [['Pod', `${this.#options.namespace}/${name}`]],
    );
  }

  async #troubleError(node: string, pod: V1Pod, trouble: PodTrouble): Promise<SscError> {
    const { kube, clock, namespace } = this.#options;
    const name = pod.metadata?.name ?? '';
    const facts = await diagnoseTrouble(kube, { namespace, name, pod }, trouble, clock.now());
    return podError(node, name, trouble, sentenceOf(node, name, trouble), facts);
  }
}

const hasUnready = (pod: V1Pod): boolean =>
  pod.status?.containerStatuses?.some(
    ({ started, ready, state }) => started === true && !ready && state?.running !== undefined,
  ) ?? false;
