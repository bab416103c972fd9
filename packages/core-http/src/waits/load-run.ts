import { formatDuration } from '@ssc/clock';
import { type Fact, isSscError, type Problem, SscError } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import type { Load, LoadAccepted } from '../commands/load.ts';
import type { CallOptions, CoreClient } from '../core-client.ts';
import type { MetricsSnapshot } from '../metrics.ts';
import { describeInfo } from './describe-info.ts';
import { describeStrangers } from './describe-strangers.ts';
import { joinNames } from './join-names.ts';
import { type Around, lookAround } from './look-around.ts';
import { type NodeLook, type NodeWaitOptions, waitForNodes } from './poll.ts';

/** A load that a node has accepted, with its counters from before: those of earlier runs do not count. */
export interface LoadRun {
  readonly node: CoreClient;
  readonly load: Load;
  /** Undefined when the reply was lost and the counters show that the run began. */
  readonly accepted: LoadAccepted | undefined;
  readonly before: LoadCounts;
}

/** What core counts about load, as differences or sums. */
export interface LoadCounts {
  /** Runs begun, ended well, and ended badly or stopped. */
  readonly start: number;
  readonly complete: number;
  readonly failed: number;
  /** Transactions submitted, repeated ones included; refused; their bytes. */
  readonly attempted: number;
  readonly rejected: number;
  readonly bytes: number;
}

/** A load ended badly. */
export interface LoadFailedProblem extends Problem {
  readonly code:
    | 'SSC_LOAD_FAILED'
    | 'SSC_LOAD_COUNTERS_RESET'
    | 'SSC_LOAD_ALREADY_RUNNING'
    | 'SSC_LOAD_OVER';
  readonly node: string;
}

/**
 * Begins a load and remembers the counters from before it. Refused with SSC_LOAD_ALREADY_RUNNING while another run has
 * begun and not ended there, since core lets two spoil each other. (A run that core refused counts as begun for ever; say
 * `evenIfRunning` then.) A lost reply is resolved by looking at the counters.
 */
export async function startLoad(
  node: CoreClient,
  load: Load,
  options: CallOptions & { readonly evenIfRunning?: boolean } = {},
): Promise<LoadRun> {
  const before = await readCounts(node, options);
  if (before.start > before.complete + before.failed && options.evenIfRunning !== true) {
    throw new SscError<LoadFailedProblem>({
      problem: { code: 'SSC_LOAD_ALREADY_RUNNING', node: node.node },
      verdict: 'broken',
      summary: `${node.node} has begun ${before.start} load runs and ended ${before.complete + before.failed}: one is still under way`,
      hint: 'Wait for it, or stop it; two runs at a time spoil each other. A run that core refused counts as begun as well.',
      definite: true,
    });
  }
  try {
    return { node, load, accepted: await node.generateLoad(load, options), before };
  } catch (error) {
    if (!isSscError(error, 'SSC_CORE_REPLY_LOST')) throw error;
    await lookForRun(node, load, before, error, options);
    return { node, load, accepted: undefined, before };
  }
}

/** After a lost reply: returns when the counters show that a run began; throws the error with what was seen otherwise. */
async function lookForRun(
  node: CoreClient,
  load: Load,
  before: LoadCounts,
  error: SscError,
  options: CallOptions,
): Promise<void> {
  const after = await readCounts(node, options);
  const began = after.start > before.start;
  // The key of a settings upgrade is in the reply alone.
  if (began && load.mode !== 'create_upgrade') return;
  throw error.with({
    facts: [['Looked', `${names.start} was ${before.start} before and is ${after.start}`]],
  });
}

/** How a load went. */
export interface LoadReport {
  readonly node: string;
  /** Of this run alone. */
  readonly counts: LoadCounts;
}

/** How to wait for loads. */
export interface LoadWaitOptions extends NodeWaitOptions {
  /** The other nodes of the network, for the error: a load that is not applied may be the fault of any of them. */
  readonly others?: readonly CoreClient[];
}

