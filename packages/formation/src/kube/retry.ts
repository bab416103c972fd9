import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Call } from './call.ts';
import { isLackingRights, statusOf } from './refusal.ts';

/** An answer, as far as a retry goes by it. */
interface Answer {
  readonly status: number;
  readonly text: string;
  /** The pause that the server asks for. */
  readonly retryAfterMs: number | undefined;
}

/**
 * How often a call is sent at most. The API server asks for a pause by 429 and 503; six tries with doubling pauses take about half
 * a minute. A log that is not to be had (its machine is gone) is not worth that.
 */
export const triesOf = (call: Call): number => (call.verb === 'log' ? 2 : 6);

/**
 * What a reply means for its call. `final`: it is the answer. `not done`: the server has done nothing, and the call may be sent again.
 * `perhaps done`: the same, but the server may have done it before it failed. `allowed`: it has let such a call through before; one
 * that has just started again refuses what it allows, until it has read its roles.
 */
export function judgeReply(
  call: Call,
  reply: Answer,
  { allowed }: { readonly allowed: boolean },
): 'final' | 'not done' | 'perhaps done' {
  const { status, retryAfterMs } = reply;
  if (allowed && status === 403 && isLackingRights(statusOf(reply.text))) return 'not done';
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) return 'not done';
  if (status === 409 && isCollision(call, reply)) return 'not done';
  return status >= 500 && isRepeatable(call) ? 'perhaps done' : 'final';
}

/** Whether the server went so far as to look at the object: then who asks has the right to. */
export const isAboutObject = ({ status }: Pick<Answer, 'status'>): boolean =>
  status < 400 || status === 404 || status === 409 || status === 422;

/** All but JSON patches can be done twice: names are the run's own, so a second create or delete meets only our own first. */
export const isRepeatable = (call: Call): boolean =>
  call.method !== 'PATCH' || !Array.isArray(call.body);

/**
 * Another writer was faster, and what is asked does not depend on what it wrote: the server says so of patches without a
 * resourceVersion under load, and of creations that a quota must count. With a condition of ours it is the answer.
 */
function isCollision(call: Call, reply: Answer): boolean {
  if (statusOf(reply.text)?.reason !== 'Conflict') return false;
  const { metadata, preconditions } = (call.body ?? {}) as {
    readonly metadata?: V1ObjectMeta;
    readonly preconditions?: Readonly<Record<string, string>>;
  };
  if (call.method === 'DELETE') return Object.keys(preconditions ?? {}).length === 0;
  return metadata?.resourceVersion === undefined && isRepeatable(call);
}
