import type { SscError, Verdict } from '@ssc/errors';
import type { Json } from './phase.ts';
import type { NodeKind, RunVerdict } from './run-event.ts';

/** What `result.json` of a run holds. Times are ISO 8601 in UTC, lengths are seconds. */
export interface RunResult {
  readonly format: 1;
  readonly mission: string;
  readonly run: string;
  readonly verdict: RunVerdict;
  /** Whether the nodes were stellar-core or core-sim. */
  readonly nodes: NodeKind;
  readonly provider: string;
  readonly seed: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  readonly phases: readonly PhaseResult[];
  readonly error?: ErrorResult;
  /** What went wrong after the verdict was known: while saving files, or cleaning up. */
  readonly afterwards: readonly ErrorResult[];
  /** Calls to the Kubernetes API by verb. */
  readonly apiCalls: Readonly<Record<string, number>>;
}

export interface PhaseResult {
  readonly name: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly outcome: 'done' | 'failed';
  readonly value?: Json;
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
