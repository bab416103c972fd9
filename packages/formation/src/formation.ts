import {
  type Clock,
  type Duration,
  type Look,
  type Random,
  toMs,
  waitFacts,
  waitUntil,
  within,
} from '@ssc/clock';
import {
  type CoreClient,
  createCoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  waitUntilSynced,
} from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { type Problem, present, SscError } from '@ssc/errors';
import {
  corePorts,
  networkSelector,
  podName,
  renderSelector,
  setObjectName,
  toAnchor,
  toRunObjects,
  toScalePatch,
} from '@ssc/kube-specs';
import type { Dispatcher } from 'undici';
import { Accounts } from './accounts.ts';
import type { CoreSet } from './core-set.ts';
import { CoreSetHandle } from './core-set-handle.ts';
import { defaultBurnSeconds, Fuse } from './fuse.ts';
import { GuardedDispatcher } from './guarded-dispatcher.ts';
import { Hold } from './hold.ts';
import { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
import { type NetworkRequest, planNetwork } from './plan-network.ts';
import { PodWatch } from './pod-watch.ts';
import { Recorder } from './recorder.ts';

/** What a formation is made from. */
export interface FormationOptions extends NetworkRequest {
  readonly kube: KubeApi;
  /** Carries requests to the nodes' admin ports. */
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: Random;
  /** Who started the run. @example "ada@build-7" */
  readonly who: string;
  /** The version of ssc. */
  readonly version: string;
  /** Ends whatever is waited for. */
  readonly signal: AbortSignal;
  /** How long a pod may take to become ready while nothing is wrong with it. @default "10m" */
  readonly bringUpWithin?: Duration;
  /** How long the network stays after `release`. @default "24h" */
  readonly keepFor?: Duration;
  /** Values that no file of the run may hold. */
  readonly secrets?: readonly string[];
  /** A node's database as bytes, where it can be read from here; undefined when it has none. */
  readonly database?: (node: string) => Promise<Uint8Array | undefined>;
  /** Tells what is going on, a sentence at a time. */
  readonly note: (text: string) => void;
}

/** The pods of a network did not become ready in time. */
export interface BringUpProblem extends Problem {
  readonly code: 'SSC_POD_NOT_READY';
  readonly nodes: readonly string[];
}

/** Writes a file of what a run leaves behind. */
export type Save = (path: string, content: string | Uint8Array) => Promise<void>;

/** Which checks are made when a mission has ended. All by default. */
export interface FinalChecks {
  readonly agreement?: boolean;
  readonly errorMetrics?: boolean;
  readonly synced?: boolean;
}

/** How one of the final checks ended. `unknown`: it could not be made. */
export interface CheckReport {
  readonly name: string;
  readonly outcome: 'held' | 'failed' | 'skipped' | 'unknown';
  readonly seconds?: number;
}

/** A network on Kubernetes, from its first object to its last. */
export interface Formation {
  readonly sets: Readonly<Record<string, CoreSet>>;
  /** Creates everything and waits until every node's admin port answers. */
  bringUp(): Promise<void>;
  /** What must be true after any mission. Tells of each check as it ends; the first that does not hold ends it. */
  checkAtEnd(checks: FinalChecks, tell?: (report: CheckReport) => void): Promise<void>;
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
  /** What the nodes that answered were. */
  nodeKind(): 'real' | 'simulated' | 'mixed' | 'none';
  apiCalls(): Readonly<Record<string, number>>;
}

/** Plans a network and makes its formation. Nothing is created before `bringUp`. */
export function createFormation(options: FormationOptions): Formation {
  return new KubeFormation(options);
}

// Three times what one reply may take: a reply that is lost on the way through the API server says nothing about a node.
const readWithin: Duration = '90s';

class KubeFormation implements Formation {
  readonly sets: Readonly<Record<string, CoreSetHandle>>;
  readonly #options: FormationOptions;
  readonly #network: ReturnType<typeof planNetwork>;
  readonly #clients: readonly CoreClient[];
  readonly #pods: PodWatch;
  /** This driver, in words that no other driver has. */
  readonly #driver: string;
  /** Aborted with the run's own signal, and when this driver holds the run no longer. */
  readonly #ending = new AbortController();
  readonly #journal: string[] = [];
  readonly #created: { readonly asked: KubeObject; readonly made: KubeObject }[] = [];
  #recorder: Recorder | undefined;
  #fuse: Fuse | undefined;
  #hold: Hold | undefined;
  #removing: Promise<void> | undefined;
  #lighting: Promise<Fuse> | undefined;

  constructor(options: FormationOptions) {
    const { kube, clock, namespace, run } = options;
    const { signal } = this.#ending;
    this.#options = options;
    this.#driver = `${options.who} ${Buffer.from(options.random.fork('driver').bytes(4)).toString('hex')}`;
    const interrupt = () => this.#ending.abort(options.signal.reason);
    if (options.signal.aborted) interrupt();
    options.signal.addEventListener('abort', interrupt, { once: true });
    const dispatcher = new GuardedDispatcher(options.dispatcher, () => this.#hold?.refusal);
    this.#network = planNetwork(options);
    const { nodes, passphrase } = this.#network;
    const podNames = new Map(
      nodes.map((node) => [node.name, podName({ run, set: node.set, ordinal: node.ordinal })]),
    );
    this.#clients = nodes.map((node) =>
      createCoreClient({
        node: node.name,
        dispatcher,
        baseUrl: kube.proxyUrl(namespace, podNames.get(node.name) ?? '', corePorts.http),
        clock,
        random: options.random,
        readWithin,
      }),
    );
    this.#pods = new PodWatch({
      kube,
      clock,
      namespace,
      labelSelector: renderSelector(networkSelector(run)),
      pods: podNames,
      sets: new Map(nodes.map((node) => [node.name, setObjectName({ run, set: node.set })])),
    });
    this.#pods.expectNone(
      nodes.filter((node) => options.sets[node.set]?.startsLater === true).map((node) => node.name),
    );
    const accounts = new Accounts({
      clock,
      passphrase,
      node: present(this.#clients[0], 'a network has a node'),
      signal,
      checkPods: () => this.#pods.check(),
    });
    const clientsOf = (set: string) => this.#clients.filter((_, i) => nodes[i]?.set === set);
    this.sets = Object.fromEntries(
      Object.keys(options.sets).map((name) => [
        name,
        new CoreSetHandle({
          name,
          clients: clientsOf(name),
          clock,
          pods: this.#pods,
          accounts,
          signal,
          startsLater: options.sets[name]?.startsLater === true,
          start: (nodes) => this.#start(name, nodes),
          scale: (running) => this.#scale(name, running),
        }),
      ]),
    );
  }

  async bringUp(): Promise<void> {
    const { kube, clock, run, namespace, mission } = this.#options;
    const { signal } = this.#ending;
    const driver = this.#driver;
    signal.throwIfAborted();
    // Remembered before it is there: an interruption while it is being created must still find it.
    this.#lighting = Fuse.light({ kube, clock, run, mission, namespace, driver });
    this.#fuse = await this.#lighting;
    const anchor = await this.#create(
      toAnchor(
        {
          run,
          namespace,
          content: {
            mission,
            who: this.#options.who,
            startedAt: new Date(clock.now()).toISOString(),
            version: this.#options.version,
            holder: driver,
            journal: '',
          },
        },
        this.#fuse.uid,
      ),
    );
    // Interrupted meanwhile: the run is being removed, and needs no hold.
    signal.throwIfAborted();
    this.#hold = new Hold({
      kube,
      clock,
      run,
      namespace,
      driver,
      anchor,
      fuse: this.#fuse,
      onEnd: (reason) => this.#ending.abort(reason),
    });
    const { all, statefulSets } = toRunObjects(
      this.#network.plan,
      present(anchor.metadata?.uid, 'a created ConfigMap has a uid'),
    );
    // Pods wait long for what they mount when it was not there the first time.
    const before = all.filter((object) => object.kind !== 'StatefulSet');
    await Promise.all(before.map((object) => this.#create(object)));
    await Promise.all(statefulSets.map((object) => this.#create(object)));
    this.#options.note(`created ${this.#created.length + 1} objects in namespace ${namespace}`);
    await this.#pods.ready;
    const running = this.#runningClients();
    await this.#waitUntilReady(running.map((client) => client.node));
    await Promise.all([
      ...running.map((client) => client.info({ signal })),
      // The fuse as it is now that the control plane has started it: so it can be deleted by one call.
      this.#hold.beat(),
    ]);
    this.#options.note(
      `${running.length} nodes answer${this.nodeKind() === 'real' ? '' : `, ${this.nodeKind()}`}`,
    );
  }

  async #scale(set: string, running: number): Promise<void> {
    const { kube, namespace, run } = this.#options;
    this.#refuseUnheld();
    await kube.patch(
      { kind: kinds.statefulSet, namespace, name: setObjectName({ run, set }) },
      toScalePatch(running),
    );
  }

  async #start(set: string, nodes: readonly string[]): Promise<void> {
    const { signal } = this.#ending;
    this.#pods.expectSome(nodes);
    await this.#scale(set, nodes.length);
    await this.#waitUntilReady(nodes);
    await Promise.all(
      this.#clients
        .filter((client) => nodes.includes(client.node))
        .map((client) => client.info({ signal })),
    );
  }

  #runningClients(): readonly CoreClient[] {
    return Object.values(this.sets).flatMap((set) => set.clients);
  }

  /** Nothing is changed by a driver that may not hold the run any more. */
  #refuseUnheld(): void {
    this.#ending.signal.throwIfAborted();
    const refusal = this.#hold?.refusal;
    if (refusal !== undefined) throw refusal;
  }

  async #create<T extends KubeObject>(object: T): Promise<T> {
    this.#refuseUnheld();
    const created = await this.#options.kube.create(this.#options.namespace, object);
    this.#created.push({ asked: object, made: created });
    return created;
  }

  async #waitUntilReady(names: readonly string[]): Promise<void> {
    const { clock, bringUpWithin = '10m' } = this.#options;
    const { signal } = this.#ending;
    const pending = () => names.filter((name) => !this.#pods.isReady(name));
    await waitUntil(
      clock,
      {
        what: 'all pods to be ready',
        within: bringUpWithin,
        signal,
        ended: async (report) => {
          const missing = pending();
          return new SscError<BringUpProblem>({
            problem: { code: 'SSC_POD_NOT_READY', nodes: missing },
            verdict: 'broken',
            summary: `${missing.length} of ${names.length} pods did not become ready: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}`,
            facts: [
              ...waitFacts({ ...report, last: undefined }),
              ...(await this.#pods.diagnose(missing[0] ?? '')),
            ],
          });
        },
      },
      async (): Promise<Look<void>> => {
        await this.#pods.refresh();
        await this.#pods.check();
        const missing = pending();
        if (missing.length === 0) return { done: true, value: undefined };
        return {
          done: false,
          saw: `${missing[0]}: ${this.#pods.describe(missing[0] ?? '')}`,
          progress: names.length - missing.length,
        };
      },
    );
  }

  async checkAtEnd(
    { synced = true, agreement = true, errorMetrics = true }: FinalChecks,
    tell: (report: CheckReport) => void = () => {},
  ): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    const running = this.#runningClients();
    await this.#pods.check();
    const waiting = {
      clock,
      signal,
      check: () => this.#pods.check(),
      diagnose: (node: string) => this.#pods.diagnose(node),
    };
    const checks: readonly (readonly [string, boolean, () => Promise<unknown>])[] = [
      [
        'every node is in sync',
        synced,
        () => waitUntilSynced(running, { ...waiting, within: '1m' }),
      ],
      ['no two nodes disagree', agreement, () => expectAgreement(running, waiting)],
      ['no node counts errors', errorMetrics, () => expectNoErrorMetrics(running, { signal })],
    ];
    for (const [name, wanted, check] of checks) {
      if (!wanted) {
        tell({ name, outcome: 'skipped' });
        continue;
      }
      const startedAt = clock.now();
      const end = (outcome: CheckReport['outcome']): void =>
        tell({ name, outcome, seconds: (clock.now() - startedAt) / 1000 });
      try {
        await check();
      } catch (error) {
        end(error instanceof SscError && error.verdict === 'failed' ? 'failed' : 'unknown');
        throw error;
      }
      end('held');
    }
  }

  async journal(entry: Readonly<Record<string, unknown>>): Promise<void> {
    this.#journal.push(JSON.stringify(entry));
    await this.#hold?.write(this.#journal.map((line) => `${line}\n`).join(''));
  }

  get nodes(): readonly CoreClient[] {
    return Object.values(this.sets).flatMap((set) => set.clients);
  }

  record(files: RunFiles): void {
    this.#recorder ??= this.#createRecorder(files, true);
  }

  snapshot(phase: string): Promise<readonly SscError[]> {
    return this.#recorder?.snapshot(phase) ?? Promise.resolve([]);
  }

  dump(save: Save): Promise<readonly SscError[]> {
    this.#recorder ??= this.#createRecorder({ save, append: save }, false);
    return this.#recorder.finish();
  }

  #createRecorder(files: RunFiles, follows: boolean): Recorder {
    const { kube, clock, namespace, run, secrets = [], database } = this.#options;
    return new Recorder(
      {
        kube,
        clock,
        namespace,
        run,
        files,
        secrets,
        pods: this.#pods,
        configs: this.#network.configs,
        nodes: this.#network.nodes.map((node) => node.name),
        running: () => this.nodes,
        created: () => this.#created,
        ...(database !== undefined && { database }),
      },
      follows,
    );
  }

  remove(): Promise<void> {
    this.#removing ??= (async () => {
      this.#pods.stop();
      const stopped = this.#stopRecording();
      await this.#removeAll();
      await stopped;
    })();
    return this.#removing;
  }

  async #removeAll(): Promise<void> {
    if (this.#hold !== undefined) return this.#hold.remove();
    const fuse = this.#fuse ?? (await this.#lighting?.catch(() => this.#findFuse()));
    // Without an anchor nobody else can hold the run: the fuse is ours, however it has changed.
    while (fuse !== undefined && !(await fuse.remove())) if (!(await fuse.look())) return;
  }

  /** The fuse that this driver asked for, when it is there although no answer came. */
  #findFuse(): Promise<Fuse | undefined> {
    const { kube, clock, run, mission, namespace } = this.#options;
    const driver = this.#driver;
    return Fuse.find({ kube, clock, run, mission, namespace, driver });
  }

  /** Lets go of connections that may still be open, and writes what came over them. */
  async #stopRecording(): Promise<void> {
    const stop = this.#recorder?.stop();
    if (stop !== undefined) await within(this.#options.clock, 1000, undefined, () => stop);
  }

  async release(): Promise<void> {
    this.#pods.stop();
    await this.#stopRecording();
    if (this.#hold === undefined) return;
    const { clock, keepFor = '24h', note, run } = this.#options;
    await this.#hold.release(Math.ceil(toMs(keepFor) / 1000));
    const until = new Date(this.burnsDownAtMs() ?? clock.now()).toISOString();
    note(`kept until ${until}; ssc clean ${run} removes it sooner`);
  }

  burnsDownAtMs(): number | undefined {
    if (this.#fuse !== undefined || this.#lighting === undefined) return this.#fuse?.burnsDownAtMs;
    // Asked for, and not answered yet: it may be there.
    return this.#options.clock.now() + defaultBurnSeconds * 1000;
  }

  nodeKind(): 'real' | 'simulated' | 'mixed' | 'none' {
    const known = this.#clients
      .map((client) => client.simulated)
      .filter((simulated) => simulated !== undefined);
    if (known.length === 0) return 'none';
    if (known.every(Boolean)) return 'simulated';
    return known.some(Boolean) ? 'mixed' : 'real';
  }

  apiCalls(): Readonly<Record<string, number>> {
    return this.#options.kube.calls;
  }
}
