import type { ForkedClock } from '@ssc/clock';
import type { Net, SimHost } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import { same, timestamp } from '../api/object.ts';
import type { Pod } from '../types/pod.ts';
import type { ContainerRunner } from './container-runner.ts';
import type { NodeAgent } from './node-agent.ts';
import { PodContainers } from './pod-containers.ts';
import { type FinalPhase, renderPodStatus } from './pod-status.ts';
import { MountError } from './volume-content.ts';
import { createPodVolumes, type PodVolumes } from './volumes.ts';

/** One pod on its node, from its binding to its end. */
export interface PodWorker {
  readonly pod: Pod;
  /** Takes note of a new version of the object. */
  observe(pod: Pod): void;
  container(name: string): ContainerRunner | undefined;
  readonly address: string | undefined;
  /** The machine went down and came back: the same pod, its disks kept, init containers once more. */
  reboot(): void;
  /** Ends the containers and leaves the pod Failed, as node pressure does. */
  evict(message: string): void;
  /** The machine is gone: nothing of the pod runs, and nobody writes its status. */
  vanish(): void;
}

/** Starts the pod, which nobody has deleted so far. */
export const startPodWorker = (agent: NodeAgent, first: Pod, nodeNet: Net): PodWorker =>
  new KubeletPod(agent, first, nodeNet);

class KubeletPod implements PodWorker {
  readonly #agent: NodeAgent;
  readonly #id: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly #volumes: PodVolumes;
  readonly #containers: PodContainers;
  #pod: Pod;
  /** The pod's present life: dead once it ends, or begins anew. */
  #life: ForkedClock;
  #host: SimHost | undefined;
  #startTime: string | undefined;
  #hasSandbox = false;
  #isInitialized: boolean;
  #final: FinalPhase | undefined;
  #isEnding = false;
  /** Nobody writes its status any more. */
  #isGone = false;

