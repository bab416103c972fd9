import { within } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { present, type SscError } from '@ssc/errors';
import { networkSelector, renderSelector, toRunObjects } from '@ssc/kube-specs';
import { type Access, createAccess } from '../access/access.ts';
import { type ArchiveReader, createArchiveReader } from '../access/archive-reader.ts';
import { createNodeClients } from '../access/node-clients.ts';
import { Accounts } from '../core-set/accounts.ts';
import { CoreSetHandle } from '../core-set/core-set-handle.ts';
import type { NetworkRequest, PlannedNetwork } from '../plan/plan-network.ts';
import { PodWatch } from '../pods/pod-watch.ts';
import type { Recorder } from '../record/recorder.ts';
import { ChangingSets } from './changing-sets.ts';
import { copyState } from './copy-state.ts';
import { type CheckReport, checkAtEnd, type FinalChecks } from './final-checks.ts';
import { NetworkNames } from './network-names.ts';
import { NetworkObjects } from './network-objects.ts';
import type { NetworkTools } from './network-tools.ts';
import { recordNetwork } from './record-network.ts';
import { describeTopology, type NodeTopology } from './topology.ts';
import { untilAnswering } from './until-answering.ts';

/** One network of a run: its plan, its objects, its pods, and the handles of its core sets. */
export class Network {
  readonly sets: Readonly<Record<string, CoreSetHandle>>;
  readonly #request: NetworkRequest;
  readonly #tools: NetworkTools;
  readonly #names: NetworkNames;
  readonly #access: Access;
  readonly #clients: readonly CoreClient[];
  readonly #pods: PodWatch;
  readonly #archive: ArchiveReader;
  readonly #objects: NetworkObjects;
  readonly #changing: ChangingSets;
  #recorder: Recorder | undefined;

