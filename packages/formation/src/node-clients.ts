import type { Clock, Duration, Random } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '@ssc/core-http';
import { corePorts } from '@ssc/kube-specs';
import type { Dispatcher } from 'undici';
import type { KubeApi } from './kube/api.ts';

/** How nodes are reached. */
export interface NodeClientsOptions {
  readonly kube: KubeApi;
  readonly dispatcher: Dispatcher;
  readonly namespace: string;
  readonly clock: Clock;
  readonly random: Random;
}

// Three times what one reply may take: a reply that is lost on the way through the API server says nothing about a node.
const readWithin: Duration = '90s';

/** A client for each node, in the order of `pods`: node → pod. */
export const createNodeClients = (
  pods: ReadonlyMap<string, string>,
  { kube, dispatcher, namespace, clock, random }: NodeClientsOptions,
): readonly CoreClient[] =>
  [...pods].map(([node, pod]) =>
    createCoreClient({
      node,
      dispatcher,
      baseUrl: kube.proxyUrl(namespace, pod, corePorts.http),
      clock,
      random,
      readWithin,
    }),
  );
