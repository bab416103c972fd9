import type { Json } from './phase.ts';
import type { CheckResult, ErrorResult, NodeKind, RunVerdict } from './run-result.ts';

/** What happened in a run, in order. `at` is milliseconds since the Unix epoch, by the run's clock. */
export type RunEvent = { readonly at: number } & RunEventBody;

export type RunEventBody =
  | {
      readonly type: 'run-started';
      readonly mission: string;
      readonly run: string;
      readonly summary: string;
      readonly seed: string;
      readonly provider: string;
    }
  | { readonly type: 'phase-started'; readonly phase: string }
  | {
      readonly type: 'phase-ended';
      readonly phase: string;
      readonly seconds: number;
      readonly outcome: 'done' | 'failed';
      readonly value?: Json;
      /** A driver before this one did it. */
      readonly earlier?: true;
    }
  | ({ readonly type: 'check-ended' } & CheckResult)
  | { readonly type: 'note'; readonly text: string }
  | {
      readonly type: 'run-ended';
      readonly verdict: RunVerdict;
      readonly nodes: NodeKind;
      readonly seconds: number;
      readonly error?: ErrorResult;
    };