  constructor(agent: NodeAgent, first: Pod, nodeNet: Net) {
    const { namespace = '', name, uid } = first.metadata;
    this.#agent = agent;
    this.#id = { namespace, name, uid };
    this.#pod = first;
    this.#startTime = first.status.startTime;
    this.#life = this.#newLife();
    this.#volumes = createPodVolumes(
      agent.cluster.store,
      agent.claims,
      agent.hostIp,
      agent.makeVolume,
    );
    this.#containers = new PodContainers(
      {
        agent,
        volumes: this.#volumes,
        nodeNet,
        pod: () => this.#pod,
        podIp: () => this.#host?.address ?? '',
        openNet: () => {
          if (this.#host === undefined) throw new Error(`pod ${name} has no network`);
          return this.#host.open();
        },
        changed: () => this.#writeStatus(),
      },
      first.spec,
    );
    this.#isInitialized = this.#containers.inits.length === 0;
    this.#begin();
  }

  get pod(): Pod {
    return this.#pod;
  }

  get address(): string | undefined {
    return this.#host?.address;
  }

  container(name: string): ContainerRunner | undefined {
    return this.#containers.find(name);
  }

  observe(next: Pod): void {
    const before = this.#pod;
    this.#pod = next;
    if (next.metadata.deletionTimestamp === undefined) return;
    if (before.metadata.deletionTimestamp === undefined) void this.#end();
  }

  reboot(): void {
    if (this.#isEnding || this.#final !== undefined) return;
    this.#killAll();
    this.#volumes.dropMemory(this.#pod);
    this.#containers.reset();
    this.#agent.tell(
      this.#pod,
      'Normal',
      'SandboxChanged',
      'Pod sandbox changed, it will be killed and re-created.',
    );
    this.#life = this.#newLife();
    // The instances end in the next microtask; then the pod begins anew.
    this.#life.timer(0, () => this.#begin());
  }

  evict(message: string): void {
    if (this.#isEnding || this.#final !== undefined) return;
    this.#agent.tell(this.#pod, 'Warning', 'Evicted', message);
    this.#killAll();
    this.#finish({ phase: 'Failed', reason: 'Evicted', message });
  }

  vanish(): void {
    this.#isGone = true;
    this.#killAll();
  }

  #newLife(): ForkedClock {
    return this.#agent.clock.fork(`pod ${this.#id.namespace}/${this.#id.name}`);
  }

  #begin(): void {
    this.#run(this.#life).catch((error: unknown) => {
      // Thrown by a timer, so that the clock ends the simulation: this is a defect, not an event in the cluster.
      this.#agent.clock.timer(0, () => {
        throw error;
      });
    });
    this.#limitTime();
  }

  async #run(life: ForkedClock): Promise<void> {
    this.#startTime ??= timestamp(this.#agent.cluster.registry.now());
    this.#containers.awaitPreparation();
    this.#writeStatus();
    await life.sleep(this.#agent.pace.sandboxMs);
    await this.#setUpVolumes(life);
    this.#host = this.#agent.network.addHost(this.#agent.allocateAddress());
    this.#hasSandbox = true;
    this.#writeStatus();
    if (!(await this.#containers.prepare(life))) {
      this.#finish({ phase: 'Failed' });
      return;
    }
    this.#isInitialized = true;
    this.#writeStatus();
    const didWell = await this.#containers.run(life);
    // Only reached when no container restarts any more.
    if (!life.dead) this.#finish({ phase: didWell ? 'Succeeded' : 'Failed' });
  }

  /** Waits until all objects that the volumes are made of are there. */
  async #setUpVolumes(life: ForkedClock): Promise<void> {
    for (let waitMs = 500; ; waitMs = Math.min(122_000, waitMs * 2))
      try {
        this.#volumes.setUp(this.#pod);
        return;
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        this.#agent.tell(this.#pod, 'Warning', 'FailedMount', error.message);
        await life.sleep(waitMs);
      }
  }

  /** Fails the pod when it has run for as long as it may, counted from its first start. */
  #limitTime(): void {
    const limit = this.#pod.spec.activeDeadlineSeconds;
    if (limit === undefined) return;
    const { registry } = this.#agent.cluster;
    const since = Date.parse(this.#startTime ?? timestamp(registry.now()));
    this.#life.timer(since + limit * 1000 - registry.now(), () => {
      this.#containers.kill();
      this.#finish({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      });
    });
  }

  /** Nothing of the pod runs any more, and its object stays. */
  #finish(final: FinalPhase): void {
    this.#final ??= final;
    this.#life.kill();
    this.#leaveNetwork();
    this.#writeStatus();
  }

  /** Ends the pod as its deletion asks, and removes its object. */
  async #end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#life.kill();
    const { namespace, name, uid } = this.#id;
    const clock = this.#agent.clock.fork(`end of pod ${namespace}/${name}`);
    await this.#containers.stop(
      clock,
      (this.#pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000,
    );
    this.#leaveNetwork();
    if (this.#isGone) return;
    this.#final ??= { phase: this.#containers.didWell ? 'Succeeded' : 'Failed' };
    this.#writeStatus();
    this.#isGone = true;
    clock.kill();
    const { store, registry } = this.#agent.cluster;
    if (store.byUid(uid) !== undefined)
      registry.delete(kinds.pod, namespace, name, {
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
  }

  /** Ends what runs at once, as when the machine stops. */
  #killAll(): void {
    this.#life.kill();
    this.#containers.kill();
    this.#leaveNetwork();
    this.#hasSandbox = false;
    this.#isInitialized = this.#containers.inits.length === 0;
  }

  #leaveNetwork(): void {
    this.#host?.remove();
    this.#host = undefined;
  }

  #writeStatus(): void {
    const { store, registry } = this.#agent.cluster;
    const { namespace, name, uid } = this.#id;
    const current = store.byUid(uid) as Pod | undefined;
    if (this.#isGone || current === undefined) return;
    const status = renderPodStatus(current.status, {
      inits: this.#containers.inits,
      mains: this.#containers.mains,
      final: this.#final,
      isInitialized: this.#isInitialized,
      hasSandbox: this.#hasSandbox,
      address: this.#host?.address,
      hostIp: this.#agent.hostIp,
      startTime: this.#startTime,
      now: registry.now(),
    });
    if (same(status, current.status)) return;
    registry.update(
      kinds.pod,
      namespace,
      name,
      (draft) => ({ ...draft, status: status as unknown as Record<string, unknown> }),
      { subresource: 'status' },
    );
  }
}
