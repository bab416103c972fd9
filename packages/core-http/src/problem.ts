import { type Fact, type Problem, SscError, type Verdict } from '@ssc/errors';

/** What goes wrong between a client and one node. All name the node and the command. */
export type CoreProblemCode =
  /** No connection was made: the request reached nobody. */
  | 'SSC_CORE_UNREACHABLE'
  /** The connection broke, or no whole reply came in time: the node may have acted. */
  | 'SSC_CORE_REPLY_LOST'
  /** `{"error": "Core is booting, try again later"}`: the last closed ledger is not loaded yet. */
  | 'SSC_CORE_BOOTING'
  /** `{"error": …}` or `{"status": "error", …}`. */
  | 'SSC_CORE_ERROR'
  /** `{"exception": …}`, which core does not escape, so it may be invalid JSON. */
  | 'SSC_CORE_EXCEPTION'
  /** Plain text other than the command's own word of success. */
  | 'SSC_CORE_TEXT'
  /** 404 with core's welcome page: this build or configuration has no such command. */
  | 'SSC_CORE_COMMAND_MISSING'
  /** 400: core's server could not parse the request. */
  | 'SSC_CORE_BAD_REQUEST'
  /** Nothing, where the command answers something. */
  | 'SSC_CORE_EMPTY_REPLY'
  /** JSON of another shape than the command's, or cut off. */
  | 'SSC_CORE_REPLY_UNEXPECTED'
  /** A status that core never gives and a body that nobody known writes. */
  | 'SSC_CORE_STATUS_UNEXPECTED'
  /** A `Status` object: the API server answered, not the node. */
  | 'SSC_PROXY_STATUS'
  /** A page of HTML that is not core's: a proxy answered, not the node. */
  | 'SSC_PROXY_HTML';

/** A {@link CoreProblemCode} with the node and the command it is about. */
export interface CoreProblem extends Problem {
  readonly code: CoreProblemCode;
  readonly node: string;
  /** The first part of the path. @example "info" */
  readonly command: string;
  /** Of the reply, when there was one. */
  readonly status?: number;
  /** True when this node has answered this client before. */
  readonly answeredBefore?: boolean;
}

/** What was refused before anything was sent. */
export interface CoreUsageProblem extends Problem {
  readonly code: 'SSC_CORE_URL_TOO_LONG' | 'SSC_CORE_ARGUMENT' | 'SSC_CORE_NO_QUERY_PORT';
}

const transient: ReadonlySet<string> = new Set<CoreProblemCode>([
  'SSC_CORE_UNREACHABLE',
  'SSC_CORE_REPLY_LOST',
  'SSC_CORE_BOOTING',
  'SSC_PROXY_STATUS',
  'SSC_PROXY_HTML',
  // Core never gives these two to a read: a proxy that is starting or overloaded does.
  'SSC_CORE_EMPTY_REPLY',
  'SSC_CORE_STATUS_UNEXPECTED',
]);

/**
 * True for what may be over a moment later: nobody answered, or somebody in between, or the node is booting. A refusal
 * for want of permission (401, 403) stays one, unless the node has answered before: an API server that has just started again
 * refuses what it allows, until it has read its roles.
 */
export function isTransient(error: unknown): error is SscError<CoreProblem> {
  if (!(error instanceof SscError) || !transient.has(error.code)) return false;
  const { status, answeredBefore } = error.problem as CoreProblem;
  return (status !== 401 && status !== 403) || answeredBefore === true;
}

// What core itself says no to is about the network under test; all else says nothing about it.
const failed: ReadonlySet<CoreProblemCode> = new Set([
  'SSC_CORE_ERROR',
  'SSC_CORE_EXCEPTION',
  'SSC_CORE_TEXT',
]);

/** What an error between a client and a node is made from. */
export interface CoreErrorParts {
  readonly code: CoreProblemCode;
  readonly node: string;
  readonly command: string;
  readonly status?: number;
  readonly answeredBefore?: boolean;
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly hint?: string | undefined;
  readonly definite?: boolean | undefined;
  readonly cause?: unknown;
}

export function coreError(parts: CoreErrorParts): SscError<CoreProblem> {
  const verdict: Verdict = failed.has(parts.code) ? 'failed' : 'broken';
  return new SscError({
    problem: {
      code: parts.code,
      node: parts.node,
      command: parts.command,
      ...(parts.status !== undefined && { status: parts.status }),
      ...(parts.answeredBefore === true && { answeredBefore: true }),
    },
    verdict,
    summary: parts.summary,
    facts: parts.facts,
    ...(parts.hint !== undefined && { hint: parts.hint }),
    ...(parts.definite !== undefined && { definite: parts.definite }),
    ...(parts.cause !== undefined && { cause: parts.cause }),
  });
}
