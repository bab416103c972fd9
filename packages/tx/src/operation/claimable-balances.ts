import { xdr } from '@stellar/stellar-sdk/base';
import { type Amount, parseAmount } from '../amount.ts';
import { type Asset, toAsset, unitOf } from '../asset.ts';
import { type Claimant, toBalanceId, toClaimant } from '../claimable-balance.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

/** Sets an amount aside for up to 10 claimants, of whom the first to ask gets it. */
export function createClaimableBalance(
  options: OperationSource & {
    /** @default 'native' */
    readonly asset?: Asset;
    readonly amount: Amount;
    readonly claimants: readonly Claimant[];
  },
): Operation {
  const asset = options.asset ?? 'native';
  return wrap(
    options,
    xdr.OperationBody.createClaimableBalance(
      new xdr.CreateClaimableBalanceOp({
        asset: toAsset(asset),
        amount: parseAmount(options.amount, unitOf(asset)),
        claimants: options.claimants.map(toClaimant),
      }),
    ),
  );
}

interface Balance extends OperationSource {
  /** The 32 bytes of its id. */
  readonly balance: Uint8Array;
}

/** Claims a balance. */
export function claimClaimableBalance(options: Balance): Operation {
  return wrap(
    options,
    xdr.OperationBody.claimClaimableBalance(
      new xdr.ClaimClaimableBalanceOp({ balanceId: toBalanceId(options.balance) }),
    ),
  );
}

/** The issuer takes back a balance that nobody has claimed. */
export function clawbackClaimableBalance(options: Balance): Operation {
  return wrap(
    options,
    xdr.OperationBody.clawbackClaimableBalance(
      new xdr.ClawbackClaimableBalanceOp({ balanceId: toBalanceId(options.balance) }),
    ),
  );
}
