import type { Random } from '@ssc/clock';
import type { Call } from './api/call.ts';

/** What goes wrong with one call of the API. */
export type ApiFault =
  /** It takes this much longer. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** A Status with this code. 429 and 503 carry Retry-After. */
  | {
      readonly kind: 'status';
      readonly code: 403 | 409 | 429 | 500 | 503;
      readonly retryAfterSeconds?: number;
    }
  /** The connection is cut, before the call is done or after, when only the answer is lost. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** No answer ever, whether the call is done or not. */
  | { readonly kind: 'silence'; readonly when: 'before' | 'after' }
  /** The stream of a watch or followed log is cut after this time. Other answers are left alone. */
  | { readonly kind: 'drop'; readonly afterMs: number }
  /** The stream stays open, but nothing comes any more after this time. */
  | { readonly kind: 'mute'; readonly afterMs: number };

/** Which calls a fault strikes. */
export interface ApiFaultRule {
  readonly fault: ApiFault;
  /** The number of the call, from 1; undefined: any. */
  readonly call?: number;
  /** Undefined: any. @example "create" */
  readonly verb?: string;
  /** Undefined: any. @example "pods/log" */
  readonly resource?: string;
  /** How often it strikes at most. @default 1 with `call`, unlimited otherwise */
  readonly times?: number;
  /** The chance that it strikes a call that fits. @default 1 */
  readonly chance?: number;
}

/** Faults that a cluster begins with; more can be added while it runs. */
export interface FaultOptions {
  readonly api?: readonly ApiFaultRule[];
  /** Images, by pattern, that no pull gets, with the registry's words. */
  readonly unpullable?: Readonly<Record<string, string>>;
  /** Images, by pattern, whose pull takes this many milliseconds more. */
  readonly slowPulls?: Readonly<Record<string, number>>;
}

/** Chooses the fault of each call. */
export interface ApiFaults {
  /** The fault of the next call, if any. */
  next(call: Call): ApiFault | undefined;
  add(rule: ApiFaultRule): void;
  clear(): void;
  /** How often each kind of fault struck. */
  readonly struck: Readonly<Record<string, number>>;
}

/** Makes the chooser; equal seeds choose alike. */
export function createApiFaults(random: Random, first: readonly ApiFaultRule[]): ApiFaults {
  let rules = first.map((rule) => ({ rule, left: timesOf(rule) }));
  let calls = 0;
  const struck: Record<string, number> = {};
  return {
    next(call) {
      calls += 1;
      for (const entry of rules) {
        const { rule } = entry;
        if (entry.left <= 0 || (rule.call !== undefined && rule.call !== calls)) continue;
        if (rule.verb !== undefined && rule.verb !== call.verb) continue;
        if (rule.resource !== undefined && rule.resource !== call.resource) continue;
        if (rule.chance !== undefined && !random.chance(rule.chance)) continue;
        entry.left -= 1;
        const name = rule.fault.kind === 'status' ? String(rule.fault.code) : rule.fault.kind;
        struck[name] = (struck[name] ?? 0) + 1;
        return rule.fault;
      }
      return undefined;
    },
    add: (rule) => void rules.push({ rule, left: timesOf(rule) }),
    clear() {
      rules = [];
    },
    struck,
  };
}

const timesOf = (rule: ApiFaultRule): number =>
  rule.times ?? (rule.call === undefined ? Number.POSITIVE_INFINITY : 1);
