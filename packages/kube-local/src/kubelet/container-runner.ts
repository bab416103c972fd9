import type { Clock, ForkedClock } from '@ssc/clock';
import {
  createVolume,
  type Files,
  mountFiles,
  type Net,
  type RunningProgram,
  startProgram,
} from '@ssc/process';
import { timestamp } from '../api/object.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from '../types/pod.ts';
import { createRestartBackoff } from './backoff.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import { startContainerProbes } from './container-probes.ts';
import { ConfigError, expand, renderEnvironment } from './environment.ts';
import { createImagePull } from './image-pull.ts';
import { fullImageName, type ImagePrograms, imageId } from './images.ts';
import type { NodeAgent } from './node-agent.ts';
import type { PodVolumes } from './volumes.ts';

/** What a container needs of its pod. */
export interface PodContext {
  readonly agent: NodeAgent;
  readonly volumes: PodVolumes;
  pod(): Pod;
  podIp(): string;
  openNet(): { readonly net: Net; close(): void };
  /** The node's own network, for probes. */
  readonly nodeNet: Net;
  changed(): void;
}

/** One container of a pod, through all its instances. */
export interface ContainerRunner {
  readonly container: Container;
  readonly status: ContainerStatus;
  readonly isRunning: boolean;
  /** Resolves when the instance under way, or the next one, has passed its startup probe. */
  started(): Promise<void>;
  /** Pulls the image and runs one instance to its end; restarts wait as long as the kubelet would. */
  runOnce(clock: Clock): Promise<number>;
  /** Ends the instance: preStop, SIGTERM, and SIGKILL when the grace period is over. */
  stop(clock: Clock, graceMs: number): Promise<void>;
  /** Ends the instance at once. */
  kill(reason: 'Error' | 'OOMKilled', code?: number): void;
  /** Shows it as waiting for its pod to be prepared. */
  reset(reason: string): void;
  log(previous: boolean): ContainerLog | undefined;
  exec(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Makes a container that does not run yet. */
export function createContainerRunner(
  context: PodContext,
  container: Container,
  kind: 'init' | 'sidecar' | 'main',
): ContainerRunner {
  const { agent } = context;
  const { registry } = agent.cluster;
  let state: ContainerState = {
    waiting: { reason: kind === 'main' ? 'ContainerCreating' : 'PodInitializing' },
  };
  let lastState: ContainerState = {};
  let [restartCount, instances] = [0, 0];
  let [ready, started] = [false, false];
  let containerId: string | undefined;
  let running:
    | {
        program: RunningProgram;
        clock: ForkedClock;
        image: ImagePrograms;
        env: Record<string, string>;
        files: Files;
      }
    | undefined;
  let killReason: string | undefined;
  let log: ContainerLog | undefined;
  let previousLog: ContainerLog | undefined;
  const whenStarted = new Set<() => void>();

  const shownMounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));

  const now = (): string => timestamp(registry.now());
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    agent.tell(context.pod(), type, reason, message, path());
  const path = (): string =>
    kind === 'main'
      ? `spec.containers{${container.name}}`
      : `spec.initContainers{${container.name}}`;

  function show(next: ContainerState): void {
    state = next;
    context.changed();
  }

  function showWaiting(reason: string, message?: string): void {
    show({ waiting: { reason, ...(message !== undefined && { message }) } });
  }

