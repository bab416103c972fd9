import { within } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { present, type SscError } from '@ssc/errors';
import {
  type NodeRef,
  networkSelector,
  podName,
  renderSelector,
  setObjectName,
  toRunObjects,
} from '@ssc/kube-specs';
import { type Access, createAccess } from './access/access.ts';
import { Accounts } from './accounts.ts';
import { type ArchiveReader, createArchiveReader } from './archive-reader.ts';
import { ChangingSets } from './changing-sets.ts';
import { copyState } from './copy-state.ts';
import { CoreSetHandle } from './core-set-handle.ts';
import { type CheckReport, checkAtEnd, type FinalChecks } from './final-checks.ts';
import { NetworkObjects } from './network-objects.ts';
import type { NetworkTools } from './network-tools.ts';
import { createNodeClients } from './node-clients.ts';
import type { NetworkRequest, PlannedNetwork } from './plan-network.ts';
import { PodWatch } from './pod-watch.ts';
import { recordNetwork } from './record-network.ts';
import type { Recorder } from './recorder.ts';
import { describeTopology, type NodeTopology } from './topology.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** One network of a run: its plan, its objects, its pods, and the handles of its core sets. */
export class Network {
  readonly sets: Readonly<Record<string, CoreSetHandle>>;
  readonly #request: NetworkRequest;
  readonly #tools: NetworkTools;
  /** What its nodes are told apart by; undefined for the only or first network of a run. */
  readonly #name: string | undefined;
  readonly #refs: ReadonlyMap<string, NodeRef>;
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
    const { namespace, sets } = request;
    const { kube, clock, run } = tools;
    this.#request = request;
    this.#tools = tools;
    this.#name = name;
    const { nodes, passphrase } = planned;
    this.#refs = new Map(
      nodes.map(({ name: node, set, ordinal }) => [
        this.#labelOf(node),
        { ...this.#ref(set), ordinal },
      ]),
    );
    this.#access = createAccess({
      ...tools,
      mode: request.access ?? { kind: 'proxy' },
      namespace,
    });
    this.#clients = createNodeClients(this.#refs, {
      ...tools,
      access: this.#access,
      refusal: () => run.refusal,
    });
    this.#archive = createArchiveReader(this.#refs, {
      clock,
      access: this.#access,
      refusal: () => run.refusal,
    });
    this.#pods = new PodWatch({
      kube,
      clock,
      namespace,
      labelSelector: renderSelector(networkSelector(request.run, request.network)),
      pods: new Map([...this.#refs].map(([node, ref]) => [node, podName(ref)])),
      sets: new Map(
        nodes.map((node) => [this.#labelOf(node.name), setObjectName(this.#ref(node.set))]),
      ),
    });
    const { network = 0 } = request;
    const further = name === undefined ? undefined : { name, number: network };
    this.#objects = new NetworkObjects({ run, kube, namespace, further });
    this.#changing = new ChangingSets(request, planned, {
      ...{ run, kube, pods: this.#pods, objects: this.#objects },
    });
    this.#pods.expectNone(
      nodes
        .filter((node) => sets[node.set]?.startsLater === true)
        .map((node) => this.#labelOf(node.name)),
    );
    const accounts = new Accounts({
      clock,
      passphrase,
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
    const { run, clock, note, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    const { all, statefulSets } = toRunObjects(
      this.#changing.planned.plan,
      await this.#objects.begin(),
    );
    // Pods wait long for what they mount when it was not there the first time.
    const before = all.filter((object) => object.kind !== 'StatefulSet');
    await Promise.all(before.map((object) => this.#objects.create(object)));
    await Promise.all(statefulSets.map((object) => this.#objects.create(object)));
    const more = this.#name === undefined ? run.created.length : 0;
    note(
      `created ${this.#objects.created.length + more} objects in namespace ${this.#request.namespace}${this.#name === undefined ? '' : ` for network ${this.#name}`}`,
    );
    await this.#pods.ready;
    const { running } = this;
    const nodes = running.map((client) => client.node);
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal, note });
    await this.#reach(running);
  }

  /**
   * Finds everything that a driver before this one brought up, as that driver left it. `mayBeGone`: the driver may have begun
   * to remove it; then what is gone is not missed.
   */
  async rejoin(how: { readonly mayBeGone: boolean }): Promise<void> {
    const { run, clock, note, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
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
    this.#pods.refuseYounger(nodes, run.drivenUntilMs);
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal, note });
    await this.#reach(running);
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
      (node) => this.#labelOf(node),
    );
  }

  /** From now on writes all logs while they grow. */
  record(files: RunFiles): void {
    this.#recorder ??= this.#recorderOf(files, true);
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

  #labelOf(node: string): string {
    return this.#name === undefined ? node : `${this.#name}/${node}`;
  }

  #ref(set: string): Parameters<typeof setObjectName>[0] {
    const { run, network = 0 } = this.#request;
    return { run, network, set };
  }

  #createHandle(set: string, accounts: Accounts): CoreSetHandle {
    const { clock, run } = this.#tools;
    const { nodes } = this.#changing.planned;
    const { lookEvery } = this.#tools;
    return new CoreSetHandle({
      name: this.#labelOf(set),
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
        await this.#untilAnswering(labels);
      },
      change: async (labels, change) => {
        await this.#changing.change(set, labels, change);
        await this.#untilAnswering(labels);
      },
      scale: (running) => this.#changing.scale(set, running),
      saveState: (node) =>
        copyState(
          present(this.#refs.get(node), 'a node of the network has a place in it'),
          this.#tools,
        ),
    });
  }

  async #untilAnswering(nodes: readonly string[]): Promise<void> {
    const { run, clock, note, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal, note });
    await this.#reach(this.#clients.filter((client) => nodes.includes(client.node)));
  }

  /** Waits until nodes whose pods are ready can be asked from here, and asks each what it is. */
  async #reach(clients: readonly CoreClient[]): Promise<void> {
    const { run, clock, note, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    await this.#access.open({
      clock,
      note,
      signal,
      within: bringUpWithin,
      networkSize: this.#clients.length,
      nodes: clients.map((client) => ({
        client,
        ref: present(this.#refs.get(client.node), 'each client is one of a node'),
      })),
      routes: this.#objects.created
        .map(({ made }) => made)
        .filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute'),
      check: () => this.#pods.check(),
    });
    await Promise.all(clients.map((client) => client.info({ signal })));
  }

  #recorderOf(files: RunFiles, follows: boolean): Recorder {
    return recordNetwork(
      {
        request: this.#request,
        tools: this.#tools,
        name: this.#name,
        labelOf: (node) => this.#labelOf(node),
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
