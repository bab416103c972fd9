import type { Clock, ForkedClock } from '@ssc/clock';
import { createVolume, type ExecResult, mountFiles, type Volume } from '@ssc/process';
import { timestamp } from '../api/object.ts';
import type { Container, ContainerStatus, Pod } from '../types/pod.ts';
import { createRestartBackoff, type RestartBackoff } from './backoff.ts';
import { ContainerInstance, notRunning } from './container-instance.ts';
import { ContainerLog } from './container-log.ts';
import { startContainerProbes } from './container-probes.ts';
import { type ContainerKind, ContainerRecord } from './container-record.ts';
import { ConfigError, renderEnvironment } from './environment.ts';
import { ImagePull } from './image-pull.ts';
import type { ImagePrograms } from './images.ts';
import type { NodeAgent } from './node-agent.ts';
import type { PodContext } from './pod-context.ts';

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
  exec(argv: readonly string[]): Promise<ExecResult>;
}

/** Makes a container that does not run yet. */
export const createContainerRunner = (
  context: PodContext,
  container: Container,
  kind: ContainerKind,
): ContainerRunner => new KubeletContainer(context, container, kind);

class KubeletContainer implements ContainerRunner {
  readonly container: Container;
  readonly #context: PodContext;
  readonly #agent: NodeAgent;
  readonly #record: ContainerRecord;
  /** Where events say that they are about: a path into the pod's object. */
  readonly #path: string;
  readonly #pull: ImagePull;
  readonly #backoff: RestartBackoff;
  #instance: ContainerInstance | undefined;
  #log: ContainerLog | undefined;
  #previousLog: ContainerLog | undefined;

