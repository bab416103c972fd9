import {
  type Clock,
  type Duration,
  formatDuration,
  type WaitReport,
  waitFacts,
  waitUntil,
} from '@ssc/clock';
import { assert, type Fact, type Problem, SscError } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import type { CallOptions, CoreClient } from '../core-client.ts';
import { isTransient } from '../problem.ts';
import { describeStrangers } from './describe-strangers.ts';
import { joinNames } from './join-names.ts';

/** How to wait for nodes. */
export interface NodeWaitOptions {
  readonly clock: Clock;
  /**
   * The longest time without any progress of the node that is furthest behind. One that goes on making progress is
   * waited for: a limit in all is a matter of `signal`.
   */
  readonly within: Duration | number;
  /** The pause between two looks at all nodes. @default "1s" */
  readonly every?: Duration | number;
  /** How long one node may take to answer one look. @default "5s" */
  readonly answerWithin?: Duration | number;
  /** How many nodes are asked at a time. @default 32 */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /**
   * Called after every look with the nodes that are not there yet. What it throws ends the wait at once: the place to
   * look at pods.
   */
  check?(pending: readonly string[], signal: AbortSignal): Promise<void>;
  /** What surrounds a node that was not there when the wait ended, for the error: phase, reason, restarts, events. */
  diagnose?(node: string): Promise<readonly Fact[]>;
}

/** What one look at one node showed. */
export type NodeLook<T> = {
  readonly saw: string;
  /** Tells nodes apart that cannot belong together. */
  readonly info?: NodeInfo;
} & (
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly progress?: number }
);

/** What is known of a node when a wait ends. */
export interface NodeSight<T> {
  readonly node: string;
  /** The last look; undefined when none ever came back. */
  readonly look: NodeLook<T> | undefined;
  /** Why the latest question was not answered; undefined when it was. */
  readonly silence: string | undefined;
  /** When the last look came back, in milliseconds since the Unix epoch. */
  readonly seenAt: number | undefined;
}

/** A problem of a wait: the nodes that were not there. */
export interface WaitProblem extends Problem {
  readonly code:
    | 'SSC_NODE_NOT_SYNCED'
    | 'SSC_NODE_NOT_CONNECTED'
    | 'SSC_LEDGER_NOT_REACHED'
    | 'SSC_PROTOCOL_NOT_REACHED'
    | 'SSC_UPGRADE_NOT_APPLIED'
    | 'SSC_LOAD_NOT_DONE'
    | 'SSC_CHECKPOINT_NOT_PUBLISHED';
  readonly nodes: readonly string[];
}

/** The words of a wait's error. */
export interface NodeWait<T> {
  readonly code: WaitProblem['code'];
  /** What the nodes did not do, after their names. @example "did not sync" */
  readonly verb: string;
  /** What the nodes that are there are, after their names. @example "in sync" */
  readonly there: string;
  look(node: CoreClient, call: CallOptions): Promise<NodeLook<T>>;
  /** What is most likely, and where to look, by what was seen and by what surrounds the nodes. */
  hint?(pending: readonly NodeSight<T>[], around: readonly Fact[]): string | undefined;
}

/**
 * Looks at all nodes until every one is there in the same look. The deadline runs while the pending node that is furthest
 * behind makes no progress and no further node gets there.
 */
export async function waitForNodes<T>(
  nodes: readonly CoreClient[],
  options: NodeWaitOptions,
  wait: NodeWait<T>,
): Promise<T[]> {
  assert(nodes.length > 0, `there is no node that could be ${wait.there}`);
  const { clock } = options;
  const sights = new Map<CoreClient, NodeSight<T>>(
    nodes.map((node) => [
      node,
      { node: node.node, look: undefined, silence: 'not asked yet', seenAt: undefined },
    ]),
  );
  const pending = () => [...sights.values()].filter((sight) => !isThere(sight));

  const lookAt = async (node: CoreClient, signal: AbortSignal): Promise<void> => {
    try {
      const look = await wait.look(node, {
        signal,
        readWithin: 0,
        answerWithin: options.answerWithin ?? '5s',
      });
      sights.set(node, { node: node.node, look, silence: undefined, seenAt: clock.now() });
    } catch (error) {
      if (signal.aborted || !(error instanceof SscError)) throw error;
      if (!isTransient(error)) throw error.with({ facts: await diagnosis(node.node, options) });
      const before = sights.get(node);
      sights.set(node, {
        node: node.node,
        look: before?.look,
        seenAt: before?.seenAt,
        silence: silenceOf(node.node, error),
      });
    }
  };

  return waitUntil(
    clock,
    {
      what: `${nodes.map((node) => node.node).join(', ')} ${wait.there}`,
      within: options.within,
      every: options.every ?? '1s',
      ...(options.signal !== undefined && { signal: options.signal }),
      ended: (report) => notThere([...sights.values()], options, wait, report),
    },
    async (signal) => {
      await eachBounded(nodes, options.concurrency ?? 32, (node) => lookAt(node, signal));
      const missing = pending();
      if (missing.length === 0) {
        return { done: true, value: [...sights.values()].map(valueSeen) };
      }
      await options.check?.(
        missing.map((sight) => sight.node),
        signal,
      );
      const there = sights.size - missing.length;
      return {
        done: false,
        saw: describeAll(missing, clock.now()),
        // A node more outweighs any height, so that the next one may start its climb lower.
        progress: there * 1e12 + Math.min(...missing.map(progressOf)),
      };
    },
  );
}

