import { present } from '@ssc/errors';
import {
  type SetRef,
  setObjectName,
  toRunObjects,
  toScalePatch,
  toSetObjects,
  toTemplatePatch,
} from '@ssc/kube-specs';
import type { SetChange } from '../core-set/core-set.ts';
import { type KubeApi, kinds } from '../kube/api.ts';
import { type AdmitOptions, admitNetwork } from '../plan/admit-network.ts';
import type { NetworkRequest, PlannedNetwork } from '../plan/plan-network.ts';
import {
  type PlannedRequest,
  replanSet,
  type SetReplan,
  type SetStart,
  withSetState,
} from '../plan/replan-set.ts';
import { renderSetState } from '../plan/set-state.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import type { Run } from '../run/run.ts';
import { type FoundSet, findSets, refuseOther } from './find-sets.ts';
import type { NetworkObjects } from './network-objects.ts';

/** What sets are changed with. */
export interface ChangingSetsOptions {
  readonly run: Run;
  readonly kube: KubeApi;
  readonly pods: PodWatch;
  readonly objects: NetworkObjects;
}

/** What the sets of a network are made from: as it was planned, and as they were changed since. */
export class ChangingSets {
  readonly #options: ChangingSetsOptions;
  #request: NetworkRequest;
  #planned: PlannedNetwork;
  #changes = 0;

  constructor(request: NetworkRequest, planned: PlannedNetwork, options: ChangingSetsOptions) {
    this.#request = request;
    this.#planned = planned;
    this.#options = options;
  }

  /** As it is now. */
  get planned(): PlannedNetwork {
    return this.#planned;
  }

  /** Compares the network with the quotas of its namespace, and fits it into them where that is asked for. */
  async admit(options: Omit<AdmitOptions, 'settings'>): Promise<void> {
    const { clusterSettings: settings = {} } = this.#request;
    const plan = await admitNetwork(this.#planned.plan, { ...options, settings });
    this.#planned = { ...this.#planned, plan };
  }

  /** Finds the sets as a driver before this one left them; gives them in the order of the plan. */
  async rejoin(): Promise<readonly FoundSet[]> {
    const { run, kube, objects } = this.#options;
    const { statefulSets, all } = toRunObjects(this.#planned.plan, objects.owner);
    for (const asked of all) objects.know(asked);
    const found = await findSets(kube, run.name, statefulSets);
    this.#planned = withSizes(this.#planned, found);
    for (const [i, { name }] of this.#planned.plan.sets.entries()) {
      const set = present(found[i], 'each set of the plan was found');
      if (set.state === undefined) {
        refuseOther(present(statefulSets[i], 'each set has an object'), set);
        continue;
      }
      const next = withSetState(this.#now, name, set.state);
      const { configMaps, statefulSet } = toSetObjects(next.planned.plan, next.set, objects.owner);
      refuseOther(statefulSet, set);
      for (const asked of [...configMaps, statefulSet]) objects.know(asked);
      this.#become(next);
      this.#changes = Math.max(this.#changes, set.state.change);
    }
    return found;
  }

  /** Gives a set so many pods. */
  async scale(set: string, running: number): Promise<void> {
    this.#options.run.refuseUnheld();
    await this.#patch(set, toScalePatch(running));
  }

  /** Starts a set that does not run: as it was planned when nothing else is said, else with what it is to go on with. */
  async start(set: string, nodes: readonly string[], how: SetStart): Promise<void> {
    const { pods } = this.#options;
    if (how.data === undefined && how.from === undefined) {
      pods.expectSome(nodes);
      await this.scale(set, nodes.length);
    } else await this.#replace(set, how, () => pods.expectSome(nodes));
  }

  /** Gives a set other pods: all at once, or one after the other. */
  async change(
    set: string,
    nodes: readonly string[],
    { rolling = false, ...change }: SetChange,
  ): Promise<void> {
    const { pods, run } = this.#options;
    // Refused before anything is stopped, where it cannot be.
    replanSet(this.#now, set, change);
    if (rolling) return this.#replace(set, change, () => pods.expectOthers(nodes));
    const gone = pods.stopped(nodes, run.signal);
    await Promise.all([this.scale(set, 0), gone]);
    await this.#replace(set, change, () => pods.expectSome(nodes));
  }

  /** Replaces what the pods of a set are made from, with as many of them as it has nodes. */
  async #replace(set: string, change: SetReplan, expect: () => void): Promise<void> {
    const { run, objects } = this.#options;
    const next = replanSet(this.#now, set, change);
    const { configMaps, statefulSet } = toSetObjects(next.planned.plan, next.set, objects.owner);
    await Promise.all(
      configMaps
        .filter(({ metadata }) => !objects.has(metadata?.name))
        .map((object) => objects.create(object)),
    );
    run.refuseUnheld();
    expect();
    this.#changes += 1;
    const { image, config } = present(next.request.sets[set], 'a change keeps the sets');
    const state = renderSetState({
      change: this.#changes,
      dataId: next.set.dataId,
      ...(change.from !== undefined && { from: change.from }),
      ...(image !== undefined && { image }),
      ...(config !== undefined && { config }),
    });
    await this.#patch(set, toTemplatePatch(statefulSet, this.#changes, state));
    this.#become(next);
  }

  async #patch(set: string, patch: object): Promise<void> {
    const { run, network = 0, namespace } = this.#request;
    const ref: SetRef = { run, network, set };
    await this.#options.kube.patch(
      { kind: kinds.statefulSet, namespace, name: setObjectName(ref) },
      patch,
    );
  }

  get #now(): PlannedRequest {
    return { request: this.#request, planned: this.#planned };
  }

  #become({ request, planned }: PlannedRequest): void {
    this.#request = request;
    this.#planned = planned;
  }
}

/** With the sizes that the sets were made with: what a quota made smaller stays so. */
const withSizes = (planned: PlannedNetwork, found: readonly FoundSet[]): PlannedNetwork => ({
  ...planned,
  plan: {
    ...planned.plan,
    sets: planned.plan.sets.map((set, i) => ({
      ...set,
      resources: found[i]?.resources ?? set.resources,
    })),
  },
});
