import { type Duration, formatDuration, waitFacts, waitUntil } from '@ssc/clock';
import { assert, type Fact, type Problem, SscError } from '@ssc/errors';
import type { CoreClient } from '../core-client.ts';
import { isTransient } from '../problem.ts';
import { joinNames } from './join-names.ts';
import {
  diagnosis,
  eachBounded,
  isSilent,
  mostDiagnosed,
  type NodeWaitOptions,
  silenceOf,
} from './poll.ts';

/** Two nodes gave different hashes for one ledger. */
export interface DisagreementProblem extends Problem {
  readonly code: 'SSC_NODES_DISAGREE';
  readonly ledger: number;
  /** Node → hash. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** No ledger was seen on all nodes, so nothing can be said. */
export interface AgreementUnknownProblem extends Problem {
  readonly code: 'SSC_AGREEMENT_UNKNOWN';
  readonly nodes: readonly string[];
}

/** The ledger on which all nodes agree. */
export interface Agreement {
  readonly ledger: number;
  readonly hash: string;
}

/** How to look for a common ledger. */
export interface AgreementOptions extends Omit<NodeWaitOptions, 'within'> {
  /** @default "1m" */
  readonly within?: Duration | number;
}

/**
 * Looks at the last ledger of every node, again and again, until one ledger was seen on all of them, and gives it. Each
 * look is compared with all that were seen before: two hashes for one ledger end it with SSC_NODES_DISAGREE, whichever
 * nodes they are of. When no ledger is seen on all, SSC_AGREEMENT_UNKNOWN.
 */
export async function expectAgreement(
  nodes: readonly CoreClient[],
  options: AgreementOptions,
): Promise<Agreement> {
  assert(nodes.length > 0, 'there is no node that could agree');
  const { clock } = options;
  const seen = new Map<number, Map<string, string>>();
  const last = new Map<string, string>(nodes.map(({ node }) => [node, 'never answered']));
  const seenAt = new Map<string, number>();

  const lookAt = async (node: CoreClient, signal: AbortSignal): Promise<void> => {
    try {
      const { ledger } = await node.info({
        signal,
        readWithin: 0,
        answerWithin: options.answerWithin ?? '5s',
      });
      last.set(node.node, `ledger ${ledger.num}, hash ${short(ledger.hash)}`);
      seenAt.set(node.node, clock.now());
      const hashes = seen.get(ledger.num) ?? new Map<string, string>();
      seen.set(ledger.num, hashes.set(node.node, ledger.hash));
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      last.set(node.node, silenceOf(node.node, error));
    }
  };

  return waitUntil<Agreement>(
    clock,
    {
      what: `a ledger seen on ${joinNames(nodes.map(({ node }) => node))}`,
      within: options.within ?? '1m',
      // Ledgers close every second at the fastest, so that each node's are seen.
      every: options.every ?? '500ms',
      ...(options.signal !== undefined && { signal: options.signal }),
      async ended(report) {
        const facts: Fact[] = waitFacts({ ...report, last: undefined, stillMs: undefined });
        facts[0] = ['Asked', `${report.asked} times in ${formatDuration(report.elapsedMs)}`];
        facts.push(...last);
        for (const { node } of nodes.slice(0, mostDiagnosed)) {
          facts.push(...(await diagnosis(node, options)));
        }
        return new SscError<AgreementUnknownProblem>({
          problem: { code: 'SSC_AGREEMENT_UNKNOWN', nodes: nodes.map(({ node }) => node) },
          verdict: nodes.some(({ node }) => isSilent(seenAt.get(node), report, clock))
            ? 'broken'
            : 'failed',
          summary: `no ledger was seen on all of ${joinNames(nodes.map(({ node }) => node))}, so whether they agree is not known`,
          facts,
          hint: 'A node that stands still, or is far behind, has no ledger in common with the others. Wait for sync first.',
        });
      },
    },
    async (signal) => {
      await eachBounded(nodes, options.concurrency ?? 32, (node) => lookAt(node, signal));
      for (const [ledger, hashes] of seen) {
        if (new Set(hashes.values()).size > 1) throw disagreement(ledger, hashes);
      }
      for (const [ledger, hashes] of [...seen].sort(([a], [b]) => b - a)) {
        const hash = [...hashes.values()][0];
        if (hashes.size === nodes.length && hash !== undefined) {
          return { done: true, value: { ledger, hash } };
        }
      }
      await options.check?.(
        nodes.map(({ node }) => node),
        signal,
      );
      return { done: false, saw: [...last].map(([node, saw]) => `${node}: ${saw}`).join('; ') };
    },
  );
}

function disagreement(
  ledger: number,
  hashes: ReadonlyMap<string, string>,
): SscError<DisagreementProblem> {
  const byHash = Map.groupBy(hashes, ([, hash]) => hash);
  return new SscError<DisagreementProblem>({
    problem: { code: 'SSC_NODES_DISAGREE', ledger, hashes: Object.fromEntries(hashes) },
    verdict: 'failed',
    summary: `ledger ${ledger} has ${byHash.size} hashes: ${[...byHash.values()].map((group) => joinNames(group.map(([node]) => node))).join(' against ')}`,
    facts: [...byHash].map(
      ([hash, group]) => [joinNames(group.map(([node]) => node)), hash] as const,
    ),
    hint: 'Where the headers of this ledger name the same transaction set, a node computed another state from it; where they name different ones, the network has forked: look for two quorums that share no node.',
  });
}

const short = (hash: string): string => `${hash.slice(0, 12)}…`;
