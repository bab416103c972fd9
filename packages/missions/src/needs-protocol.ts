import { type Fact, usageError } from '@ssc/errors';
import type { Mission } from './define.ts';
import { flagOf } from './params.ts';

/** What stellar-core knows, and of what it was learnt. */
export interface KnownProtocol {
  /** The highest protocol that it knows. */
  readonly protocol: number;
  /** Where that comes from, and what became of the run. @example "nothing was started" */
  readonly facts: readonly Fact[];
  readonly andSo: string;
}

/** Refuses with SSC_PROTOCOL_UNKNOWN a mission that is asked for a protocol which stellar-core does not know. */
export function refuseUnknownProtocol(
  { name, needsProtocol }: Pick<Mission, 'name' | 'needsProtocol'>,
  params: Readonly<Record<string, unknown>>,
  { protocol, facts, andSo }: KnownProtocol,
): void {
  if (needsProtocol === undefined || Number(params[needsProtocol]) <= protocol) return;
  throw usageError(
    'SSC_PROTOCOL_UNKNOWN',
    `${name} is asked for protocol ${params[needsProtocol]}, and stellar-core knows protocols up to ${protocol}; ${andSo}`,
    {
      facts,
      hint: `Give --${flagOf(needsProtocol)} ${protocol} or lower, or a newer stellar-core.`,
    },
  );
}
