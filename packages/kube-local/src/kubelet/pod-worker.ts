import type { ForkedClock } from '@ssc/clock';
import type { Net, SimHost } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import { same, timestamp } from '../api/object.ts';
import type { Pod } from '../types/pod.ts';
import {
  type ContainerRunner,
  createContainerRunner,
  type PodContext,
} from './container-runner.ts';
import type { NodeAgent } from './node-agent.ts';
import { type FinalPhase, isSidecar, renderPodStatus } from './pod-status.ts';
import { createPodVolumes, MountError } from './volumes.ts';

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

/** Starts the pod. */
export function startPodWorker(agent: NodeAgent, first: Pod, nodeNet: Net): PodWorker {
  const { registry, store } = agent.cluster;
  const { namespace = '', name, uid } = first.metadata;
  let pod = first;
  let host: SimHost | undefined;
  let work: ForkedClock = agent.clock.fork(`pod ${namespace}/${name}`);
  let isEnding = false;
  let isGone = false;
  let startTime = first.status.startTime;
  let final: FinalPhase | undefined;
  let isInitialized = (first.spec.initContainers ?? []).length === 0;
  let hasSandbox = false;

  const volumes = createPodVolumes(store, agent.claims, agent.hostIp, agent.makeVolume);
  const context: PodContext = {
    agent,
    volumes,
    nodeNet,
    pod: () => pod,
    podIp: () => host?.address ?? '',
    openNet: () => {
      if (host === undefined) throw new Error(`pod ${name} has no network`);
      return host.open();
    },
    changed: writeStatus,
  };
  const inits = (first.spec.initContainers ?? []).map((container) =>
    createContainerRunner(
      context,
      container,
      container.restartPolicy === 'Always' ? 'sidecar' : 'init',
    ),
  );
  const mains = first.spec.containers.map((container) =>
    createContainerRunner(context, container, 'main'),
  );

  async function run(clock: ForkedClock): Promise<void> {
    startTime ??= timestamp(registry.now());
    for (const runner of mains) if (inits.length > 0) runner.reset('PodInitializing');
    writeStatus();
    await clock.sleep(agent.pace.sandboxMs);
    await setUpVolumes(clock);
    host = agent.network.addHost(agent.allocateAddress());
    hasSandbox = true;
    writeStatus();
    for (const runner of inits)
      if (!(await prepare(clock, runner))) {
        finish('Failed');
        return;
      }
    isInitialized = true;
    writeStatus();
    const codes = await Promise.all(mains.map((runner) => keepRunning(clock, runner)));
    // Only reached when no container restarts any more.
    await stopSidecars(clock);
    if (!clock.dead) finish(codes.every((code) => code === 0) ? 'Succeeded' : 'Failed');
  }

  async function setUpVolumes(clock: ForkedClock): Promise<void> {
    for (let waitMs = 500; ; waitMs = Math.min(122_000, waitMs * 2))
      try {
        volumes.setUp(pod);
        return;
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        agent.tell(pod, 'Warning', 'FailedMount', error.message);
        await clock.sleep(waitMs);
      }
  }

  /** One init container to its end, or one sidecar to its start. False: the pod has failed. */
  async function prepare(clock: ForkedClock, runner: ContainerRunner): Promise<boolean> {
    if (isSidecar(runner)) {
      void keepRunning(clock, runner);
      await living(clock, runner.started());
      return true;
    }
    for (;;) {
      const code = await living(clock, runner.runOnce(clock));
      if (code === 0) return true;
      if (pod.spec.restartPolicy === 'Never') return false;
    }
  }

  async function keepRunning(clock: ForkedClock, runner: ContainerRunner): Promise<number> {
    for (;;) {
      const code = await living(clock, runner.runOnce(clock));
      const policy = isSidecar(runner) ? 'Always' : pod.spec.restartPolicy;
      if (policy === 'Never' || (policy === 'OnFailure' && code === 0)) return code;
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

  async function stopSidecars(clock: ForkedClock): Promise<void> {
    const graceMs = pod.spec.terminationGracePeriodSeconds * 1000;
    for (const runner of inits.filter(isSidecar).reverse()) await runner.stop(clock, graceMs);
  }

  function finish(phase: 'Succeeded' | 'Failed', reason?: string, message?: string): void {
    final ??= {
      phase,
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message }),
    };
    work.kill();
    leaveNetwork();
    writeStatus();
  }

  function leaveNetwork(): void {
    host?.remove();
    host = undefined;
  }

  async function end(): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    work.kill();
    const clock = agent.clock.fork(`end of pod ${namespace}/${name}`);
    const graceMs = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    const until = clock.now() + graceMs;
    await Promise.all(mains.map((runner) => runner.stop(clock, graceMs)));
    for (const runner of inits.toReversed())
      await runner.stop(clock, Math.max(0, until - clock.now()));
    leaveNetwork();
    if (isGone) return;
    final ??= {
      phase: mains.every((runner) => runner.status.state.terminated?.exitCode === 0)
        ? 'Succeeded'
        : 'Failed',
    };
    writeStatus();
    isGone = true;
    clock.kill();
    if (store.byUid(uid) !== undefined)
      registry.delete(kinds.pod, namespace, name, {
        gracePeriodSeconds: 0,
        preconditions: { uid },
      });
  }

  function writeStatus(): void {
    const current = store.byUid(uid) as Pod | undefined;
    if (isGone || current === undefined) return;
    const status = renderPodStatus(current.status, {
      inits,
      mains,
      final,
      isInitialized,
      hasSandbox,
      address: host?.address,
      hostIp: agent.hostIp,
      startTime,
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

  function begin(): void {
    run(work).catch((error: unknown) => {
      // Thrown by a timer, so that the clock ends the simulation: this is a defect, not an event in the cluster.
      agent.clock.timer(0, () => {
        throw error;
      });
    });
    const limit = pod.spec.activeDeadlineSeconds;
    if (limit === undefined) return;
    const since = Date.parse(startTime ?? timestamp(registry.now()));
    work.timer(since + limit * 1000 - registry.now(), () => {
      for (const runner of [...mains, ...inits]) runner.kill('Error');
      finish(
        'Failed',
        'DeadlineExceeded',
        'Pod was active on the node longer than the specified deadline',
      );
    });
  }

  function killAll(): void {
    work.kill();
    for (const runner of [...mains, ...inits]) runner.kill('Error');
    leaveNetwork();
    hasSandbox = false;
    isInitialized = inits.length === 0;
  }

  if (pod.metadata.deletionTimestamp === undefined) begin();
  else void end();

  return {
    get pod() {
      return pod;
    },
    get address() {
      return host?.address;
    },
    observe(next) {
      const before = pod;
      pod = next;
      if (next.metadata.deletionTimestamp === undefined) return;
      if (before.metadata.deletionTimestamp === undefined) void end();
    },
    container: (wanted) => [...mains, ...inits].find((r) => r.container.name === wanted),
    reboot() {
      if (isEnding || final !== undefined) return;
      killAll();
      volumes.dropMemory(pod);
      for (const runner of inits) runner.reset('PodInitializing');
      for (const runner of mains)
        runner.reset(inits.length > 0 ? 'PodInitializing' : 'ContainerCreating');
      agent.tell(
        pod,
        'Normal',
        'SandboxChanged',
        'Pod sandbox changed, it will be killed and re-created.',
      );
      work = agent.clock.fork(`pod ${namespace}/${name}`);
      // The instances end in the next microtask; then the pod begins anew.
      work.timer(0, begin);
    },
    evict(message) {
      if (isEnding || final !== undefined) return;
      agent.tell(pod, 'Warning', 'Evicted', message);
      killAll();
      finish('Failed', 'Evicted', message);
    },
    vanish() {
      isGone = true;
      killAll();
    },
  };
}
