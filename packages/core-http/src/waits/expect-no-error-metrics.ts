import { assert, type Fact, type Problem, SscError } from '@ssc/errors';
import type { CoreClient } from '../core-client.ts';
import { joinNames } from './join-names.ts';
import { eachBounded } from './poll.ts';

/** Metrics that are above 0 and should not be. */
export interface ErrorMetricsProblem extends Problem {
  readonly code: 'SSC_ERROR_METRICS';
  /** Node → metric → count. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * What must be 0 on a healthy node: bad signatures of statements, checkpoints not published, broken invariants, transactions
 * that ended in an error of core itself.
 */
export const errorMetrics: readonly string[] = [
  'scp.envelope.invalidsig',
  'history.publish.failure',
  'ledger.invariant.failure',
  'ledger.transaction.internal-error',
];

/**
 * Looks once that the error metrics of every node are 0; one that core has not made yet is. Throws SSC_ERROR_METRICS
 * with all that are not.
 */
export async function expectNoErrorMetrics(
  nodes: readonly CoreClient[],
  options: {
    /** @default errorMetrics */
    readonly metrics?: readonly string[];
    readonly concurrency?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<void> {
  assert(nodes.length > 0, 'there is no node whose metrics could be read');
  const only = options.metrics ?? errorMetrics;
  const found = new Map<string, Record<string, number>>();
  await eachBounded(nodes, options.concurrency ?? 32, async (node) => {
    const snapshot = await node.metrics({
      only,
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    const wrong = only
      .map((name) => [name, snapshot.count(name)] as const)
      .filter(([, count]) => count !== 0);
    if (wrong.length > 0) found.set(node.node, Object.fromEntries(wrong));
  });
  if (found.size === 0) return;
  const names = nodes.map(({ node }) => node).filter((node) => found.has(node));
  throw new SscError<ErrorMetricsProblem>({
    problem: { code: 'SSC_ERROR_METRICS', counts: Object.fromEntries(found) },
    verdict: 'failed',
    summary: `${joinNames(names)} ${names.length === 1 ? 'has' : 'have'} error metrics that are not 0`,
    facts: names.map(
      (name): Fact => [
        name,
        Object.entries(found.get(name) ?? {})
          .map(([metric, count]) => `${metric} ${count}`)
          .join(', '),
      ],
    ),
  });
}