/** Why a node gave no answer, with what lies below; without its name, which stands before it. */
export function silenceOf(node: string, error: Error): string {
  const text = error.message.startsWith(`${node} `)
    ? error.message.slice(node.length + 1)
    : error.message;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause === '' ? text : `${text}: ${cause}`;
}

const isThere = <T>(sight: NodeSight<T>): boolean =>
  sight.silence === undefined && sight.look?.done === true;

function valueSeen<T>(sight: NodeSight<T>): T {
  return (sight.look as NodeLook<T> & { readonly done: true }).value;
}

function progressOf<T>(sight: NodeSight<T>): number {
  return sight.look?.done === false ? (sight.look.progress ?? -1) : -1;
}

const mostDescribed = 5;

function describeAll<T>(sights: readonly NodeSight<T>[], now: number): string {
  const lines = sights.slice(0, mostDescribed).map((sight) => describe(sight, now));
  if (sights.length > mostDescribed) lines.push(`and ${sights.length - mostDescribed} more`);
  return lines.join('\n');
}

function describe<T>(sight: NodeSight<T>, now: number): string {
  if (sight.silence === undefined) return `${sight.node}: ${sight.look?.saw ?? ''}`;
  if (sight.look === undefined || sight.seenAt === undefined) {
    return `${sight.node}: never answered; ${sight.silence}`;
  }
  return `${sight.node}: ${sight.silence}; ${formatDuration(now - sight.seenAt)} ago ${sight.look.saw}`;
}

/**
 * Whether a node has not said a word for half of the time that it had. What the network does is not known then: its part in it
 * may be all that the others wait for.
 */
export const isSilent = (
  seenAt: number | undefined,
  { withinMs }: WaitReport,
  clock: Clock,
): boolean => seenAt === undefined || clock.now() - seenAt >= withinMs / 2;

/** How many nodes' surroundings an error shows. */
export const mostDiagnosed = 3;

async function notThere<T>(
  sights: readonly NodeSight<T>[],
  options: NodeWaitOptions,
  wait: NodeWait<T>,
  report: WaitReport,
): Promise<SscError<WaitProblem>> {
  const pending = sights.filter((sight) => !isThere(sight));
  const there = sights.filter(isThere);
  const names = pending.map((sight) => sight.node);
  const facts: Fact[] = waitFacts(report);
  facts[0] = ['Asked', describeAsked(report, pending, options.clock.now())];
  if (there.length > 0) facts.push(['Others', describeOthers(there, wait.there)]);
  const around: Fact[] = [];
  for (const sight of pending.slice(0, mostDiagnosed)) {
    around.push(...(await diagnosis(sight.node, options)));
  }
  facts.push(...around);
  const infos = sights.flatMap(({ node, look }) =>
    look?.info === undefined ? [] : [[node, look.info] as const],
  );
  const hint = describeStrangers(new Map(infos)) ?? wait.hint?.(pending, around);
  return new SscError<WaitProblem>({
    problem: { code: wait.code, nodes: names },
    verdict: pending.some((sight) => isSilent(sight.seenAt, report, options.clock))
      ? 'broken'
      : 'failed',
    summary: `${joinNames(names)} ${wait.verb} within ${formatDuration(report.withinMs)}${
      report.elapsedMs > report.withinMs ? ' of the last progress' : ''
    }`,
    facts,
    ...(hint !== undefined && { hint }),
  });
}

function describeAsked<T>(
  report: WaitReport,
  pending: readonly NodeSight<T>[],
  now: number,
): string {
  const seen = pending.map((sight) => sight.seenAt).filter((at) => at !== undefined);
  const age =
    seen.length === 0
      ? `no answer ever came from ${pending.length === 1 ? 'it' : 'them'}`
      : `the last answer is ${formatDuration(now - Math.max(...seen))} old`;
  return `${report.asked} times in ${formatDuration(report.elapsedMs)}; ${age}`;
}

/** What the caller knows around a node; a diagnosis that breaks must not hide the error it is for. */
export async function diagnosis(
  node: string,
  options: Pick<NodeWaitOptions, 'diagnose'>,
): Promise<readonly Fact[]> {
  try {
    return (await options.diagnose?.(node)) ?? [];
  } catch (error) {
    return [['Diagnosis', `none of ${node}: ${error instanceof Error ? error.message : error}`]];
  }
}

/** Nodes that saw the same are named together. */
function describeOthers<T>(there: readonly NodeSight<T>[], are: string): string {
  const bySaw = new Map<string, string[]>();
  for (const { node, look } of there) {
    const saw = look?.saw ?? '';
    bySaw.set(saw, [...(bySaw.get(saw) ?? []), node]);
  }
  return [...bySaw].map(([saw, names]) => `${joinNames(names)} ${are}: ${saw}`).join('\n');
}

/** Does the work for every item, at most so many at a time; the first error ends it. */
export async function eachBounded<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
