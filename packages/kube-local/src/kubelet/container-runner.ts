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
import type { Container, ContainerState, ContainerStatus, Pod, Probe } from '../types.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import { ConfigError, expand, renderEnvironment } from './environment.ts';
import { findImage, fullImageName, type ImagePrograms, imageId, isImageName } from './images.ts';
import type { NodeAgent } from './node-agent.ts';
import { startProbe } from './probe.ts';
import type { PodVolumes } from './volumes.ts';

/** Waits of a container that ends again and again, and of an image that cannot be pulled (pkg/kubelet). */
const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;

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
  let backoff: { ms: number; atMs: number } | undefined;
  let pullBackoffMs = 0;
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

  /** Until the image is on the node. Resolves with its programs. */
  async function pullImage(clock: Clock): Promise<ImagePrograms> {
    for (;;) {
      const image = findImage(agent.images, container.image);
      const isHere = agent.pulled.has(container.image);
      if (isHere && image !== undefined && container.imagePullPolicy !== 'Always') {
        tell('Normal', 'Pulled', `Container image "${container.image}" already present on machine`);
        return image;
      }
      const error = await tryPull(clock, image, isHere);
      if (error === undefined && image !== undefined) return image;
      showWaiting(error?.reason ?? '', error?.message);
      if (error?.reason === 'ErrImagePull') {
        tell('Warning', 'Failed', `Failed to pull image "${container.image}": ${error.message}`);
        tell('Warning', 'Failed', 'Error: ErrImagePull');
        await backOffPull(clock, error.message);
      } else {
        tell(
          'Warning',
          error?.reason === 'InvalidImageName' ? 'InspectFailed' : 'ErrImageNeverPull',
          error?.message ?? '',
        );
        tell('Warning', 'Failed', `Error: ${error?.reason}`);
        await clock.sleep(10_000);
      }
    }
  }

  async function tryPull(
    clock: Clock,
    image: ImagePrograms | undefined,
    isHere: boolean,
  ): Promise<{ reason: string; message: string } | undefined> {
    const name = container.image;
    if (!isImageName(name))
      return {
        reason: 'InvalidImageName',
        message: `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`,
      };
    if (container.imagePullPolicy === 'Never' && !isHere)
      return {
        reason: 'ErrImageNeverPull',
        message: `Container image "${name}" is not present with pull policy of Never`,
      };
    tell('Normal', 'Pulling', `Pulling image "${name}"`);
    const fault = agent.pullFault(name);
    // What the node has already costs only a question to the registry.
    const ms = (isHere ? 50 : (image?.pullMs ?? agent.pace.pullMs)) + fault.extraMs;
    await clock.sleep(ms);
    if (fault.error !== undefined) return { reason: 'ErrImagePull', message: fault.error };
    if (image === undefined) {
      const full = fullImageName(name);
      return {
        reason: 'ErrImagePull',
        message: `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`,
      };
    }
    agent.pulled.add(name);
    pullBackoffMs = 0;
    const took = ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
    tell(
      'Normal',
      'Pulled',
      `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: 1 bytes.`,
    );
    return undefined;
  }

  async function backOffPull(clock: Clock, message: string): Promise<void> {
    pullBackoffMs = Math.min(
      longestBackoffMs,
      pullBackoffMs === 0 ? firstBackoffMs : pullBackoffMs * 2,
    );
    // The kubelet looks at the pod again a moment after the failure, and then finds it backing off.
    await clock.sleep(1000);
    tell('Normal', 'BackOff', `Back-off pulling image "${container.image}"`);
    tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    showWaiting(
      'ImagePullBackOff',
      `Back-off pulling image "${container.image}": ErrImagePull: ${message}`,
    );
    await clock.sleep(pullBackoffMs);
  }

  /** The first restart comes at once, each further one after twice the time, counted from the end of the last instance. */
  async function backOffRestart(clock: Clock, endedAtMs: number): Promise<void> {
    if (backoff !== undefined && endedAtMs - backoff.atMs > 2 * longestBackoffMs)
      backoff = undefined;
    if (backoff !== undefined) {
      const pod = context.pod();
      const id = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      const seconds = backoff.ms / 1000;
      const text = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
      showWaiting(
        'CrashLoopBackOff',
        `back-off ${text} restarting failed container=${container.name} pod=${id}`,
      );
      tell(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${container.name} in pod ${id}`,
      );
      const left = endedAtMs + backoff.ms - registry.now();
      if (left > 0) await clock.sleep(left);
    }
    const ms = backoff === undefined ? firstBackoffMs : Math.min(longestBackoffMs, backoff.ms * 2);
    backoff = { ms, atMs: registry.now() };
  }

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
      await backOffRestart(clock, Date.parse(ended.finishedAt ?? ''));
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
    startProbes(clock, instance);
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

  const staticEnv = (): Record<string, string> =>
    Object.fromEntries(
      (container.env ?? [])
        .filter((variable) => variable.valueFrom === undefined)
        .map((variable) => [variable.name, variable.value ?? '']),
    );

  function wakeStarted(): void {
    for (const wake of whenStarted) wake();
    whenStarted.clear();
  }

  function startProbes(clock: Clock, instance: ForkedClock): void {
    const target = {
      container,
      podIp: context.podIp(),
      net: context.nodeNet,
      // Probes see only variables with a text of their own: ExpandContainerCommandOnlyStatic.
      exec: (argv: readonly string[]) => exec(argv.map((word) => expand(word, staticEnv()))),
    };
    const begin = (name: string, probe: Probe, own: Clock, verdict: (ok: boolean) => void): void =>
      startProbe(own, probe, target, {
        verdict,
        failure: (message) => tell('Warning', 'Unhealthy', `${name} probe failed: ${message}`),
      });
    const afterStart = (): void => {
      if (container.readinessProbe !== undefined)
        begin('Readiness', container.readinessProbe, instance, (ok) => {
          if (ready === ok) return;
          ready = ok;
          context.changed();
        });
      if (container.livenessProbe !== undefined)
        begin('Liveness', container.livenessProbe, instance, (ok) => {
          if (!ok) void restart(clock, 'liveness');
        });
    };
    if (container.startupProbe === undefined) {
      afterStart();
      return;
    }
    const untilStarted = instance.fork('startup probe');
    const periodSeconds = Math.min(
      container.startupProbe.periodSeconds,
      (agent.pace.startupProbeMs ?? Number.POSITIVE_INFINITY) / 1000,
    );
    begin('Startup', { ...container.startupProbe, periodSeconds }, untilStarted, (ok) => {
      untilStarted.kill();
      if (!ok) {
        void restart(clock, 'startup');
        return;
      }
      started = true;
      ready = container.readinessProbe === undefined;
      wakeStarted();
      context.changed();
      afterStart();
    });
  }

  let isStopping = false;
  async function restart(clock: Clock, probe: string): Promise<void> {
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
