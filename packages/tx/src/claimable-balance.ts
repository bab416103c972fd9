import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId } from './address.ts';
import { sha256 } from './hash.ts';
import { refuse } from './problem.ts';

/** When a claimant may claim. Times are Unix seconds (`before`) or seconds after the balance was made (`within`). */
export type ClaimPredicate =
  | 'always'
  | { readonly not: ClaimPredicate }
  | { readonly and: readonly [ClaimPredicate, ClaimPredicate] }
  | { readonly or: readonly [ClaimPredicate, ClaimPredicate] }
  | { readonly before: bigint }
  | { readonly within: bigint };

/** Who may claim a balance, and when. */
export interface Claimant {
  readonly destination: AccountRef;
  /** @default 'always' */
  readonly when?: ClaimPredicate;
}

/** The claimant as XDR. */
export const toClaimant = (claimant: Claimant): xdr.Claimant =>
  xdr.Claimant.claimantTypeV0(
    new xdr.ClaimantV0({
      destination: toAccountId(claimant.destination),
      predicate: toPredicate(claimant.when ?? 'always'),
    }),
  );

function toPredicate(predicate: ClaimPredicate): xdr.ClaimPredicate {
  if (predicate === 'always') return xdr.ClaimPredicate.claimPredicateUnconditional();
  if ('not' in predicate) return xdr.ClaimPredicate.claimPredicateNot(toPredicate(predicate.not));
  if ('and' in predicate)
    return xdr.ClaimPredicate.claimPredicateAnd(predicate.and.map(toPredicate));
  if ('or' in predicate) return xdr.ClaimPredicate.claimPredicateOr(predicate.or.map(toPredicate));
  return 'before' in predicate
    ? xdr.ClaimPredicate.claimPredicateBeforeAbsoluteTime(predicate.before)
    : xdr.ClaimPredicate.claimPredicateBeforeRelativeTime(predicate.within);
}

/**
 * The 32 bytes by which a claimable balance is known: a hash of the transaction's source, its sequence number and the
 * index (from 0) of the operation that made it, so it is known before the transaction is sent.
 */
export function claimableBalanceId(maker: {
  readonly source: AccountRef;
  readonly sequence: bigint;
  readonly operation: number;
}): Buffer {
  return sha256(
    xdr.HashIdPreimage.envelopeTypeOpId(
      new xdr.HashIdPreimageOperationId({
        sourceAccount: toAccountId(maker.source),
        seqNum: maker.sequence,
        opNum: maker.operation,
      }),
    ).toXdr(),
  );
}

/** The id as XDR, from its 32 bytes. */
export function toBalanceId(id: Uint8Array): xdr.ClaimableBalanceId {
  if (id.length !== 32)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'balance' },
      `the id of a claimable balance has 32 bytes, got ${id.length}`,
    );
  return xdr.ClaimableBalanceId.claimableBalanceIdTypeV0(id);
}
