import type { ConfigChange } from '@ssc/core-cfg';
import { present, usageError } from '@ssc/errors';
import { nextDataId, type Preparation, type SetPlan } from '@ssc/kube-specs';
import { type NetworkRequest, type PlannedNetwork, planNetwork } from './plan-network.ts';
import type { SetState } from './set-state.ts';

/** A network with what it was planned from. */
export interface PlannedRequest {
  readonly request: NetworkRequest;
  readonly planned: PlannedNetwork;
}

/** What nodes go on with when they start again: the data that they had, or a data folder that is prepared anew. */
export type StartData = 'kept' | 'fresh';

/** What becomes of one set. */
export interface SetReplan {
  /** Undefined for a set that never ran: it has none to keep. */
  readonly data?: StartData;
  /** The ledger of its archives that it begins with. */
  readonly from?: number;
  readonly image?: 'new' | 'old';
  /** Settings over those that the set has. */
  readonly config?: ConfigChange;
}

/** How a set that does not run is started. */
export type SetStart = Pick<SetReplan, 'data' | 'from'>;

/**
 * The network with one set changed: its stellar-core, its settings, the data that it goes on with. Keys and names stay, so do all other sets,
 * and the size that the set was created with. What cannot be is refused (usage), and nothing is different then.
 */
export function replanSet(
  before: PlannedRequest,
  name: string,
  { data, ...change }: SetReplan,
): PlannedRequest & { readonly set: SetPlan } {
  const set = setOf(before.planned, name);
  const dataId = data === undefined ? set.dataId : nextDataId(set, data);
  return withSetState(before, name, { dataId, ...change });
}

/** The same, with the very data that the set is to have. */
export function withSetState(
  { request, planned }: PlannedRequest,
  name: string,
  { dataId, from, image, config }: Omit<SetState, 'change'>,
): PlannedRequest & { readonly set: SetPlan } {
  const spec = present(request.sets[name], `the network has a set ${name}`);
  const before = setOf(planned, name);
  const next: NetworkRequest = {
    ...request,
    sets: {
      ...request.sets,
      [name]: {
        ...spec,
        ...(image !== undefined && { image }),
        ...(config !== undefined && { config: { ...spec.config, ...config } }),
      },
    },
  };
  const again = planNetwork(next);
  const after = setOf(again, name);
  const set: SetPlan = {
    ...after,
    dataId,
    ...(from !== undefined && { preparation: beginningWith(after, from) }),
    // What a quota made smaller stays so.
    resources: before.resources,
    running: true,
  };
  const nodes = new Set(again.nodes.filter((node) => node.set === name).map((node) => node.name));
  const pick = <T>(node: string, changed: T, unchanged: T): T =>
    nodes.has(node) ? changed : unchanged;
  return {
    request: next,
    set,
    planned: {
      ...planned,
      nodes: planned.nodes.map((node, i) =>
        pick(node.name, present(again.nodes[i], 'a change keeps the nodes'), node),
      ),
      configs: new Map(
        [...planned.configs].map(([node, text]) => [
          node,
          pick(node, present(again.configs.get(node), 'a change keeps the nodes'), text),
        ]),
      ),
      plan: {
        ...planned.plan,
        sets: planned.plan.sets.map((other) => (other.name === name ? set : other)),
      },
    },
  };
}

/** The preparation of a set that begins with the state of an archive, with that after one ledger. */
function beginningWith({ name, preparation }: SetPlan, ledger: number): Preparation {
  if (preparation.catchup === undefined)
    throw usageError(
      'SSC_START_LEDGER',
      `${name} begins at genesis, so it cannot start from ledger ${ledger}`,
      { hint: 'A set with startsFrom: "archive" begins with the state of an archive.' },
    );
  if (!Number.isSafeInteger(ledger) || ledger < 2)
    throw usageError('SSC_START_LEDGER', `an archive has no state after ledger ${ledger}`);
  return { ...preparation, catchup: `${ledger}/0` };
}

const setOf = ({ plan }: PlannedNetwork, name: string): SetPlan =>
  present(
    plan.sets.find((set) => set.name === name),
    `the network has a set ${name}`,
  );