  /** Nothing is created before `bringUp`. */
  constructor(
    request: NetworkRequest,
    planned: PlannedNetwork,
    tools: NetworkTools,
    name?: string,
  ) {
    const { namespace, network = 0, sets } = request;
    const { kube, clock, run } = tools;
    this.#request = request;
    this.#tools = tools;
    const names = new NetworkNames(request, planned.nodes, name);
    this.#names = names;
    const mode = request.access ?? { kind: 'proxy' };
    this.#access = createAccess({ ...tools, mode, namespace });
    const reach = { access: this.#access, refusal: () => run.refusal };
    this.#clients = createNodeClients(names.refs, { ...tools, ...reach });
    this.#archive = createArchiveReader(names.refs, { clock, ...reach });
    this.#pods = new PodWatch({
      kube,
      clock,
      namespace,
      labelSelector: renderSelector(networkSelector(request.run, request.network)),
      pods: names.pods,
      sets: names.sets,
    });
    this.#pods.expectNone(
      planned.nodes
        .filter((node) => sets[node.set]?.startsLater === true)
        .map((node) => names.labelOf(node.name)),
    );
    const further = name === undefined ? undefined : { name, number: network };
    this.#objects = new NetworkObjects({ run, kube, namespace, further });
    this.#changing = new ChangingSets(request, planned, {
      ...{ run, kube, pods: this.#pods, objects: this.#objects },
    });
    const accounts = new Accounts({
      clock,
      passphrase: planned.passphrase,
      node: () => present(this.running[0], 'a set that acts has a node that runs'),
      checkPods: () => this.#pods.check(),
    });
    this.sets = Object.fromEntries(
      Object.keys(sets).map((set) => [set, this.#createHandle(set, accounts)]),
    );
  }

  /** The clients of the nodes that run. */
  get running(): readonly CoreClient[] {
    return Object.values(this.sets).flatMap((set) => set.clients);
  }

  /** The clients of all nodes, whether they run or not. */
  get clients(): readonly CoreClient[] {
    return this.#clients;
  }

  /** Compares it with the quotas of its namespace, and fits it into them where that is asked for. Nothing is created. */
  async admit(): Promise<void> {
    await this.#changing.admit(this.#tools);
  }

  /** Creates everything and waits until every node's admin port answers. */
  async bringUp(): Promise<void> {
    const { all, statefulSets } = toRunObjects(
      this.#changing.planned.plan,
      await this.#objects.begin(),
    );
    // Pods wait long for what they mount when it was not there the first time.
    const before = all.filter((object) => object.kind !== 'StatefulSet');
    await Promise.all(before.map((object) => this.#objects.create(object)));
    await Promise.all(statefulSets.map((object) => this.#objects.create(object)));
    this.#noteCreated();
    await this.#pods.ready;
    await this.#untilAnswering(this.running);
  }

  #noteCreated(): void {
    const { run, note } = this.#tools;
    const { network } = this.#names;
    const count = this.#objects.created.length + (network === undefined ? run.created.length : 0);
    const whose = network === undefined ? '' : ` for network ${network}`;
    note(`created ${count} objects in namespace ${this.#request.namespace}${whose}`);
  }

  /**
   * Finds everything that a driver before this one brought up, as that driver left it. `mayBeGone`: the driver may have begun
   * to remove it; then what is gone is not missed.
   */
  async rejoin(how: { readonly mayBeGone: boolean }): Promise<void> {
    if (!(await this.#objects.rejoin(how))) return;
    const found = await this.#changing.rejoin();
    for (const [i, set] of Object.values(this.sets).entries())
      set.resume(present(found[i], 'each set was found'));
    const { running } = this;
    const nodes = running.map((client) => client.node);
    this.#pods.expectSome(nodes);
    this.#pods.expectNone(
      this.#clients.map(({ node }) => node).filter((node) => !nodes.includes(node)),
    );
    await this.#pods.ready;
    this.#pods.refuseYounger(nodes, this.#tools.run.drivenUntilMs);
    await this.#untilAnswering(running);
  }

  /** Checks what must be true of it after any mission. */
  async checkAtEnd(checks: FinalChecks, tell: (report: CheckReport) => void): Promise<void> {
    const { run, clock } = this.#tools;
    const { running } = this;
    await checkAtEnd({ running, pods: this.#pods, clock, signal: run.signal }, checks, tell);
  }

  /** Whom its nodes trust, and whom they were connected to when they were asked last. */
  topology(): NodeTopology[] {
    return describeTopology(
      this.#changing.planned.nodes,
      (node) => this.#recorder?.peers.get(node),
      (node) => this.#names.labelOf(node),
    );
  }

  /** From now on writes all logs while they grow. */
  record(files: RunFiles): void {
    this.#recorder ??= this.#recorderOf(files, true);
    this.#pods.logsAreSaved();
  }

  /** Saves what each running node knows. */
  snapshot(phase: string): Promise<readonly SscError[]> {
    return this.#recorder?.snapshot(phase) ?? Promise.resolve([]);
  }

  /** Saves what the network leaves behind. */
  dump(files: RunFiles): Promise<readonly SscError[]> {
    this.#recorder ??= this.#recorderOf(files, false);
    return this.#recorder.finish();
  }

  /** Looks at its pods no more, lets go of connections that may still be open, and writes what came over them. */
  async stop(): Promise<void> {
    this.#pods.stop();
    const stop = this.#recorder?.stop();
    if (stop !== undefined) await within(this.#tools.clock, 1000, undefined, () => stop);
  }

  /** Removes a further network from its run by one delete, and returns when its pods are gone. */
  async remove(): Promise<void> {
    const { run } = this.#tools;
    const nodes = this.#clients.map(({ node }) => node);
    try {
      run.refuseUnheld();
      this.#pods.expectNone(nodes);
      await this.#objects.remove();
      await this.#pods.stopped(nodes, run.signal);
    } finally {
      await this.stop();
    }
  }

  #createHandle(set: string, accounts: Accounts): CoreSetHandle {
    const { clock, run } = this.#tools;
    const { nodes } = this.#changing.planned;
    const { lookEvery } = this.#tools;
    return new CoreSetHandle({
      name: this.#names.labelOf(set),
      clients: this.#clients.filter((_, i) => nodes[i]?.set === set),
      clock,
      pods: this.#pods,
      ...(lookEvery !== undefined && { lookEvery }),
      accounts,
      signal: run.signal,
      startsLater: this.#request.sets[set]?.startsLater === true,
      checkpointFrequency: this.#request.sets[set]?.accelerate === false ? 64 : 8,
      archive: this.#archive,
      running: () => this.running,
      start: async (labels, how) => {
        await this.#changing.start(set, labels, how);
        await this.#untilAnswering(this.#clientsOf(labels));
      },
      change: async (labels, change) => {
        await this.#changing.change(set, labels, change);
        await this.#untilAnswering(this.#clientsOf(labels));
      },
      scale: (running) => this.#changing.scale(set, running),
      saveState: (node) =>
        copyState(
          present(this.#names.refs.get(node), 'a node of the network has a place in it'),
          this.#tools,
        ),
    });
  }

  #untilAnswering(clients: readonly CoreClient[]): Promise<void> {
    return untilAnswering(clients, {
      tools: this.#tools,
      pods: this.#pods,
      access: this.#access,
      objects: this.#objects,
      refs: this.#names.refs,
    });
  }

  #clientsOf(nodes: readonly string[]): readonly CoreClient[] {
    return this.#clients.filter(({ node }) => nodes.includes(node));
  }

  #recorderOf(files: RunFiles, follows: boolean): Recorder {
    return recordNetwork(
      {
        request: this.#request,
        tools: this.#tools,
        name: this.#names.network,
        labelOf: (node) => this.#names.labelOf(node),
        pods: this.#pods,
        objects: this.#objects,
        changing: this.#changing,
        nodes: this.#clients.map(({ node }) => node),
        running: () => this.running,
      },
      files,
      follows,
    );
  }
}
