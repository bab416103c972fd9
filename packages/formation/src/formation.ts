import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  type Clock,
  type Duration,
  type Look,
  type Random,
  waitFacts,
  waitUntil,
} from '@ssc/clock';
import {
  type CoreClient,
  createCoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  waitUntilSynced,
} from '@ssc/core-http';
import { type Problem, present, SscError } from '@ssc/errors';
import {
  anchorName,
  containerNames,
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
import { Fuse } from './fuse.ts';
import { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
import { type NetworkRequest, planNetwork } from './plan-network.ts';
import { PodWatch } from './pod-watch.ts';

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

/** A network on Kubernetes, from its first object to its last. */
export interface Formation {
  readonly sets: Readonly<Record<string, CoreSet>>;
  /** Creates everything and waits until every node's admin port answers. */
  bringUp(): Promise<void>;
  /** What must be true after any mission. */
  checkAtEnd(checks: FinalChecks): Promise<void>;
  /** Writes a finished step into the run's anchor. */
  journal(entry: Readonly<Record<string, unknown>>): Promise<void>;
  /** Saves configurations, manifests, logs and the nodes' last words; gives what could not be saved. */
  dump(save: Save): Promise<readonly SscError[]>;
  /** Removes everything. */
  remove(): Promise<void>;
  /** Leaves everything to itself: it stays until its fuse has burnt down. */
  release(): Promise<void>;
  /** What the nodes that answered were. */
  nodeKind(): 'real' | 'simulated' | 'mixed' | 'none';
  apiCalls(): Readonly<Record<string, number>>;
}

/** Plans a network and makes its formation. Nothing is created before `bringUp`. */
export function createFormation(options: FormationOptions): Formation {
  return new KubeFormation(options);
}

class KubeFormation implements Formation {
  readonly sets: Readonly<Record<string, CoreSetHandle>>;
  readonly #options: FormationOptions;
  readonly #network: ReturnType<typeof planNetwork>;
  readonly #clients: readonly CoreClient[];
  readonly #pods: PodWatch;
  readonly #journal: string[] = [];
  readonly #created: KubeObject[] = [];
  #fuse: Fuse | undefined;
  #removing: Promise<void> | undefined;
  #lighting: Promise<Fuse> | undefined;

  constructor(options: FormationOptions) {
    const { kube, clock, namespace, run, signal } = options;
    this.#options = options;
    this.#network = planNetwork(options);
    const { nodes, passphrase } = this.#network;
    const podNames = new Map(
      nodes.map((node) => [node.name, podName({ run, set: node.set, ordinal: node.ordinal })]),
    );
    this.#clients = nodes.map((node) =>
      createCoreClient({
        node: node.name,
        dispatcher: options.dispatcher,
        baseUrl: kube.proxyUrl(namespace, podNames.get(node.name) ?? '', corePorts.http),
        clock,
        random: options.random,
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
          scale: (running) => this.#scale(name, running),
        }),
      ]),
    );
  }

  async bringUp(): Promise<void> {
    const { kube, clock, run, namespace, mission, signal } = this.#options;
    signal.throwIfAborted();
    // Remembered before it is there: an interruption while it is being created must still find it.
    this.#lighting = Fuse.light({ kube, clock, run, mission, namespace });
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
            holder: this.#options.who,
            journal: '',
          },
        },
        this.#fuse.uid,
      ),
    );
    const { configMaps, service, statefulSets } = toRunObjects(
      this.#network.plan,
      present(anchor.metadata?.uid, 'a created ConfigMap has a uid'),
    );
    await Promise.all([...configMaps, service].map((object) => this.#create(object)));
    await Promise.all(statefulSets.map((object) => this.#create(object)));
    this.#options.note(`created ${this.#created.length + 1} objects in namespace ${namespace}`);
    await this.#pods.ready;
    await this.#waitUntilReady();
    await Promise.all(this.#clients.map((client) => client.info({ signal })));
    this.#options.note(
      `${this.#clients.length} nodes answer${this.nodeKind() === 'real' ? '' : `, ${this.nodeKind()}`}`,
    );
  }

  async #scale(set: string, running: number): Promise<void> {
    const { kube, namespace, run } = this.#options;
    await kube.patch(
      { kind: kinds.statefulSet, namespace, name: setObjectName({ run, set }) },
      toScalePatch(running),
    );
  }

  async #create<T extends KubeObject>(object: T): Promise<T> {
    this.#options.signal.throwIfAborted();
    const created = await this.#options.kube.create(this.#options.namespace, object);
    this.#created.push(created);
    return created;
  }

  async #waitUntilReady(): Promise<void> {
    const { clock, signal, bringUpWithin = '10m' } = this.#options;
    const names = this.#network.nodes.map((node) => node.name);
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

  async checkAtEnd({
    synced = true,
    agreement = true,
    errorMetrics = true,
  }: FinalChecks): Promise<void> {
    const { clock, signal } = this.#options;
    const running = Object.values(this.sets).flatMap((set) => set.clients);
    await this.#pods.check();
    const waiting = {
      clock,
      signal,
      check: () => this.#pods.check(),
      diagnose: (node: string) => this.#pods.diagnose(node),
    };
    if (synced) await waitUntilSynced(running, { ...waiting, within: '1m' });
    if (agreement) await expectAgreement(running, waiting);
    if (errorMetrics) await expectNoErrorMetrics(running, { signal });
  }

  async journal(entry: Readonly<Record<string, unknown>>): Promise<void> {
    const { kube, namespace, run } = this.#options;
    this.#journal.push(JSON.stringify(entry));
    await kube.patch<V1ConfigMap>(
      { kind: kinds.configMap, namespace, name: anchorName(run) },
      { data: { journal: this.#journal.map((line) => `${line}\n`).join('') } },
    );
  }

  async dump(save: Save): Promise<readonly SscError[]> {
    const problems: SscError[] = [];
    const item = async (what: string, work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => problems.push(notSaved(what, error)));
    };
    for (const [node, config] of this.#network.configs)
      await item(`the configuration of ${node}`, () => save(`configs/${node}.cfg`, config));
    for (const object of this.#created) {
      const name = `${object.kind ?? 'object'}-${object.metadata?.name ?? ''}`.toLowerCase();
      await item(`the manifest ${name}`, () =>
        save(`manifests/${name}.json`, `${JSON.stringify(object, null, 2)}\n`),
      );
    }
    await Promise.all(
      this.#network.nodes.map((node, i) =>
        this.#dumpNode(node.name, present(this.#clients[i], 'every node has a client'), save, item),
      ),
    );
    return problems;
  }

  async #dumpNode(
    node: string,
    client: CoreClient,
    save: Save,
    item: (what: string, work: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { kube, namespace } = this.#options;
    const pod = this.#pods.podOf(node);
    if (pod?.metadata?.name === undefined) return;
    const podNameOf = pod.metadata.name;
    await item(`the pod of ${node}`, () =>
      save(`nodes/${node}/pod.json`, `${JSON.stringify(pod, null, 2)}\n`),
    );
    for (const status of [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ]) {
      const ran = status.state?.running ?? status.state?.terminated;
      const log = async (previous: boolean) =>
        save(
          `nodes/${node}/${status.name}${previous ? '.previous' : ''}.log`,
          await kube.log({ namespace, pod: podNameOf, container: status.name, previous }),
        );
      if (ran !== undefined) await item(`the log of ${status.name} in ${node}`, () => log(false));
      if (status.lastState?.terminated !== undefined)
        await item(`the previous log of ${status.name} in ${node}`, () => log(true));
    }
    if (
      pod.status?.containerStatuses?.find((status) => status.name === containerNames.core)?.state
        ?.running === undefined
    )
      return;
    const asked = { readWithin: 0, answerWithin: '5s' } as const;
    await item(`the info of ${node}`, async () =>
      save(`nodes/${node}/info.json`, toJson(await client.info(asked))),
    );
    await item(`the metrics of ${node}`, async () =>
      save(
        `nodes/${node}/metrics.json`,
        toJson(Object.fromEntries((await client.metrics(asked)).all)),
      ),
    );
  }

  remove(): Promise<void> {
    this.#removing ??= (async () => {
      this.#pods.stop();
      const fuse = this.#fuse ?? (await this.#lighting?.catch(() => undefined));
      await fuse?.remove();
    })();
    return this.#removing;
  }

  async release(): Promise<void> {
    this.#pods.stop();
    this.#fuse?.release();
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

const toJson = (value: unknown): string =>
  `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item), 2)}\n`;

const notSaved = (what: string, cause: unknown): SscError =>
  new SscError({
    problem: { code: 'SSC_NOT_SAVED' },
    verdict: 'broken',
    summary: `${what} could not be saved`,
    facts: [['Because', cause instanceof Error ? cause.message : String(cause)]],
    cause,
  });