/**
 * Waits until every run is done, by its own counters. The deadline runs while no transaction of the slowest run is
 * submitted; it must leave room for the end, when core waits up to 20 ledgers for the last ones to be applied. Throws SSC_LOAD_FAILED as soon as one failed, with the numbers and the state of its node;
 * SSC_LOAD_NOT_DONE at the deadline; SSC_LOAD_COUNTERS_RESET when a node lost its counters: it was restarted, or its
 * metrics were cleared.
 */
export async function waitUntilLoadDone(
  runs: readonly LoadRun[],
  options: LoadWaitOptions,
): Promise<LoadReport[]> {
  const runOf = new Map(runs.map((run) => [run.node, run]));
  const start = options.clock.now();
  const others = (options.others ?? []).filter((other) => !runOf.has(other));
  try {
    return await waitForNodes([...runOf.keys()], options, {
      code: 'SSC_LOAD_NOT_DONE',
      verb: 'did not finish the load',
      there: 'done',
      look: (node, call) =>
        lookAtRun(runOf.get(node) as LoadRun, call, {
          elapsed: () => formatDuration(options.clock.now() - start),
          others,
        }),
      hint: () =>
        'A node that is not in sync waits with its load. A run that core refused is counted as begun and never ends.',
    });
  } catch (error) {
    if (!isSscError(error, 'SSC_LOAD_NOT_DONE')) throw error;
    throw error.with({ facts: (await lookAround(others, options)).facts });
  }
}

/**
 * Looks once that the run is neither done nor failed: what happened since it began happened under load. Throws SSC_LOAD_OVER
 * when it is done, and what waitUntilLoadDone throws when it failed.
 */
export async function expectLoadRunning(run: LoadRun, call: CallOptions = {}): Promise<void> {
  const look = await lookAtRun(run, call);
  if (!look.done) return;
  throw new SscError<LoadFailedProblem>({
    problem: { code: 'SSC_LOAD_OVER', node: run.node.node },
    verdict: 'failed',
    summary: `${run.load.mode} load on ${run.node.node} should still be under way, and is done: ${look.saw}`,
    hint: 'What was to happen under load came too late, or the load was too short for it.',
  });
}

async function lookAtRun(
  run: LoadRun,
  call: CallOptions,
  when?: { readonly elapsed: () => string; readonly others: readonly CoreClient[] },
): Promise<NodeLook<LoadReport>> {
  const { node, before } = run;
  const counts = await readCounts(node, call);
  if (counts.start < before.start || counts.attempted < before.attempted) {
    throw countersReset(node.node, before, counts);
  }
  const mine = minus(counts, before);
  const info = await node.info(call);
  if (mine.failed > 0) {
    const around = await lookAround(when?.others ?? [], call);
    throw loadFailed(run, mine, info, { ...around, ...(when && { elapsed: when.elapsed() }) });
  }
  if (mine.complete > 0) {
    return { done: true, value: { node: node.node, counts: mine }, saw: progressText(run, mine) };
  }
  return {
    done: false,
    saw: `${mine.start === 0 ? 'not begun' : progressText(run, mine)}, ${describeInfo(info)}`,
    progress: mine.attempted,
  };
}

const names = {
  start: 'loadgen.run.start',
  complete: 'loadgen.run.complete',
  failed: 'loadgen.run.failed',
  attempted: 'loadgen.txn.attempted',
  rejected: 'loadgen.txn.rejected',
  bytes: 'loadgen.txn.bytes',
} as const satisfies Record<keyof LoadCounts, string>;

/** The counts of a node; 0 before its first run, when core has not made the metrics yet. */
export function loadCounts(metrics: MetricsSnapshot): LoadCounts {
  return {
    start: metrics.count(names.start),
    complete: metrics.count(names.complete),
    failed: metrics.count(names.failed),
    attempted: metrics.count(names.attempted),
    rejected: metrics.count(names.rejected),
    bytes: metrics.count(names.bytes),
  };
}

const readCounts = async (node: CoreClient, call: CallOptions): Promise<LoadCounts> =>
  loadCounts(await node.metrics({ ...call, only: ['loadgen'] }));

const minus = (after: LoadCounts, before: LoadCounts): LoadCounts => ({
  start: after.start - before.start,
  complete: after.complete - before.complete,
  failed: after.failed - before.failed,
  attempted: after.attempted - before.attempted,
  rejected: after.rejected - before.rejected,
  bytes: after.bytes - before.bytes,
});

