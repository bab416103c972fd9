import type { Clock, Duration } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import type { NodeRef } from '@ssc/kube-specs';
import type { KubeObject } from '../kube/api.ts';

/** A node that is to be reached. */
export interface NodeToReach {
  readonly ref: NodeRef;
  readonly client: CoreClient;
}

/** What a way in is opened for. */
export interface OpenRequest {
  /** Nodes whose admin ports answer inside of the cluster. */
  readonly nodes: readonly NodeToReach[];
  /** The Ingresses or routes that lead to them. */
  readonly routes: readonly KubeObject[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a way may stay shut while no further node is reached. */
  readonly within: Duration;
  /** Ends the wait when something is wrong with a pod. */
  check(): Promise<void>;
  note(text: string): void;
  /** How many nodes the network has in all. */
  readonly networkSize: number;
}

// Requests through the API server cost it memory and connections, which it needs for the cluster itself.
const manyNodes = 100;

/** Says of a large network that its requests should not pass through the API server. */
export function noteIfLarge({ networkSize, note }: OpenRequest): void {
  if (networkSize > manyNodes)
    note(
      `all requests to ${networkSize} nodes go through the API server; above ${manyNodes}, --access ingress or gateway spares it`,
    );
}
