import { isSscError, SscError } from '@ssc/errors';
import type { RefusedProblem } from './api.ts';
import type { Call } from './call.ts';

/** The body of an answer that is no object. */
export interface KubeStatus {
  readonly kind?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** The Status that a body is, if it is one. */
export function statusOf(text: string): KubeStatus | undefined {
  try {
    const value = JSON.parse(text) as KubeStatus;
    return value.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}

const inWords = ({ verb, what }: Call): string =>
  verb === 'log' ? `give the ${what}` : `${verb} ${what}`;

/** The server's no, in its own words. */
export function refused(
  call: Call,
  reply: { status: number; text: string },
): SscError<RefusedProblem> {
  const status = statusOf(reply.text);
  const reason = status?.reason ?? `HTTP ${reply.status}`;
  return new SscError<RefusedProblem>({
    problem: {
      code: 'SSC_KUBE_REFUSED',
      status: reply.status,
      reason,
      verb: call.verb,
      what: call.what,
    },
    verdict: 'broken',
    summary: `the API server refused to ${inWords(call)}: ${reason}`,
    facts: [['Answered', status?.message ?? (reply.text.slice(0, 500) || '(nothing)')]],
    ...(isLackingRights(status) && { hint: rightsHint }),
    definite: true,
  });
}

/** What the API server refused, when the error is that. */
export const refusalOf = (error: unknown): RefusedProblem | undefined =>
  isSscError(error, 'SSC_KUBE_REFUSED') ? (error.problem as RefusedProblem) : undefined;

/** Refused by who asks, not by what is asked: quotas and policies are Forbidden too. */
export const isLackingRights = (status: KubeStatus | undefined): boolean =>
  status?.reason === 'Forbidden' && /User "[^"]*" cannot /u.test(status.message ?? '');

const rightsHint =
  'ssc doctor says which permissions are missing, and ssc render rbac prints the Role that has them.';

/** Nobody answered. */
export function unreachable(call: Call, baseUrl: string, cause: unknown): SscError {
  return new SscError({
    problem: { code: 'SSC_KUBE_UNREACHABLE', verb: call.verb, what: call.what } as const,
    verdict: 'broken',
    summary: `the API server gave no reply to ${inWords(call)}`,
    facts: [['Server', baseUrl]],
    cause,
    ...(call.method !== 'GET' && { definite: false }),
  });
}
