import type { Placement } from '@ssc/core-cfg';
import type { CoreClient } from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { type SscError, usageError } from '@ssc/errors';
import type { CoreSet } from './core-set/core-set.ts';
import { type JobRequest, runJob } from './jobs/run-job.ts';
import type { JobResult } from './jobs/running-job.ts';
import type { CheckReport, FinalChecks } from './network/final-checks.ts';
import { Network } from './network/network.ts';
import type { NetworkTools } from './network/network-tools.ts';
import type { NodeTopology } from './network/topology.ts';
import { withDatabase } from './plan/cluster-settings.ts';
import type { CoreSetSpec } from './plan/core-set-spec.ts';
import { type NetworkRequest, planHash, planNetwork } from './plan/plan-network.ts';
import { Run, type RunOptions } from './run/run.ts';

/** What a formation is made from. */
export interface FormationOptions
  extends Omit<NetworkRequest, 'network'>,
    RunOptions,
    Omit<NetworkTools, 'run'> {
  /** The sets of the first network; none when all networks are added later. */
  readonly sets: NetworkRequest['sets'];
  /** Where the nodes of a further network are. @default their pods */
  readonly place?: (network: FurtherPlace) => Promise<Placement>;
}

/** A further network that is to have a place. */
export interface FurtherPlace {
  readonly mission: string;
  /** Which one of the run, from 1. */
  readonly network: number;
  readonly sets: NetworkRequest['sets'];
}

/** Writes a file of what a run leaves behind. */
export type Save = (path: string, content: string | Uint8Array) => Promise<void>;

/** A network on Kubernetes, from its first object to its last, and further networks of the same run. */
export interface Formation {
  /** The run's name. */
  readonly run: string;
  readonly sets: Readonly<Record<string, CoreSet>>;
  /**
   * Lights the run's fuse, so that its name is its own: see claimFormation. False when another run has the name. What else
   * goes wrong is told by `bringUp`, which claims by itself what was not claimed.
   */
  claim(): Promise<boolean>;
  /** Creates everything and waits until every node's admin port answers. */
  bringUp(): Promise<void>;
  /** In place of `bringUp`: finds what a driver before this one brought up. */
  rejoin(): Promise<void>;
  /** Plans a further network of the run, beside the others. Nothing of it is created before its `bringUp`. */
  addNetwork(name: string, sets: Readonly<Record<string, CoreSetSpec>>): Promise<FurtherNetwork>;
  /** Runs a program of stellar-core's image to its end, beside the networks of the run; needs `bringUp`. */
  runJob(job: JobRequest): Promise<JobResult>;
  /** What must be true after any mission. Tells of each check as it ends; the first that does not hold ends it. */
  checkAtEnd(checks: FinalChecks, tell?: (report: CheckReport) => void): Promise<void>;
  /** What drivers before this one wrote into the run's anchor. */
  readonly journaled: readonly Readonly<Record<string, unknown>>[];
  /** Writes a finished step into the run's anchor. */
  journal(entry: Readonly<Record<string, unknown>>): Promise<void>;
  /** The clients of the nodes that run. */
  readonly nodes: readonly CoreClient[];
  /** From now on writes all logs while they grow. Without it, `dump` reads what there is of them at the end. */
  record(files: RunFiles): void;
  /** Saves what each running node knows, at the end of a phase; gives what could not be saved. Needs `record`. */
  snapshot(phase: string): Promise<readonly SscError[]>;
  /** Saves configurations, manifests, logs and the nodes' last words; gives what could not be saved. */
  dump(save: Save): Promise<readonly SscError[]>;
  /** Removes everything, unless another driver holds the run now: then it leaves everything and throws SSC_RUN_TAKEN. */
  remove(): Promise<void>;
  /** Leaves everything to itself: it stays until its fuse has burnt down, `keepFor` from now. */
  release(): Promise<void>;
  /** When the cluster removes the run if this driver does nothing more, by the driver's clock; undefined when nothing is there. */
  burnsDownAtMs(): number | undefined;
  /** Whom the nodes of the networks that are there trust, and whom they were connected to when they were asked last. */
  topology(): readonly NodeTopology[];
  /** What the nodes that answered were. */
  nodeKind(): 'real' | 'simulated' | 'mixed' | 'none';
  /** The versions that the nodes said they are, each once. */
  builds(): readonly string[];
  apiCalls(): Readonly<Record<string, number>>;
}