function progressText(run: LoadRun, mine: LoadCounts): string {
  const { load } = run;
  if (!('txs' in load))
    return `${mine.attempted} transaction${mine.attempted === 1 ? '' : 's'} submitted, ${mine.rejected} refused`;
  // One with a stale sequence number is tried again.
  const tries = mine.attempted > load.txs ? ` in ${mine.attempted} tries` : '';
  return `${Math.min(mine.attempted, load.txs)} of ${load.txs} transactions submitted${tries}, ${mine.rejected} refused`;
}

function loadFailed(
  run: LoadRun,
  mine: LoadCounts,
  info: NodeInfo,
  { elapsed, facts, cutOff, infos }: Around & { readonly elapsed?: string },
): SscError<LoadFailedProblem> {
  const counters: Fact = [
    'Counters',
    `${names.failed} ${mine.failed}, ${names.attempted} ${mine.attempted}, ${names.rejected} ${mine.rejected} (of this run)`,
  ];
  return new SscError<LoadFailedProblem>({
    problem: { code: 'SSC_LOAD_FAILED', node: run.node.node },
    verdict: 'failed',
    summary: `${run.load.mode} load on ${run.node.node} failed: ${progressText(run, mine)}`,
    facts: [
      ...(elapsed === undefined ? [] : ([['After', elapsed]] as const)),
      counters,
      ['State', describeInfo(info)],
      ...facts,
    ],
    hint:
      describeStrangers(new Map([[run.node.node, info], ...infos])) ??
      hintOfFailure(run.load, mine, info, cutOff),
  });
}

function hintOfFailure(
  load: Load,
  mine: LoadCounts,
  info: NodeInfo,
  cutOff: readonly string[],
): string {
  if (cutOff.length > 0)
    return `${joinNames(cutOff)} ${cutOff.length === 1 ? 'has' : 'have'} no authenticated peer: where the others need ${cutOff.length === 1 ? 'it' : 'them'} for a quorum no ledger closes, and nothing that was submitted is applied.`;
  if (info.state !== 'Synced!')
    return 'The node is not in sync: read this as lost sync under load, not as a load problem.';
  if (info.peers.authenticated_count === 0)
    return 'The node has no authenticated peer. Unless it is its own quorum it is cut off, which its state shows only after 35 s.';
  if ('txs' in load && mine.attempted - mine.rejected >= load.txs) {
    const taken =
      'The node took all of them, and some were not applied within 20 ledgers after the last one: they were lost, or ledgers had no room for them.';
    return 'minPercentSuccess' in load && load.minPercentSuccess !== undefined
      ? `${taken} Or fewer than ${load.minPercentSuccess} % of the Soroban transactions succeeded.`
      : taken;
  }
  if (mine.rejected > 0)
    return 'A refused transaction ends a load, but for a stale sequence number, which is tried again. The log of the node says what each was refused for (tx rejected).';
  return "Core's log names the reason (Load generation failed). Too few accounts for the rate is the usual one.";
}

function countersReset(
  node: string,
  before: LoadCounts,
  after: LoadCounts,
): SscError<LoadFailedProblem> {
  return new SscError<LoadFailedProblem>({
    problem: { code: 'SSC_LOAD_COUNTERS_RESET', node },
    verdict: 'failed',
    summary: `${node} lost the counters of its load: ${names.start} was ${before.start} before it and is ${after.start}`,
    hint: 'The node was restarted during the load, or its metrics were cleared: how the load went cannot be known.',
  });
}

/** Asks every node to stop its load, also when one does not answer; the runs count as failed. */
export async function stopLoads(runs: readonly LoadRun[]): Promise<void> {
  const refused: string[] = [];
  await Promise.all(runs.map(({ node }) => node.stopLoad().catch(() => refused.push(node.node))));
  if (refused.length === 0) return;
  throw new SscError({
    problem: { code: 'SSC_LOAD_NOT_STOPPED' },
    verdict: 'broken',
    summary: `the load on ${joinNames(refused)} may still be running: no answer to stop`,
  });
}
