import { toMilli } from '../api/quantity.ts';
import { addUsage, podResources, type Usage } from '../api/usage.ts';
import type { Node } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import type { Misfit } from './node-fit.ts';

/** What the pods of each node ask for of its cpu, memory and places for pods. */
export class NodeRoom {
  readonly #used = new Map<string, Usage>();
  readonly #taken = new Map<string, { readonly node: string; readonly usage: Usage }>();

  /** Whether a pod has room taken. */
  has(pod: Pod): boolean {
    return this.#taken.has(pod.metadata.uid);
  }

  /** Takes the room of a pod on a node. */
  take(pod: Pod, node: string): void {
    const usage = wants(pod);
    this.#taken.set(pod.metadata.uid, { node, usage });
    const sum = this.#used.get(node) ?? {};
    addUsage(sum, usage);
    this.#used.set(node, sum);
  }

  /** Gives the room of a pod back, if it has any. */
  release(pod: Pod): void {
    const taken = this.#taken.get(pod.metadata.uid);
    if (taken === undefined) return;
    const sum = this.#used.get(taken.node) ?? {};
    for (const [name, amount] of Object.entries(taken.usage))
      sum[name] = (sum[name] ?? 0n) - amount;
    this.#taken.delete(pod.metadata.uid);
  }

  /** The share of a node that is asked for already: of cpu, memory and places, together up to 3. */
  load(node: Node): number {
    const sum = this.#used.get(node.metadata.name) ?? {};
    const share = (name: string): number =>
      Number(sum[name] ?? 0n) / Math.max(1, Number(toMilli(node.status.allocatable[name])));
    return share('cpu') + share('memory') + share('pods');
  }

  /** All that a node has too little of for a pod. */
  shortages(pod: Pod, node: Node): Misfit[] {
    const sum = this.#used.get(node.metadata.name) ?? {};
    return Object.entries(wants(pod))
      .filter(
        ([name, amount]) =>
          amount > 0n && (sum[name] ?? 0n) + amount > toMilli(node.status.allocatable[name]),
      )
      .map(([name]) => ({
        reason: name === 'pods' ? 'Too many pods' : `Insufficient ${name}`,
        preemptible: true,
      }));
  }
}

const wants = (pod: Pod): Usage => ({ ...podResources(pod.spec, 'requests'), pods: 1000n });
