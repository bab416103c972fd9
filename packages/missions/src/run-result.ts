import type { SscError, Verdict } from '@ssc/errors';
import type { Json } from './phase.ts';

/** What `result.json` of a run holds. Times are ISO 8601 in UTC, lengths are seconds. */
export interface RunResult {
  readonly format: 1;
  /** The version of ssc. */
  readonly version: string;
  readonly mission: string;
  /** What the mission shows. */
  readonly summary: string;
  readonly run: string;
  readonly verdict: RunVerdict;
  /** Whether the nodes were stellar-core or core-sim. */
  readonly nodes: NodeKind;
  /** The versions that the nodes said they are, each once: what was tested. */
  readonly builds: readonly string[];
  readonly provider: string;
  readonly seed: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly phases: readonly PhaseResult[];
  /** What is checked after every mission. */
  readonly checks: readonly CheckResult[];
  readonly error?: ErrorResult;
  /** What went wrong after the verdict was known: while saving files, or cleaning up. */
  readonly afterwards: readonly ErrorResult[];
  /** Why figures of the run may mislead. */
  readonly doubts: readonly DoubtResult[];
  /** Calls to the Kubernetes API by verb. */
  readonly apiCalls: Readonly<Record<string, number>>;
}

/** `rehearsed` is what a run with a simulated node can reach at best: it never passes. */
export type RunVerdict = 'passed' | 'rehearsed' | 'failed' | 'broken' | 'usage' | 'interrupted';

/** What the nodes were; `none` when no node ever answered. */
export type NodeKind = 'real' | 'simulated' | 'mixed' | 'none';

export interface PhaseResult {
  readonly name: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly outcome: 'done' | 'failed';
  readonly value?: Json;
  /** A driver before this one did it. */
  readonly earlier?: true;
}

/** One of the final checks. `unknown`: it could not be made, or the run ended before it. */
export interface CheckResult {
  readonly name: string;
  readonly outcome: 'held' | 'failed' | 'skipped' | 'unknown';
  readonly seconds?: number;
  /** Why it was skipped. */
  readonly because?: string;
}

export interface DoubtResult {
  readonly kind: 'simulated' | 'drift' | 'restart' | 'missing' | 'short' | 'spread';
  readonly phase?: string;
  readonly node?: string;
  readonly text: string;
}

export interface ErrorResult {
  readonly code: string;
  readonly verdict: Verdict;
  readonly message: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly hint?: string;
  readonly phase?: string;
}

/** An error as `result.json` tells it. */
export function toErrorResult(error: SscError, phase?: string): ErrorResult {
  return {
    code: error.code,
    verdict: error.verdict,
    message: error.message,
    facts: error.facts,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(phase !== undefined && { phase }),
  };
}