/** A network that a run has beside its first, for as long as it is needed. */
export interface FurtherNetwork {
  readonly sets: Readonly<Record<string, CoreSet>>;
  /** Creates everything of it and waits until every node's admin port answers. */
  bringUp(): Promise<void>;
  /** In place of `bringUp`: finds what a driver before this one brought up, and what there is of it when it may have begun to remove it. */
  rejoin(how: { readonly mayBeGone: boolean }): Promise<void>;
  /** What must be true of it after any mission. */
  checkAtEnd(checks: FinalChecks, tell?: (report: CheckReport) => void): Promise<void>;
  /** Saves what it leaves behind, below `networks/<name>/`; gives what could not be saved. */
  dump(save: Save): Promise<readonly SscError[]>;
  /** Removes it, and nothing else of the run, by one delete; returns when its pods are gone. */
  remove(): Promise<void>;
}

/** Plans a network and makes its formation. Nothing is created before `bringUp`. */
export function createFormation(options: FormationOptions): Formation {
  return new KubeFormation(options);
}

class KubeFormation implements Formation {
  readonly sets: Readonly<Record<string, CoreSet>>;
  readonly #options: FormationOptions;
  readonly #run: Run;
  readonly #first: Network | undefined;
  /** Those that are there, the first first. */
  readonly #networks: Set<Network>;
  /** The clients of all nodes that there ever were. */
  readonly #clients: CoreClient[];
  /** What the stellar-core of jobs was: simulated, or not. */
  readonly #jobKinds = new Set<boolean>();
  #further = 0;
  #files: RunFiles | undefined;
  #admitting: Promise<void> | undefined;
  #removing: Promise<void> | undefined;

  constructor(options: FormationOptions) {
    this.#options = options;
    const isEmpty = Object.keys(options.sets).length === 0;
    const planned = isEmpty ? undefined : planNetwork(options);
    this.#run = new Run(options, planned && planHash(planned.plan));
    const tools = { ...options, run: this.#run };
    this.#first = planned && new Network(options, planned, tools);
    this.#networks = new Set(this.#first === undefined ? [] : [this.#first]);
    this.#clients = [...(this.#first?.clients ?? [])];
    this.sets = this.#first?.sets ?? {};
  }

  get run(): string {
    return this.#options.run;
  }

  async claim(): Promise<boolean> {
    // What is refused before anything is created is told by bringUp.
    return this.#admit().then(
      () => this.#run.claim(),
      () => true,
    );
  }

  async bringUp(): Promise<void> {
    await this.#admit();
    await this.#run.begin();
    await this.#first?.bringUp();
    await this.#run.beat();
    this.#tellNodes(this.#first);
  }

  async rejoin(): Promise<void> {
    await this.#first?.rejoin({ mayBeGone: false });
    this.#tellNodes(this.#first);
  }

