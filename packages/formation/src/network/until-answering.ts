import type { CoreClient } from '@ssc/core-http';
import { present } from '@ssc/errors';
import type { NodeRef } from '@ssc/kube-specs';
import type { Access } from '../access/access.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import { waitUntilReady } from '../pods/wait-until-ready.ts';
import type { NetworkObjects } from './network-objects.ts';
import type { NetworkTools } from './network-tools.ts';

/** The network that nodes are of. */
export interface AnsweringOptions {
  readonly tools: NetworkTools;
  readonly pods: PodWatch;
  readonly access: Access;
  readonly objects: NetworkObjects;
  /** All its nodes by their labels. */
  readonly refs: ReadonlyMap<string, NodeRef>;
}

/** Waits until these nodes answer: their pods are ready, requests from here reach them, and each has said what it is. */
export async function untilAnswering(
  clients: readonly CoreClient[],
  { tools, pods, access, objects, refs }: AnsweringOptions,
): Promise<void> {
  const { run, clock, note, bringUpWithin: within = '10m' } = tools;
  const { signal } = run;
  const until = { clock, within, signal, note };
  await waitUntilReady(
    clients.map(({ node }) => node),
    { ...until, pods },
  );
  await access.open({
    ...until,
    networkSize: refs.size,
    nodes: clients.map((client) => ({
      client,
      ref: present(refs.get(client.node), 'each client is one of a node'),
    })),
    routes: objects.created
      .map(({ made }) => made)
      .filter(({ kind }) => kind === 'Ingress' || kind === 'HTTPRoute'),
    check: () => pods.check(),
  });
  await Promise.all(clients.map((client) => client.info({ signal })));
}
