import type { V1ConfigMap } from '@kubernetes/client-node';
import { type Clock, type Duration, type Random, within } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import type { RunFiles } from '@ssc/data-dump';
import { present, type SscError } from '@ssc/errors';
import {
  type NodeRef,
  networkPrefix,
  networkSelector,
  podName,
  renderSelector,
  setObjectName,
  tablesPort,
  toRunObjects,
  toScalePatch,
  toSetObjects,
  toTemplatePatch,
} from '@ssc/kube-specs';
import { type Access, type Carriers, createAccess } from './access/access.ts';
import { Accounts } from './accounts.ts';
import { admitNetwork } from './admit-network.ts';
import { type ArchiveReader, createArchiveReader } from './archive-reader.ts';
import type { SetChange } from './core-set.ts';
import { CoreSetHandle, type SetStart } from './core-set-handle.ts';
import { type CheckReport, checkAtEnd, type FinalChecks } from './final-checks.ts';
import { attachMissing, findSets } from './find-sets.ts';
import { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
import { createNodeClients } from './node-clients.ts';
import type { NetworkRequest, PlannedNetwork } from './plan-network.ts';
import { PodWatch } from './pod-watch.ts';
import { readPodFile } from './read-pod-file.ts';
import { type DumpTables, Recorder } from './recorder.ts';
import { replanSet, type SetReplan } from './replan-set.ts';
import type { Created, Run } from './run.ts';
import { SubAnchor } from './sub-anchor.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** What the networks of a run are made with alike. */
export interface NetworkTools extends Carriers {
  readonly run: Run;
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a pod may take to become ready while nothing is wrong with it. @default "10m" */
  readonly bringUpWithin?: Duration;
  /** Values that no file of the run may hold. */
  readonly secrets?: readonly string[];
  /** Saves the tables of nodes that have them in postgres, where that can be done. Those in files are read from the pods. */
  readonly dumpTables?: DumpTables;
  /** Tells what is going on, a sentence at a time. */
  readonly note: (text: string) => void;
}

/** One network of a run: its plan, its objects, its pods, and the handles of its core sets. */
export class Network {
  readonly sets: Readonly<Record<string, CoreSetHandle>>;
  #request: NetworkRequest;
  readonly #tools: NetworkTools;
  /** What its nodes are told apart by; undefined for the only or first network of a run. */
  readonly #name: string | undefined;
  #planned: PlannedNetwork;
  readonly #refs: ReadonlyMap<string, NodeRef>;
  readonly #access: Access;
  readonly #clients: readonly CoreClient[];
  readonly #pods: PodWatch;
  readonly #archive: ArchiveReader;
  readonly #created: Created[] = [];
  #subAnchor: SubAnchor | undefined;
  /** Owns all objects of the network; there once it was brought up. */
  #owner: string | undefined;
  #changes = 0;
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
    this.#planned = planned;
    const { nodes, passphrase } = this.#planned;
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
    this.#pods.expectNone(
      nodes
        .filter((node) => sets[node.set]?.startsLater === true)
        .map((node) => this.#labelOf(node.name)),
    );
    const accounts = new Accounts({
      clock,
      passphrase,
      node: present(this.#clients[0], 'a network has a node'),
      signal: run.signal,
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
    const { kube, note } = this.#tools;
    const { clusterSettings: settings = {} } = this.#request;
    const plan = await admitNetwork(this.#planned.plan, { kube, settings, note });
    this.#planned = { ...this.#planned, plan };
  }

  /** Creates everything and waits until every node's admin port answers. */
  async bringUp(): Promise<void> {
    const { run, clock, note, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    this.#owner = await this.#ownerUid();
    const { all, statefulSets } = toRunObjects(this.#planned.plan, this.#owner);
    // Pods wait long for what they mount when it was not there the first time.
    const before = all.filter((object) => object.kind !== 'StatefulSet');
    await Promise.all(before.map((object) => this.#create(object)));
    await Promise.all(statefulSets.map((object) => this.#create(object)));
    const more = this.#name === undefined ? run.created.length : 0;
    note(
      `created ${this.#created.length + more} objects in namespace ${this.#request.namespace}${this.#name === undefined ? '' : ` for network ${this.#name}`}`,
    );
    await this.#pods.ready;
    const { running } = this;
    const nodes = running.map((client) => client.node);
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal });
    await this.#reach(running);
  }

  /**
   * Finds everything that a driver before this one brought up, as that driver left it. `mayBeGone`: the driver may have begun
   * to remove it; then what is gone is not missed.
   */
  async rejoin({ mayBeGone }: { readonly mayBeGone: boolean }): Promise<void> {
    const { run, clock, kube, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    if (this.#name !== undefined) {
      const { metadata } = this.#askedSubAnchor();
      const { namespace } = this.#request;
      const ref = { kind: kinds.configMap, namespace, name: metadata?.name ?? '' };
      const there = await kube.read<V1ConfigMap>(ref);
      if (there === undefined && mayBeGone) return;
      if (there === undefined) throw attachMissing(run.name, `network ${this.#name}`);
      this.#keepSubAnchor(there);
    }
    this.#owner = await this.#ownerUid();
    const { statefulSets, all } = toRunObjects(this.#planned.plan, this.#owner);
    this.#created.push(...all.map((asked) => ({ asked, made: asked })));
    const counts = await findSets(kube, run.name, statefulSets);
    for (const [i, set] of Object.values(this.sets).entries()) set.resume(counts[i] ?? 0);
    const { running } = this;
    const nodes = running.map((client) => client.node);
    this.#pods.expectSome(nodes);
    this.#pods.expectNone(
      this.#clients.map(({ node }) => node).filter((node) => !nodes.includes(node)),
    );
    await this.#pods.ready;
    this.#pods.refuseYounger(nodes, run.lastHeardAtMs);
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal });
    await this.#reach(running);
  }

  /** Checks what must be true of it after any mission. */
  async checkAtEnd(checks: FinalChecks, tell: (report: CheckReport) => void): Promise<void> {
    const { run, clock } = this.#tools;
    const { running } = this;
    await checkAtEnd({ running, pods: this.#pods, clock, signal: run.signal }, checks, tell);
  }

  /** From now on writes all logs while they grow. */
  record(files: RunFiles): void {
    this.#recorder ??= this.#createRecorder(files, true);
  }

  /** Saves what each running node knows. */
  snapshot(phase: string): Promise<readonly SscError[]> {
    return this.#recorder?.snapshot(phase) ?? Promise.resolve([]);
  }

  /** Saves what the network leaves behind. */
  dump(files: RunFiles): Promise<readonly SscError[]> {
    this.#recorder ??= this.#createRecorder(files, false);
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
      await this.#subAnchor?.remove();
      await this.#pods.stopped(nodes, run.signal);
    } finally {
      await this.stop();
    }
  }

  /** What owns its objects: the run's anchor, or for a further network one of its own. */
  async #ownerUid(): Promise<string> {
    const { run } = this.#tools;
    if (this.#name === undefined) return run.anchorUid;
    this.#subAnchor ??= this.#keepSubAnchor(await run.create(this.#askedSubAnchor()));
    return this.#subAnchor.uid;
  }

  #askedSubAnchor(): V1ConfigMap {
    const { network } = this.#request;
    return this.#tools.run.subAnchorOf(present(network, 'a further network has a number'));
  }

  #keepSubAnchor(made: V1ConfigMap): SubAnchor {
    this.#created.push({ asked: made, made });
    this.#subAnchor = new SubAnchor(this.#tools.kube, made);
    return this.#subAnchor;
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
    const { nodes } = this.#planned;
    return new CoreSetHandle({
      name: this.#labelOf(set),
      clients: this.#clients.filter((_, i) => nodes[i]?.set === set),
      clock,
      pods: this.#pods,
      accounts,
      signal: run.signal,
      startsLater: this.#request.sets[set]?.startsLater === true,
      checkpointFrequency: this.#request.sets[set]?.accelerate === false ? 64 : 8,
      archive: this.#archive,
      start: (labels, how) => this.#start(set, labels, how),
      change: (labels, change) => this.#change(set, labels, change),
      scale: (running) => this.#scale(set, running),
    });
  }

  async #scale(set: string, running: number): Promise<void> {
    const { run, kube } = this.#tools;
    run.refuseUnheld();
    const { namespace } = this.#request;
    await kube.patch(
      { kind: kinds.statefulSet, namespace, name: setObjectName(this.#ref(set)) },
      toScalePatch(running),
    );
  }

  /** Starts a set that does not run: as it was planned when nothing else is said, else with what it is to go on with. */
  async #start(set: string, nodes: readonly string[], how: SetStart): Promise<void> {
    if (how.data === undefined && how.from === undefined) {
      this.#pods.expectSome(nodes);
      await this.#scale(set, nodes.length);
    } else await this.#replace(set, how, () => this.#pods.expectSome(nodes));
    await this.#untilAnswering(nodes);
  }

  /** Gives a set other pods: all at once, or one after the other. */
  async #change(
    set: string,
    nodes: readonly string[],
    { rolling = false, ...change }: SetChange,
  ): Promise<void> {
    // Refused before anything is stopped, where it cannot be.
    replanSet({ request: this.#request, planned: this.#planned }, set, change);
    if (rolling) await this.#replace(set, change, () => this.#pods.expectOthers(nodes));
    else {
      const gone = this.#pods.stopped(nodes, this.#tools.run.signal);
      await Promise.all([this.#scale(set, 0), gone]);
      await this.#replace(set, change, () => this.#pods.expectSome(nodes));
    }
    await this.#untilAnswering(nodes);
  }

  /** Replaces what the pods of a set are made from, with as many of them as it has nodes. */
  async #replace(set: string, change: SetReplan, expect: () => void): Promise<void> {
    const { run, kube } = this.#tools;
    const next = replanSet({ request: this.#request, planned: this.#planned }, set, change);
    const owner = present(this.#owner, 'a network that changes was brought up');
    const { configMaps, statefulSet } = toSetObjects(next.planned.plan, next.set, owner);
    // Named by what is in them: one that is there is the right one.
    const there = new Set(this.#created.map(({ made }) => made.metadata?.name));
    await Promise.all(
      configMaps
        .filter(({ metadata }) => !there.has(metadata?.name))
        .map((object) => this.#create(object)),
    );
    run.refuseUnheld();
    expect();
    this.#changes += 1;
    const { namespace } = this.#request;
    await kube.patch(
      { kind: kinds.statefulSet, namespace, name: setObjectName(this.#ref(set)) },
      toTemplatePatch(statefulSet, this.#changes),
    );
    this.#request = next.request;
    this.#planned = next.planned;
  }

  async #untilAnswering(nodes: readonly string[]): Promise<void> {
    const { run, clock, bringUpWithin = '10m' } = this.#tools;
    const { signal } = run;
    await waitUntilReady(nodes, { clock, pods: this.#pods, within: bringUpWithin, signal });
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
      routes: this.#created
        .map(({ made }) => made)
        .filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute'),
      check: () => this.#pods.check(),
    });
    await Promise.all(clients.map((client) => client.info({ signal })));
  }

  async #create(asked: KubeObject): Promise<void> {
    const made = await this.#tools.run.create(asked);
    this.#created.push({ asked, made });
  }

  /** From where the pod's archive is served, which has its data folder at hand. */
  #dataFile(node: string, name: string): Promise<Uint8Array | undefined> {
    const { kube, dispatcher } = this.#tools;
    const pod = this.#pods.podOf(node)?.metadata?.name ?? '';
    const url = kube.proxyUrl(this.#request.namespace, pod, tablesPort);
    return readPodFile(dispatcher, `${url}/${name}`);
  }

  #createRecorder(files: RunFiles, follows: boolean): Recorder {
    const { kube, clock, run, secrets = [], dumpTables } = this.#tools;
    const { namespace, clusterSettings } = this.#request;
    const password = clusterSettings?.postgres?.password;
    return new Recorder(
      {
        kube,
        clock,
        namespace,
        run: networkPrefix(this.#request.run, this.#request.network),
        files: this.#name === undefined ? files : filesOf(this.#name, files),
        secrets: password === undefined ? secrets : [...secrets, password],
        pods: this.#pods,
        configs: () =>
          new Map(
            [...this.#planned.configs].map(([node, config]) => [this.#labelOf(node), config]),
          ),
        nodes: this.#clients.map(({ node }) => node),
        running: () => this.running,
        created: () => [...(this.#name === undefined ? run.created : []), ...this.#created],
        dataFile: (node, name) => this.#dataFile(node, name),
        ...(dumpTables !== undefined && { dumpTables }),
      },
      follows,
    );
  }
}

/** The files of a network in a folder of theirs, where its nodes need not be called by its name. */
function filesOf(network: string, files: RunFiles): RunFiles {
  const pathOf = (path: string): string =>
    `networks/${network}/${path.replace(`/${network}/`, '/')}`;
  return {
    save: (path, content) => files.save(pathOf(path), content),
    append: (path, content) => files.append(pathOf(path), content),
  };
}
