import {
  createRandom,
  createVirtualClock,
  type Duration,
  type Random,
  type VirtualClock,
} from '@ssc/clock';
import { createStellarCore, type Defects, type StellarCoreOptions } from '@ssc/core-sim';
import {
  type ClusterSettings,
  createBudget,
  createFormation,
  createKubeApi,
  type Formation,
  type FormationOptions,
  type KubeApi,
} from '@ssc/formation';
import {
  createKubeLocal,
  type FaultOptions,
  type KubeLocal,
  type KubeLocalOptions,
} from '@ssc/kube-local';
import { toRunName } from '@ssc/kube-specs';
import {
  type Mission,
  type RunEvent,
  type RunResult,
  readParams,
  runMission,
} from '../../src/index.ts';
import { expectValid } from '../valid.ts';
import { execIn, imageNames, imagesOf } from './simulated-cluster.ts';
import { errorTextOf } from './told.ts';

/** What a rehearsal is made from. */
export interface WorldOptions {
  readonly seed?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly faults?: FaultOptions;
  readonly core?: StellarCoreOptions;
  /** What is wrong with single nodes. */
  readonly defects?: Readonly<Record<string, Defects>>;
  readonly kube?: Partial<KubeLocalOptions>;
  readonly settings?: ClusterSettings;
  /** What is done to the cluster before the run begins. */
  readonly before?: (kube: KubeApi) => Promise<void>;
  /** Changes a node's configuration on its way into its ConfigMap: nothing else of the run knows. */
  readonly changeConfig?: (node: string, config: string) => string;
  /** Milliseconds of real time that each file takes to be written. */
  readonly realDelayMs?: (dice: Random) => number;
  /** What befalls the cluster when a phase begins. */
  readonly whenPhase?: Readonly<Record<string, Befall>>;
  readonly signal?: AbortSignal;
  readonly keep?: boolean;
  /** @default the API server's pod proxy */
  readonly access?: FormationOptions['access'];
  readonly bringUpWithin?: Duration;
  /** How long programs take that are run in pods. @default 0 */
  readonly execMs?: (dice: Random) => number;
  /** Whether the run is recorded while it goes on. @default true */
  readonly record?: boolean;
}

/** A cluster of simulated nodes, and a mission that ran on it. */
export interface World {
  readonly clock: VirtualClock;
  readonly cluster: KubeLocal;
  /** A client beside the run's own, with a budget of its own. */
  readonly kube: KubeApi;
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
  readonly files: ReadonlyMap<string, string>;
  /** Every API call, stored change and message between pods, and every event and file of the run, in order. */
  readonly log: readonly string[];
  readonly run: string;
  /** The text of the run's error, as a user reads it; empty when there is none. */
  readonly errorText: string;
}

/** What happens to the cluster at one instant; `pod` gives the pod of a node. */
export type Befall = (cluster: KubeLocal, pod: (node: string) => PodRef) => void;

interface PodRef {
  readonly namespace: string;
  readonly pod: string;
}

/** What acts on the cluster while a mission runs. */
export type Meddle = (
  cluster: KubeLocal,
  clock: VirtualClock,
  pod: (node: string) => string,
) => Promise<void>;

/** Rehearses a mission; `meddle` runs beside it. */
export async function rehearse(
  mission: Mission,
  options: WorldOptions = {},
  meddle?: Meddle,
): Promise<World> {
  const rehearsal = new Rehearsal(mission, options);
  const { clock, cluster, events, files, log, run } = rehearsal;
  const result = await clock.run(() => rehearsal.hold(meddle));
  expectValid(result, events);
  const kube = rehearsal.client('test');
  return { clock, cluster, kube, result, events, files, log, run, errorText: errorTextOf(result) };
}

/** A mission in a cluster of its own, and what is kept of it. */
class Rehearsal {
  readonly clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  readonly cluster: KubeLocal;
  readonly events: RunEvent[] = [];
  readonly files = new Map<string, string>();
  readonly log: string[] = [];
  readonly run: string;
  readonly #mission: Mission;
  readonly #options: WorldOptions;
  readonly #seed: string;
  readonly #random: Random;
  /** Of what takes real time, never twice the same. */
  readonly #delays = createRandom(`${Math.random()}`);
  readonly #params: Readonly<Record<string, unknown>>;
  readonly #signal: AbortSignal;

