import { type Duration, formatDuration, type WaitReport, waitFacts, waitUntil } from '@ssc/clock';
import { assert, type Fact, type Problem, present, SscError } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
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
  const names = nodes.map(({ node }) => node);
  const seen = new LedgersSeen(names);
  return waitUntil<Agreement>(
    clock,
    {
      what: `a ledger seen on ${joinNames(names)}`,
      within: options.within ?? '1m',
      // Ledgers close every second at the fastest, so that each node's are seen.
      every: options.every ?? '500ms',
      ...(options.signal !== undefined && { signal: options.signal }),
      ended: (report) => agreementUnknown(nodes, seen, report, options),
    },
    async (signal) => {
      await eachBounded(nodes, options.concurrency ?? 32, (node) =>
        lookAt(node, seen, options, signal),
      );
      const value = seen.agreement();
      if (value !== undefined) return { done: true, value };
      await options.check?.(names, signal);
      return { done: false, saw: seen.last.map(([node, saw]) => `${node}: ${saw}`).join('; ') };
    },
  );
}

/** The hashes of the ledgers that were seen, on each node. */
class LedgersSeen {
  /** Ledger → node → hash. */
  readonly #hashes = new Map<number, Map<string, string>>();
  /** Node → what was seen of it last, in words. */
  readonly #last: Map<string, string>;
  readonly #answeredAt = new Map<string, number>();

  constructor(nodes: readonly string[]) {
    this.#last = new Map(nodes.map((node) => [node, 'never answered']));
  }

  /** What was seen of each node last, in words. */
  get last(): readonly (readonly [node: string, saw: string])[] {
    return [...this.#last];
  }

  /** When a node answered last. */
  answeredAt(node: string): number | undefined {
    return this.#answeredAt.get(node);
  }

  note(node: string, { num, hash }: NodeInfo['ledger'], atMs: number): void {
    this.#last.set(node, `ledger ${num}, hash ${short(hash)}`);
    this.#answeredAt.set(node, atMs);
    const hashes = this.#hashes.get(num) ?? new Map<string, string>();
    this.#hashes.set(num, hashes.set(node, hash));
  }

  noteSilence(node: string, saw: string): void {
    this.#last.set(node, saw);
  }

  /** The newest ledger that was seen on all nodes. Throws where two hashes were seen for one. */
  agreement(): Agreement | undefined {
    for (const [ledger, hashes] of this.#hashes)
      if (new Set(hashes.values()).size > 1) throw disagreement(ledger, hashes);
    const common = [...this.#hashes].filter(([, hashes]) => hashes.size === this.#last.size);
    const [newest] = common.sort(([a], [b]) => b - a);
    if (newest === undefined) return undefined;
    const [ledger, hashes] = newest;
    return { ledger, hash: present([...hashes.values()][0], 'a ledger was seen on some node') };
  }
}

async function lookAt(
  client: CoreClient,
  seen: LedgersSeen,
  { clock, answerWithin = '5s' }: AgreementOptions,
  signal: AbortSignal,
): Promise<void> {
  const { node } = client;
  try {
    const { ledger } = await client.info({ signal, readWithin: 0, answerWithin });
    seen.note(node, ledger, clock.now());
  } catch (error) {
    if (signal.aborted || !isTransient(error)) throw error;
    seen.noteSilence(node, silenceOf(node, error));
  }
}

async function agreementUnknown(
  nodes: readonly CoreClient[],
  seen: LedgersSeen,
  report: WaitReport,
  options: AgreementOptions,
): Promise<SscError<AgreementUnknownProblem>> {
  const names = nodes.map(({ node }) => node);
  const facts: Fact[] = waitFacts({ ...report, last: undefined, stillMs: undefined });
  facts[0] = ['Asked', `${report.asked} times in ${formatDuration(report.elapsedMs)}`];
  facts.push(...seen.last);
  for (const node of names.slice(0, mostDiagnosed)) facts.push(...(await diagnosis(node, options)));
  const isAnySilent = names.some((node) => isSilent(seen.answeredAt(node), report, options.clock));
  return new SscError<AgreementUnknownProblem>({
    problem: { code: 'SSC_AGREEMENT_UNKNOWN', nodes: names },
    verdict: isAnySilent ? 'broken' : 'failed',
    summary: `no ledger was seen on all of ${joinNames(names)}, so whether they agree is not known`,
    facts,
    hint: 'A node that stands still, or is far behind, has no ledger in common with the others. Wait for sync first.',
  });
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
