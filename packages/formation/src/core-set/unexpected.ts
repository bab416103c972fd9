import type { NodeInfo } from '@ssc/core-http';
import { type Problem, SscError } from '@ssc/errors';
import { renderAmount } from '@ssc/tx';
import type { Account } from './core-set.ts';

/** A balance that is not as expected. */
export interface BalanceProblem extends Problem {
  readonly code: 'SSC_BALANCE_UNEXPECTED' | 'SSC_ACCOUNT_MISSING';
  readonly account: string;
}

/** A node is at another protocol than expected. */
export interface ProtocolProblem extends Problem {
  readonly code: 'SSC_PROTOCOL_UNEXPECTED';
  readonly node: string;
  readonly protocol: number;
}

export const unexpectedBalance = (
  node: string,
  account: Account,
  { expected, stroops }: { readonly expected: bigint; readonly stroops: bigint },
): SscError<BalanceProblem> =>
  new SscError({
    problem: { code: 'SSC_BALANCE_UNEXPECTED', account: account.name },
    verdict: 'failed',
    summary: `${account.name} should have ${renderAmount(expected)}, and has ${renderAmount(stroops)} on ${node}`,
    facts: [
      ['Account', account.publicKey],
      ['Difference', renderAmount(stroops - expected)],
    ],
  });

export const unexpectedProtocol = (
  node: string,
  protocol: number,
  { ledger, protocol_version: supported }: NodeInfo,
): SscError<ProtocolProblem> =>
  new SscError({
    problem: { code: 'SSC_PROTOCOL_UNEXPECTED', node, protocol: ledger.version },
    verdict: 'failed',
    summary: `${node} should be at protocol ${protocol}, and is at ${ledger.version}`,
    facts: [['Supports', `protocols up to ${supported}`]],
  });

/** An account that should be in the ledger is not. */
export const accountMissing = (name: string, node: string): SscError =>
  new SscError<BalanceProblem>({
    problem: { code: 'SSC_ACCOUNT_MISSING', account: name },
    verdict: 'failed',
    summary: `${node} has no account "${name}"`,
  });
