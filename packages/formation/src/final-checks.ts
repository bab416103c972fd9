import type { Clock } from '@ssc/clock';
import {
  type CoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  waitUntilSynced,
} from '@ssc/core-http';
import { SscError } from '@ssc/errors';
import type { PodWatch } from './pod-watch.ts';

/** Which checks are made when a network has done what it was for. All by default. */
export interface FinalChecks {
  readonly agreement?: boolean;
  readonly errorMetrics?: boolean;
  readonly synced?: boolean;
}

/** How one of the final checks ended. `unknown`: it could not be made. */
export interface CheckReport {
  readonly name: string;
  readonly outcome: 'held' | 'failed' | 'skipped' | 'unknown';
  readonly seconds?: number;
}

/** What is checked. */
export interface CheckedNetwork {
  /** The nodes that run. */
  readonly running: readonly CoreClient[];
  readonly pods: PodWatch;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Checks what must be true of a network after any mission. Tells of each check as it ends; the first that does not hold ends it. */
export async function checkAtEnd(
  { running, pods, clock, signal }: CheckedNetwork,
  { synced = true, agreement = true, errorMetrics = true }: FinalChecks,
  tell: (report: CheckReport) => void,
): Promise<void> {
  await pods.check();
  const waiting = {
    clock,
    signal,
    check: () => pods.check(),
    diagnose: (node: string) => pods.diagnose(node),
  };
  const checks: readonly (readonly [string, boolean, () => Promise<unknown>])[] = [
    ['every node is in sync', synced, () => waitUntilSynced(running, { ...waiting, within: '1m' })],
    ['no two nodes disagree', agreement, () => expectAgreement(running, waiting)],
    ['no node counts errors', errorMetrics, () => expectNoErrorMetrics(running, { signal })],
  ];
  for (const [name, wanted, check] of checks) {
    if (!wanted) {
      tell({ name, outcome: 'skipped' });
      continue;
    }
    const startedAt = clock.now();
    const end = (outcome: CheckReport['outcome']): void =>
      tell({ name, outcome, seconds: (clock.now() - startedAt) / 1000 });
    try {
      await check();
    } catch (error) {
      end(error instanceof SscError && error.verdict === 'failed' ? 'failed' : 'unknown');
      throw error;
    }
    end('held');
  }
}
