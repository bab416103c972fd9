import type { Clock, Duration, Random } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '@ssc/core-http';
import type { NodeRef } from '@ssc/kube-specs';
import type { Access } from './access.ts';
import { GuardedDispatcher } from './guarded-dispatcher.ts';

/** How nodes are reached. */
export interface NodeClientsOptions {
  readonly access: Access;
  /** Why nothing may be sent to them any more; undefined while it may. */
  readonly refusal: () => Error | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

// Three times what one reply may take: a reply that is lost on the way says nothing about a node.
const readWithin: Duration = '90s';

/** A client for each node, in the order of `nodes`: by its name in errors. */
export const createNodeClients = (
  nodes: ReadonlyMap<string, NodeRef>,
  { access, refusal, clock, random }: NodeClientsOptions,
): readonly CoreClient[] =>
  [...nodes].map(([node, ref]) => {
    const way = access.node(ref);
    return createCoreClient({
      ...way,
      dispatcher: new GuardedDispatcher(way.dispatcher, refusal),
      node,
      clock,
      random,
      readWithin,
    });
  });
