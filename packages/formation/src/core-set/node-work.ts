import type { Clock, Duration } from '@ssc/clock';
import type { NodeWaitOptions } from '@ssc/core-http';
import type { PodWatch } from '../pods/pod-watch.ts';

/** How nodes of a set are asked and waited for: a pod in trouble ends whatever nodes are asked. */
export interface NodeWork {
  readonly clock: Clock;
  guarded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** How a wait within guarded work looks at nodes, and at the pods around them. */
  waiting(within: Duration | number, signal: AbortSignal): NodeWaitOptions;
}

/** What work with nodes needs. */
export interface NodeWorkOptions {
  readonly clock: Clock;
  readonly pods: PodWatch;
  readonly signal: AbortSignal;
  /** The pause between two looks at nodes that are waited for. @default "1s" */
  readonly lookEvery?: Duration;
}

export function nodeWork({ clock, pods, signal, lookEvery }: NodeWorkOptions): NodeWork {
  return {
    clock,
    guarded: (work) => pods.guard(signal, work),
    waiting: (within, inner) => ({
      clock,
      within,
      signal: inner,
      ...(lookEvery !== undefined && { every: lookEvery }),
      check: () => pods.check(),
      diagnose: (node) => pods.diagnose(node),
    }),
  };
}
