import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import { type Clock, formatDuration, type Look, waitFacts, waitUntil } from '@ssc/clock';
import type { Fact, SscError } from '@ssc/errors';
import { containerNames } from '@ssc/kube-specs';
import { describeRequests } from './describe-requests.ts';
import { describeEvent, readEvents } from './events.ts';
import { type KubeApi, kinds } from './kube/api.ts';
import { createReflector, type Reflector } from './kube/reflector.ts';
import { PodGuard } from './pod-guard.ts';
import { isPodProblem, podError, podsNotGone, sentenceOf } from './pod-problem.ts';
import {
  describePod,
  findSilence,
  findTrouble,
  isReady,
  type PodTrouble,
  statusesOf,
} from './pod-state.ts';
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

// The controller makes a pod within a second or two; the events that say why not are asked for only then, and not often.
const missingGraceMs = 5_000;
// Six probes of readiness: a node under load misses four before it counts as not ready at all.
const unreadyGraceMs = 60_000;
const logLines = 15;
const eventLines = 4;
// Ten minutes of a node that does its best.
const errorTailLines = 2000;
const errorLines = 3;

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
  readonly #guard: PodGuard;
  readonly #rooms: RoomsInMaking;
  #startedAt: number;
  #eventsAskedAt = 0;

  constructor(options: PodWatchOptions) {
    const { kube, clock, namespace, labelSelector } = options;
    this.#options = options;
    this.#startedAt = clock.now();
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
    this.#startedAt = this.#options.clock.now();
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
      const { namespace, clock } = this.#options;
      const reason = { code: 'SSC_POD_REPLACED', reason: 'Replaced', message: '' } as const;
      throw podError(
        node,
        pod?.metadata?.name ?? '',
        reason,
        `the pod of ${node} was made while nobody drove the run`,
        [
          ['Pod', `${namespace}/${pod?.metadata?.name}: ${describePod(pod, clock.now())}`],
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
    for (const [node, podName] of this.#options.pods) {
      if (this.#stopped.has(node)) continue;
      const pod = this.#reflector.items.get(podName);
      const noted = this.#troubles.get(node);
      if (noted !== undefined) throw await this.#troubleError(node, noted.pod, noted.trouble);
      await this.#refuseSilence(node, impatient);
      if (pod !== undefined && this.#isOutgoing(pod)) continue;
      const trouble = pod && this.#troubleOf(node, pod);
      if (pod === undefined) await this.#checkMissing(node, podName);
      else if (trouble?.code === 'SSC_POD_UNSCHEDULABLE' && (await this.#hasRoomSoon(pod)))
        continue;
      else if (trouble !== undefined) throw await this.#troubleError(node, pod, trouble);
      else await this.#checkProbes(node, podName);
    }
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
    const last = (await this.#podEvents(node)).at(-1);
    return last && describeEvent(last);
  }

  /** What Kubernetes said about the pod of a node, as far as that can be had. */
  #podEvents(node: string): Promise<readonly CoreV1Event[]> {
    const { kube, namespace, pods } = this.#options;
    return readEvents(kube, namespace, { kind: 'Pod', name: pods.get(node) ?? '' }).catch(() => []);
  }

  /** What surrounds a node: its pod, the last events about it, where to look. */
  async diagnose(node: string): Promise<Fact[]> {
    const { namespace, pods, clock } = this.#options;
    const podName = pods.get(node) ?? '';
    const pod = this.podOf(node);
    const facts: Fact[] = [['Pod', `${namespace}/${podName}: ${describePod(pod, clock.now())}`]];
    const events = await this.#podEvents(node);
    // What is over says nothing: while a node boots its start-up probe fails, and a pod may wait for its machine.
    const isOver = ({ reason }: CoreV1Event): boolean =>
      (reason === 'Unhealthy' && pod !== undefined && isReady(pod)) ||
      (reason === 'FailedScheduling' && pod?.spec?.nodeName !== undefined);
    const isTelling = (event: CoreV1Event): boolean => event.type !== 'Normal' && !isOver(event);
    for (const event of events.filter(isTelling).slice(-eventLines))
      facts.push(['Event', describeEvent(event)]);
    const errors = await this.#errorsOf(podName).catch(() => []);
    if (errors.length > 0) facts.push(['Errors', errors.join('\n')]);
    facts.push(['Look', `kubectl -n ${namespace} logs ${podName} -c stellar-core`]);
    return facts;
  }

  /** What stellar-core logged last as an error, each text once. */
  async #errorsOf(pod: string): Promise<string[]> {
    const { kube, namespace } = this.#options;
    const tailLines = errorTailLines;
    const log = await kube.log({ namespace, pod, container: containerNames.core, tailLines });
    const errors = new Map<string, string>();
    for (const line of log.split('\n')) {
      // The time, the node's name, the partition with the level: TIME GABCD [History ERROR] text
      const text = /\[\w+ (?:ERROR|FATAL)\] .*/u.exec(line)?.[0];
      if (text === undefined) continue;
      errors.delete(text);
      errors.set(text, line);
    }
    return [...errors.values()].slice(-errorLines);
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
  async #checkProbes(node: string, podName: string): Promise<void> {
    const unreadyMs =
      this.#options.clock.now() - (this.#unready.get(node) ?? Number.POSITIVE_INFINITY);
    if (unreadyMs < unreadyGraceMs) return;
    throw podError(
      node,
      podName,
      { code: 'SSC_NODE_NOT_READY', reason: 'Unhealthy', message: '' },
      `${node} has started, and has failed its probe for ${formatDuration(unreadyMs)}`,
      await this.diagnose(node),
    );
  }

  async #checkMissing(node: string, podName: string): Promise<void> {
    const { kube, clock, namespace, sets } = this.#options;
    const now = clock.now();
    if (this.#uids.has(node)) {
      throw podError(
        node,
        podName,
        { code: 'SSC_POD_REPLACED', reason: 'Deleted', message: 'somebody deleted it' },
        `pod ${podName} of ${node} is gone`,
        [['Pod', `${namespace}/${podName}`]],
      );
    }
    if (now - this.#startedAt < missingGraceMs || now - this.#eventsAskedAt < missingGraceMs)
      return;
    this.#eventsAskedAt = now;
    const setName = sets.get(node) ?? '';
    const events = await readEvents(kube, namespace, { kind: 'StatefulSet', name: setName });
    const last = events.findLast((event) => event.reason === 'FailedCreate');
    if (last === undefined) return;
    throw podError(
      node,
      podName,
      { code: 'SSC_POD_NOT_CREATED', reason: 'FailedCreate', message: last.message ?? '' },
      `the cluster does not create pod ${podName}`,
      [
        ['StatefulSet', `${namespace}/${setName}`],
        ['Event', describeEvent(last)],
      ],
    );
  }

  async #troubleError(node: string, pod: V1Pod, trouble: PodTrouble): Promise<SscError> {
    const { namespace, clock } = this.#options;
    const podName = pod.metadata?.name ?? '';
    const facts: Fact[] = [['Pod', `${namespace}/${podName}: ${describePod(pod, clock.now())}`]];
    if (trouble.container !== undefined) facts.push(['Container', trouble.container]);
    facts.push(['Reason', trouble.reason]);
    if (trouble.message !== '') facts.push(['Message', trouble.message]);
    if (trouble.code === 'SSC_POD_UNSCHEDULABLE' && pod.spec !== undefined)
      facts.push(['Asks for', describeRequests(pod.spec)]);
    if (trouble.exitCode !== undefined && trouble.container !== undefined) {
      const log = await this.#lastLog(podName, trouble.container, trouble).catch(() => '');
      if (log !== '') facts.push(['Last log', log.trimEnd()]);
    }
    return podError(node, podName, trouble, sentenceOf(node, podName, trouble), facts);
  }

  /** The last lines of the run that ended. The kubelet may start the container again before they are read. */
  async #lastLog(pod: string, container: string, trouble: PodTrouble): Promise<string> {
    const { namespace, kube } = this.#options;
    const read = (previous: boolean) =>
      kube.log({ namespace, pod, container, previous, tailLines: logLines });
    if (trouble.hasPreviousLog === true) return read(true);
    const log = await read(false);
    const now = statusesOf(await kube.read<V1Pod>({ kind: kinds.pod, namespace, name: pod }));
    const restarts = now.find((one) => one.name === container)?.restartCount ?? 0;
    return restarts > (trouble.restartCount ?? 0) ? read(true) : log;
  }
}

const hasUnready = (pod: V1Pod): boolean =>
  pod.status?.containerStatuses?.some(
    ({ started, ready, state }) => started === true && !ready && state?.running !== undefined,
  ) ?? false;
