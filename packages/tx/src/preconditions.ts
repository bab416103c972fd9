import { xdr } from '@stellar/stellar-sdk/base';
import { refuse } from './problem.ts';
import { type SignerKey, toSignerKey } from './signer-key.ts';

/** When a transaction is valid, beside its sequence number. Nothing given: always. */
export interface Preconditions {
  /** Close times, Unix seconds; `to` 0 or missing: no end. A missing value writes no bounds at all. */
  readonly timeBounds?: { readonly from?: bigint; readonly to?: bigint };
  /** Ledger numbers: `from` and later, before `before`; `before` 0 or missing: no end. Protocol 19. */
  readonly ledgerBounds?: { readonly from?: number; readonly before?: number };
  /** The account's sequence number may be anything from this up to below the transaction's. Protocol 19. */
  readonly minSequence?: bigint;
  /** Seconds since the account's sequence number last changed. Protocol 19. */
  readonly minSequenceAge?: bigint;
  /** Ledgers since the account's sequence number last changed. Protocol 19. */
  readonly minSequenceLedgerGap?: number;
  /** Up to two keys that must have signed as well. Protocol 19. */
  readonly extraSigners?: readonly SignerKey[];
}

/** The preconditions in the shortest of XDR's three forms: none, time, all. */
export function toPreconditions(wanted: Preconditions): xdr.Preconditions {
  const bounds = wanted.timeBounds;
  if (bounds?.from !== undefined) within64('timeBounds.from', bounds.from);
  if (bounds?.to !== undefined) within64('timeBounds.to', bounds.to);
  const timeBounds =
    bounds === undefined
      ? null
      : new xdr.TimeBounds({ minTime: bounds.from ?? 0n, maxTime: bounds.to ?? 0n });
  const plain =
    wanted.ledgerBounds === undefined &&
    wanted.minSequence === undefined &&
    wanted.minSequenceAge === undefined &&
    wanted.minSequenceLedgerGap === undefined &&
    wanted.extraSigners === undefined;
  if (plain)
    return timeBounds === null
      ? xdr.Preconditions.precondNone()
      : xdr.Preconditions.precondTime(timeBounds);
  const extraSigners = (wanted.extraSigners ?? []).map(toSignerKey);
  if (extraSigners.length > 2)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'extraSigners' },
      `a transaction names at most 2 extra signers, got ${extraSigners.length}`,
    );
  return xdr.Preconditions.precondV2(
    new xdr.PreconditionsV2({
      timeBounds,
      ledgerBounds:
        wanted.ledgerBounds === undefined
          ? null
          : new xdr.LedgerBounds({
              minLedger: wanted.ledgerBounds.from ?? 0,
              maxLedger: wanted.ledgerBounds.before ?? 0,
            }),
      minSeqNum: wanted.minSequence ?? null,
      minSeqAge: within64('minSequenceAge', wanted.minSequenceAge ?? 0n),
      minSeqLedgerGap: wanted.minSequenceLedgerGap ?? 0,
      extraSigners,
    }),
  );
}

function within64(field: string, value: bigint): bigint {
  if (value < 0n || value >= 2n ** 64n)
    throw refuse(
      { code: 'SSC_TX_INPUT', field },
      `${field} is 0 to ${2n ** 64n - 1n}, got ${value}`,
    );
  return value;
}
