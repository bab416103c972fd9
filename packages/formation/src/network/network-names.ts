import { type NodeRef, podName, type SetRef, setObjectName } from '@ssc/kube-specs';
import type { NetworkRequest, PlannedNetwork } from '../plan/plan-network.ts';

/** What the sets and nodes of a network are called, in its run and in its cluster. */
export class NetworkNames {
  /** What its nodes are told apart by; undefined for the only or first network of a run. */
  readonly network: string | undefined;
  /** The nodes by their labels, in the order of the plan. */
  readonly refs: ReadonlyMap<string, NodeRef>;
  readonly #request: Pick<NetworkRequest, 'run' | 'network'>;

  constructor(
    request: Pick<NetworkRequest, 'run' | 'network'>,
    nodes: PlannedNetwork['nodes'],
    network: string | undefined,
  ) {
    this.#request = request;
    this.network = network;
    this.refs = new Map(
      nodes.map(({ name, set, ordinal }) => [this.labelOf(name), { ...this.#ref(set), ordinal }]),
    );
  }

  /** A node or set as its run calls it, of the name that it has in its network. @example "second/core-0" */
  labelOf(name: string): string {
    return this.network === undefined ? name : `${this.network}/${name}`;
  }

  /** Node → pod. */
  get pods(): ReadonlyMap<string, string> {
    return new Map([...this.refs].map(([node, ref]) => [node, podName(ref)]));
  }

  /** Node → StatefulSet. */
  get sets(): ReadonlyMap<string, string> {
    return new Map([...this.refs].map(([node, ref]) => [node, setObjectName(ref)]));
  }

  #ref(set: string): SetRef {
    const { run, network = 0 } = this.#request;
    return { run, network, set };
  }
}