  const pullImage = createImagePull(agent, container, { tell, showWaiting });
  const restarts = createRestartBackoff(registry.now, (text) => {
    const { name, namespace, uid } = context.pod().metadata;
    const id = `${name}_${namespace}(${uid})`;
    showWaiting(
      'CrashLoopBackOff',
      `back-off ${text} restarting failed container=${container.name} pod=${id}`,
    );
    tell(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${container.name} in pod ${id}`,
    );
  });

  async function environment(clock: Clock, image: ImagePrograms): Promise<Record<string, string>> {
    for (;;)
      try {
        return renderEnvironment(
          agent.cluster.store,
          withIp(context.pod(), context.podIp()),
          container,
          image.env ?? {},
          agent.hostIp,
        );
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        showWaiting('CreateContainerConfigError', error.message);
        tell('Warning', 'Failed', `Error: ${error.message}`);
        await clock.sleep(10_000);
      }
  }

  async function runOnce(clock: Clock): Promise<number> {
    const ended = state.terminated;
    if (ended !== undefined) {
      lastState = { terminated: ended };
      ready = false;
      started = false;
      await restarts.wait(clock, Date.parse(ended.finishedAt ?? ''));
    }
    const image = await pullImage(clock);
    const env = await environment(clock, image);
    if (instances > 0) restartCount += 1;
    instances += 1;
    await clock.sleep(agent.pace.startMs);
    tell('Normal', 'Created', `Created container: ${container.name}`);
    return start(clock, image, env);
  }

  async function start(
    clock: Clock,
    image: ImagePrograms,
    env: Record<string, string>,
  ): Promise<number> {
    const startedAt = now();
    containerId = `kube-local://${Buffer.from(agent.random.bytes(32)).toString('hex')}`;
    previousLog = log;
    const mine = createContainerLog();
    log = mine;
    killReason = undefined;
    const instance = agent.clock.fork(`${context.pod().metadata.name}/${container.name}`);
    const files = mountFiles(rootFiles(container), context.volumes.mountsOf(container));
    const write = (text: string): void => mine.write(registry.now(), text);
    const program = startProgram(image.programs, {
      argv: argvOf(image, env),
      env,
      cwd: container.workingDir ?? image.workingDir ?? '/',
      files,
      openNet: context.openNet,
      clock: instance,
      random: agent.random.fork(`${context.pod().metadata.uid}/${container.name}/${instances}`),
      stdout: write,
      stderr: write,
    });
    running = { program, clock: instance, image, env, files };
    started = container.startupProbe === undefined;
    ready = started && container.readinessProbe === undefined && kind !== 'init';
    show({ running: { startedAt } });
    tell('Normal', 'Started', `Started container ${container.name}`);
    if (started) wakeStarted();
    startContainerProbes({
      container,
      clock: instance,
      podIp: context.podIp(),
      net: context.nodeNet,
      ...(agent.pace.startupProbeMs !== undefined && {
        startupPeriodMs: agent.pace.startupProbeMs,
      }),
      exec,
      unhealthy: (message) => tell('Warning', 'Unhealthy', message),
      started: () => {
        started = true;
        ready = container.readinessProbe === undefined;
        wakeStarted();
        context.changed();
      },
      ready: (isReady) => {
        if (ready === isReady) return;
        ready = isReady;
        context.changed();
      },
      failed: (probe) => void restart(clock, probe),
    });
    const code = await program.exited;
    // The clock that asked for this instance is dead: nobody hears of its end any more.
    instance.kill();
    running = undefined;
    mine.close();
    ready = false;
    started = false;
    show({
      terminated: {
        exitCode: code,
        reason: killReason ?? (code === 0 ? 'Completed' : 'Error'),
        startedAt,
        finishedAt: now(),
        containerID: containerId,
      },
    });
    if (kind === 'init' && code === 0) ready = true;
    return code;
  }

  function argvOf(image: ImagePrograms, env: Record<string, string>): string[] {
    const command = container.command ?? image.entrypoint ?? [];
    const args = container.args ?? (container.command === undefined ? (image.cmd ?? []) : []);
    return [
      ...(container.command === undefined ? command : command.map((word) => expand(word, env))),
      ...(container.args === undefined ? args : args.map((word) => expand(word, env))),
    ];
  }

  function wakeStarted(): void {
    for (const wake of whenStarted) wake();
    whenStarted.clear();
  }

  let isStopping = false;
  async function restart(clock: Clock, probe: 'liveness' | 'startup'): Promise<void> {
    if (isStopping || running === undefined) return;
    tell(
      'Normal',
      'Killing',
      `Container ${container.name} failed ${probe} probe, will be restarted`,
    );
    const grace =
      (probe === 'startup' ? container.startupProbe : container.livenessProbe)
        ?.terminationGracePeriodSeconds ?? context.pod().spec.terminationGracePeriodSeconds;
    await end(clock, grace * 1000);
  }

  /** preStop, SIGTERM, SIGKILL. */
  async function end(clock: Clock, graceMs: number): Promise<void> {
    const current = running;
    if (current === undefined || isStopping) return;
    isStopping = true;
    const deadline = clock.timer(graceMs, () => current.program.kill());
    await preStop(clock, current.program);
    current.program.signal('SIGTERM');
    await current.program.exited;
    deadline.cancel();
    isStopping = false;
  }

  async function preStop(clock: Clock, program: RunningProgram): Promise<void> {
    const hook = container.lifecycle?.preStop;
    if (hook === undefined) return;
    if (hook.sleep !== undefined)
      await Promise.race([clock.sleep(hook.sleep.seconds * 1000), program.exited]);
    if (hook.exec === undefined) return;
    const result = await Promise.race([exec(hook.exec.command ?? []), program.exited]);
    if (typeof result === 'object' && result.code !== 0)
      tell('Warning', 'FailedPreStopHook', `PreStopHook failed`);
  }

  async function exec(
    argv: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const current = running;
    if (current === undefined) return { code: 126, stdout: '', stderr: 'container not running' };
    const output = { stdout: '', stderr: '' };
    const child = startProgram(current.image.programs, {
      argv,
      env: current.env,
      cwd: container.workingDir ?? current.image.workingDir ?? '/',
      files: current.files,
      openNet: context.openNet,
      clock: current.clock,
      random: agent.random.fork('exec'),
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    });
    return { code: await child.exited, ...output };
  }

  return {
    container,
    get isRunning() {
      return running !== undefined;
    },
    get status() {
      const hasId = containerId !== undefined && state.waiting === undefined;
      return {
        name: container.name,
        state,
        lastState,
        ready,
        restartCount,
        image: containerId === undefined ? container.image : fullImageName(container.image),
        imageID: containerId === undefined ? '' : imageId(container.image),
        ...(hasId && { containerID: containerId ?? '' }),
        ...(containerId !== undefined && { resources: container.resources }),
        ...((container.volumeMounts ?? []).length > 0 && { volumeMounts: shownMounts }),
        started: kind === 'init' ? false : running !== undefined && started,
      };
    },
    started: () =>
      running !== undefined && started
        ? Promise.resolve()
        : new Promise<void>((resolve) => whenStarted.add(resolve)),
    runOnce,
    async stop(clock, graceMs) {
      if (running === undefined) return;
      tell('Normal', 'Killing', `Stopping container ${container.name}`);
      await end(clock, graceMs);
    },
    kill(reason, code = 137) {
      if (running === undefined) return;
      killReason = reason;
      running.program.kill(code);
    },
    reset(reason) {
      if (state.terminated !== undefined) lastState = { terminated: state.terminated };
      ready = false;
      started = false;
      state = { waiting: { reason } };
    },
    log: (previous) => (previous ? previousLog : log),
    exec,
  };
}

/** A container's own files: what no mount covers, and gone with each instance. */
function rootFiles(container: Container) {
  const root = createVolume();
  for (const folder of [
    '/tmp',
    '/var/log',
    '/var/run',
    '/dev',
    '/etc',
    container.workingDir ?? '/',
  ])
    root.makeFolder(folder);
  root.write('/dev/null', '');
  return root;
}

const withIp = (pod: Pod, ip: string): Pod => ({ ...pod, status: { ...pod.status, podIP: ip } });