  constructor(context: PodContext, container: Container, kind: ContainerKind) {
    this.container = container;
    this.#context = context;
    this.#agent = context.agent;
    this.#record = new ContainerRecord(container, kind, () => context.changed());
    const list = kind === 'main' ? 'containers' : 'initContainers';
    this.#path = `spec.${list}{${container.name}}`;
    this.#pull = new ImagePull(context.agent, container, {
      tell: (type, reason, message) => this.#tell(type, reason, message),
      showWaiting: (reason, message) => this.#record.wait(reason, message),
    });
    this.#backoff = createRestartBackoff(context.agent.cluster.registry.now, (text) =>
      this.#showBackoff(text),
    );
  }

  get isRunning(): boolean {
    return this.#instance !== undefined;
  }

  get status(): ContainerStatus {
    return this.#record.status;
  }

  started(): Promise<void> {
    return this.#record.started();
  }

  log(previous: boolean): ContainerLog | undefined {
    return previous ? this.#previousLog : this.#log;
  }

  exec(argv: readonly string[]): Promise<ExecResult> {
    return this.#instance?.exec(argv) ?? Promise.resolve(notRunning);
  }

  async stop(clock: Clock, graceMs: number): Promise<void> {
    if (this.#instance === undefined) return;
    this.#tell('Normal', 'Killing', `Stopping container ${this.container.name}`);
    await this.#end(this.#instance, clock, graceMs);
  }

  kill(reason: 'Error' | 'OOMKilled', code = 137): void {
    this.#instance?.kill(reason, code);
  }

  reset(reason: string): void {
    this.#record.reset(reason);
  }

  async runOnce(clock: Clock): Promise<number> {
    const endedAt = this.#record.putBehind();
    if (endedAt !== undefined) await this.#backoff.wait(clock, Date.parse(endedAt));
    const image = await this.#pull.run(clock);
    const env = await this.#environment(clock, image);
    const number = this.#record.count();
    await clock.sleep(this.#agent.pace.startMs);
    this.#tell('Normal', 'Created', `Created container: ${this.container.name}`);
    return this.#run(clock, number, image, env);
  }

  /** The variables of the next instance: waits until all objects that they come from are there. */
  async #environment(clock: Clock, image: ImagePrograms): Promise<Record<string, string>> {
    const { agent } = this.#context;
    for (;;)
      try {
        return renderEnvironment(
          agent.cluster.store,
          withIp(this.#context.pod(), this.#context.podIp()),
          this.container,
          image.env ?? {},
          agent.hostIp,
        );
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.#record.wait('CreateContainerConfigError', error.message);
        this.#tell('Warning', 'Failed', `Error: ${error.message}`);
        await clock.sleep(10_000);
      }
  }

  /** One instance from its start to its end. */
  async #run(
    clock: Clock,
    number: number,
    image: ImagePrograms,
    env: Record<string, string>,
  ): Promise<number> {
    const { registry } = this.#agent.cluster;
    const { name, uid } = this.#context.pod().metadata;
    const id = Buffer.from(this.#agent.random.bytes(32)).toString('hex');
    const startedAt = timestamp(registry.now());
    const log = new ContainerLog();
    this.#previousLog = this.#log;
    this.#log = log;
    const own = this.#agent.clock.fork(`${name}/${this.container.name}`);
    const instance = new ContainerInstance({
      container: this.container,
      image,
      env,
      files: mountFiles(rootFiles(this.container), this.#context.volumes.mountsOf(this.container)),
      openNet: this.#context.openNet,
      clock: own,
      random: this.#agent.random.fork(`${uid}/${this.container.name}/${number}`),
      write: (text) => log.write(registry.now(), text),
    });
    this.#instance = instance;
    this.#record.run(`kube-local://${id}`, startedAt);
    this.#tell('Normal', 'Started', `Started container ${this.container.name}`);
    this.#startProbes(clock, own, instance);
    const code = await instance.exited;
    // The clock that asked for this instance is dead: nobody hears of its end any more.
    own.kill();
    this.#instance = undefined;
    log.close();
    const reason = instance.killReason ?? (code === 0 ? 'Completed' : 'Error');
    this.#record.end(code, reason, timestamp(registry.now()));
    return code;
  }

  #startProbes(clock: Clock, own: ForkedClock, instance: ContainerInstance): void {
    const { startupProbeMs } = this.#agent.pace;
    startContainerProbes({
      container: this.container,
      clock: own,
      podIp: this.#context.podIp(),
      net: this.#context.nodeNet,
      ...(startupProbeMs !== undefined && { startupPeriodMs: startupProbeMs }),
      exec: (argv) => instance.exec(argv),
      unhealthy: (message) => this.#tell('Warning', 'Unhealthy', message),
      started: () => this.#record.passStartup(),
      ready: (isReady) => this.#record.setReady(isReady),
      failed: (probe) => void this.#restart(clock, instance, probe),
    });
  }

  /** Ends an instance that a probe has given up; whoever runs the container starts another one. */
  async #restart(
    clock: Clock,
    instance: ContainerInstance,
    probe: 'liveness' | 'startup',
  ): Promise<void> {
    if (instance.isEnding || instance !== this.#instance) return;
    const { name, livenessProbe, startupProbe } = this.container;
    this.#tell('Normal', 'Killing', `Container ${name} failed ${probe} probe, will be restarted`);
    const seconds =
      (probe === 'startup' ? startupProbe : livenessProbe)?.terminationGracePeriodSeconds ??
      this.#context.pod().spec.terminationGracePeriodSeconds;
    await this.#end(instance, clock, seconds * 1000);
  }

  #end(instance: ContainerInstance, clock: Clock, graceMs: number): Promise<void> {
    return instance.end(clock, graceMs, () =>
      this.#tell('Warning', 'FailedPreStopHook', 'PreStopHook failed'),
    );
  }

  #showBackoff(length: string): void {
    const { name, namespace, uid } = this.#context.pod().metadata;
    const what = `restarting failed container`;
    const pod = `${name}_${namespace}(${uid})`;
    this.#record.wait(
      'CrashLoopBackOff',
      `back-off ${length} ${what}=${this.container.name} pod=${pod}`,
    );
    this.#tell('Warning', 'BackOff', `Back-off ${what} ${this.container.name} in pod ${pod}`);
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#agent.tell(this.#context.pod(), type, reason, message, this.#path);
  }
}

/** A container's own files: what no mount covers, and gone with each instance. */
function rootFiles(container: Container): Volume {
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