  constructor(mission: Mission, options: WorldOptions) {
    this.#mission = mission;
    this.#options = options;
    this.#seed = options.seed ?? '1';
    this.#random = createRandom(this.#seed);
    this.run = toRunName(this.#random.fork('run').bytes(3));
    this.cluster = this.#createCluster();
    this.#params = readParams(mission.params, options.params ?? {}, 'simulated') as Readonly<
      Record<string, unknown>
    >;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  #createCluster(): KubeLocal {
    const { core, defects, faults, kube } = this.#options;
    return createKubeLocal({
      clock: this.clock.fork('cluster'),
      random: this.#random.fork('cluster'),
      images: imagesOf((release) =>
        createStellarCore({
          ...release,
          ...core,
          defects: (host) => defects?.[host.slice(this.run.length + 1)],
        }),
      ),
      log: (line) => this.log.push(line),
      ...(faults !== undefined && { faults }),
      ...kube,
    });
  }

  client(name: string): KubeApi {
    const { clock, cluster } = this;
    const access = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube.invalid' };
    const random = this.#random.fork(name);
    return createKubeApi({ access, clock, random, budget: createBudget(clock) });
  }

  /** The run from its beginning to its end, and of those who meddle. */
  async hold(meddle: Meddle | undefined): Promise<RunResult> {
    await this.#options.before?.(this.client('before'));
    const meddling = meddle?.(this.cluster, this.clock, (node) => `${this.run}-${node}`);
    const ended = await this.#runMission(this.#createFormation());
    await meddling;
    return ended;
  }

  #createFormation(): Formation {
    const { settings, access, bringUpWithin } = this.#options;
    const { clock, cluster, run } = this;
    return createFormation({
      run,
      mission: this.#mission.name,
      namespace: 'default',
      sets: this.#mission.network(this.#params),
      images: imageNames,
      ...(settings !== undefined && { clusterSettings: settings }),
      seed: this.#seed,
      kube: this.#driverClient(),
      dispatcher: cluster.dispatcher,
      connect: cluster.connect,
      exec: execIn(cluster, () => this.#execDelay()),
      direct: access?.kind === 'in-cluster' ? cluster.inside : cluster.entry,
      ...(access !== undefined && { access }),
      ...(bringUpWithin !== undefined && { bringUpWithin }),
      clock,
      random: this.#random.fork('driver'),
      who: 'a test',
      version: '0',
      signal: this.#signal,
      note: (text) => void this.log.push(`${clock.now()} note ${text}`),
    });
  }

  #driverClient(): KubeApi {
    const { changeConfig } = this.#options;
    const client = this.client('driver');
    return changeConfig === undefined ? client : changingConfigs(client, this.run, changeConfig);
  }

  async #execDelay(): Promise<void> {
    const { execMs } = this.#options;
    if (execMs !== undefined) await this.clock.sleep(execMs(this.#delays));
  }

  #runMission(formation: Formation): Promise<RunResult> {
    const { keep = false, record } = this.#options;
    return runMission({
      mission: this.#mission,
      params: this.#params,
      clock: this.clock,
      seed: this.#seed,
      provider: 'simulated',
      version: '0',
      run: this.run,
      formation,
      keep,
      onEvent: (event) => this.#see(event),
      save: (path, content) => this.#save(path, String(content)),
      ...(record !== false && {
        append: (path, content) => this.#append(path, String(content)),
      }),
      signal: this.#signal,
    });
  }

  #see(event: RunEvent): void {
    this.events.push(event);
    if (event.type === 'phase-started')
      this.#options.whenPhase?.[event.phase]?.(this.cluster, (node) => ({
        namespace: 'default',
        pod: `${this.run}-${node}`,
      }));
    this.log.push(JSON.stringify(event));
  }

  async #save(path: string, content: string): Promise<void> {
    const ms = this.#options.realDelayMs?.(this.#delays) ?? 0;
    await this.clock.real(async () => {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    });
    this.files.set(path, content);
    this.log.push(`${this.clock.now()} saved ${path} ${content.length}`);
  }

  async #append(path: string, content: string): Promise<void> {
    await this.clock.real(async () => {});
    this.files.set(path, `${this.files.get(path) ?? ''}${content}`);
    this.log.push(`${this.clock.now()} appended to ${path} ${content.length}`);
  }
}

/** The API, but that the configurations inside of ConfigMaps are others. */
function changingConfigs(
  kube: KubeApi,
  run: string,
  change: (node: string, config: string) => string,
): KubeApi {
  return {
    ...kube,
    create: (namespace, object) => {
      const { data } = object as { readonly data?: Readonly<Record<string, string>> };
      if (object.kind !== 'ConfigMap' || data === undefined) return kube.create(namespace, object);
      const changed = Object.entries(data).map(([file, text]) => [
        file,
        file.endsWith('.cfg') ? change(file.slice(run.length + 1, -4), text) : text,
      ]);
      return kube.create(namespace, {
        ...object,
        data: Object.fromEntries(changed) as Record<string, string>,
      });
    },
  };
}