  async addNetwork(
    name: string,
    sets: Readonly<Record<string, CoreSetSpec>>,
  ): Promise<FurtherNetwork> {
    this.#further += 1;
    const { placement: _, place, mission, ...request } = this.#options;
    const where = {
      network: this.#further,
      sets: withDatabase(sets, request.clusterSettings ?? {}),
    };
    const placement = await place?.({ ...where, mission });
    const asked = { ...request, mission, ...where, ...(placement !== undefined && { placement }) };
    const tools = { ...this.#options, run: this.#run };
    const network = new Network(asked, planNetwork(asked), tools, name);
    const begin = async (work: () => Promise<void>): Promise<void> => {
      this.#networks.add(network);
      this.#clients.push(...network.clients);
      if (this.#files !== undefined) network.record(this.#files);
      await work();
      this.#tellNodes(network);
    };
    return {
      sets: network.sets,
      bringUp: () =>
        begin(async () => {
          await network.admit();
          await network.bringUp();
        }),
      rejoin: (how) => begin(() => network.rejoin(how)),
      checkAtEnd: (checks, tell = () => {}) => network.checkAtEnd(checks, tell),
      dump: (save) => network.dump({ save, append: save }),
      remove: async () => {
        this.#networks.delete(network);
        await network.remove();
      },
    };
  }

  async runJob(job: JobRequest): Promise<JobResult> {
    const { kube, clock, note, secrets = [], placement, place } = this.#options;
    if (placement !== undefined || place !== undefined) throw jobWithoutPod(job.name);
    return runJob(job, this.#options, {
      run: this.#run,
      kube,
      clock,
      note,
      secrets,
      files: this.#files,
      onKind: (simulated) => this.#jobKinds.add(simulated),
    });
  }

  async checkAtEnd(
    checks: FinalChecks,
    tell: (report: CheckReport) => void = () => {},
  ): Promise<void> {
    for (const network of this.#networks) await network.checkAtEnd(checks, tell);
  }

  get journaled(): readonly Readonly<Record<string, unknown>>[] {
    return this.#run.journaled;
  }

  async journal(entry: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#run.journal({ ...entry, nodes: this.nodeKind(), builds: this.builds() });
  }

  get nodes(): readonly CoreClient[] {
    return [...this.#networks].flatMap((network) => network.running);
  }

  record(files: RunFiles): void {
    this.#files = files;
    for (const network of this.#networks) network.record(files);
  }

  async snapshot(phase: string): Promise<readonly SscError[]> {
    const all = await Promise.all([...this.#networks].map((network) => network.snapshot(phase)));
    return all.flat();
  }

  async dump(save: Save): Promise<readonly SscError[]> {
    const files = { save, append: save };
    const all = await Promise.all([...this.#networks].map((network) => network.dump(files)));
    return all.flat();
  }

  remove(): Promise<void> {
    this.#removing ??= (async () => {
      const stopped = this.#stop();
      await this.#run.remove();
      await stopped;
    })();
    return this.#removing;
  }

  async release(): Promise<void> {
    await this.#stop();
    await this.#run.release();
  }

  burnsDownAtMs(): number | undefined {
    return this.#run.burnsDownAtMs();
  }

  topology(): readonly NodeTopology[] {
    return [...this.#networks].flatMap((network) => network.topology());
  }

  nodeKind(): 'real' | 'simulated' | 'mixed' | 'none' {
    const answers = [...this.#clients.map(({ simulated }) => simulated), ...this.#jobKinds];
    const seen = answers.flatMap((simulated) =>
      simulated === undefined ? [] : [simulated ? 'simulated' : 'real'],
    );
    // Nodes that only a driver before this one has seen count as well.
    const before = this.journaled.map(({ nodes }) => nodes).filter((kind) => kind !== 'none');
    const kinds = new Set([...seen, ...before]);
    if (kinds.size === 0) return 'none';
    if (kinds.has('mixed') || kinds.size > 1) return 'mixed';
    return kinds.has('real') ? 'real' : 'simulated';
  }

  builds(): readonly string[] {
    const seen = this.#clients.flatMap(({ builds }) => builds);
    const before = this.journaled.flatMap(({ builds }) => (Array.isArray(builds) ? builds : []));
    return [...new Set([...before.map(String), ...seen])].sort();
  }

  apiCalls(): Readonly<Record<string, number>> {
    return this.#options.kube.calls;
  }

  /** Once: between claim and bringUp nothing becomes of it. What a driver before this one began has room already. */
  #admit(): Promise<void> {
    const needsRoom = this.#options.taken === undefined ? this.#first : undefined;
    this.#admitting ??= needsRoom?.admit() ?? Promise.resolve();
    return this.#admitting;
  }

  #tellNodes(network: Network | undefined): void {
    if (network === undefined || network.running.length === 0) return;
    const kind = this.nodeKind();
    const { length } = network.running;
    const nodes = length === 1 ? '1 node answers' : `${length} nodes answer`;
    this.#options.note(`${nodes}${kind === 'real' ? '' : `, ${kind}`}`);
  }

  async #stop(): Promise<void> {
    await Promise.all([...this.#networks].map((network) => network.stop()));
  }
}

/** Its files are where a pod has them: `/cfg` and `/data` in what the mission wrote would be those of this machine. */
const jobWithoutPod = (name: string): SscError =>
  usageError(
    'SSC_JOB_UNAVAILABLE',
    `job "${name}" cannot be run here: jobs run in pods of a cluster only`,
    { hint: 'Take --provider kubernetes, or rehearse the mission with simulated nodes.' },
  );
