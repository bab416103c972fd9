import type { Clock } from '@ssc/clock';
import {
  type CoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  waitUntilSynced,
} from '@ssc/core-http';
import { SscError } from '@ssc/errors';
import type { PodWatch } from '../pods/pod-watch.ts';

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
  if (running.length === 0 && (synced || agreement || errorMetrics)) throw nothingToCheck();
  const waiting = {
    clock,
    check: () => pods.check(),
    diagnose: (node: string) => pods.diagnose(node),
  };
  type Check = (signal: AbortSignal) => Promise<unknown>;
  const checks: readonly (readonly [string, boolean, Check])[] = [
    [
      'every node is in sync',
      synced,
      (signal) => waitUntilSynced(running, { ...waiting, signal, within: '1m' }),
    ],
    [
      'no two nodes disagree',
      agreement,
      (signal) => expectAgreement(running, { ...waiting, signal }),
    ],
    ['no node counts errors', errorMetrics, (signal) => expectNoErrorMetrics(running, { signal })],
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
      await pods.guard(signal, check);
    } catch (error) {
      end(error instanceof SscError && error.verdict === 'failed' ? 'failed' : 'unknown');
      throw error;
    }
    end('held');
  }
}

const nothingToCheck = (): SscError =>
  new SscError({
    problem: { code: 'SSC_NOTHING_RUNS' },
    verdict: 'usage',
    summary:
      'no node runs when the mission has ended, so there is nothing that the final checks could be made of',
    hint: 'End the mission with nodes that run, or say in atEnd which checks are left out, and why (because).',
  });
