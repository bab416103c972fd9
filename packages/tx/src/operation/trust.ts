import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId, toMuxedAccount } from '../address.ts';
import { type Amount, MAX_STROOPS, parseAmount } from '../amount.ts';
import { type Asset, toAsset, toAssetCode, unitOf } from '../asset.ts';
import { type Pool, poolParameters } from '../pool.ts';
import { type Operation, type OperationSource, wrap } from './wrap.ts';

/** Lets the account hold an asset, or shares of a pool, up to a limit; limit 0 deletes the trust line. */
export function changeTrust(
  options: OperationSource & {
    readonly asset: Asset | Pool;
    /** @default the most that fits */
    readonly limit?: Amount;
  },
): Operation {
  const { asset, limit = MAX_STROOPS } = options;
  const isPool = typeof asset === 'object' && 'pool' in asset;
  return wrap(
    options,
    xdr.OperationBody.changeTrust(
      new xdr.ChangeTrustOp({
        line: isPool
          ? xdr.ChangeTrustAsset.assetTypePoolShare(poolParameters(asset))
          : toChangeTrustAsset(toAsset(asset)),
        limit: parseAmount(limit, isPool ? 'shares' : unitOf(asset)),
      }),
    ),
  );
}

function toChangeTrustAsset(asset: xdr.Asset): xdr.ChangeTrustAsset {
  switch (asset.type) {
    case 'assetTypeNative':
      return xdr.ChangeTrustAsset.assetTypeNative();
    case 'assetTypeCreditAlphanum4':
      return xdr.ChangeTrustAsset.assetTypeCreditAlphanum4(asset.alphaNum4);
    case 'assetTypeCreditAlphanum12':
      return xdr.ChangeTrustAsset.assetTypeCreditAlphanum12(asset.alphaNum12);
  }
}

const authorizations = { none: 0, full: 1, maintainLiabilities: 2 } as const;

/** The issuer authorizes, or stops authorizing, the holding of its asset (the older way of setTrustLineFlags). */
export function allowTrust(
  options: OperationSource & {
    readonly trustor: AccountRef;
    readonly code: string;
    /** A name, or the number itself. */
    readonly authorize: keyof typeof authorizations | number;
  },
): Operation {
  const code = toAssetCode(options.code);
  return wrap(
    options,
    xdr.OperationBody.allowTrust(
      new xdr.AllowTrustOp({
        trustor: toAccountId(options.trustor),
        asset:
          code.length === 4
            ? xdr.AssetCode.assetTypeCreditAlphanum4(code)
            : xdr.AssetCode.assetTypeCreditAlphanum12(code),
        authorize:
          typeof options.authorize === 'number'
            ? options.authorize
            : authorizations[options.authorize],
      }),
    ),
  );
}

const trustLineFlags = {
  authorized: 1,
  authorizedToMaintainLiabilities: 2,
  clawbackEnabled: 4,
} as const;

/** What an issuer says about one holding of its asset. */
export type TrustLineFlag = keyof typeof trustLineFlags;

const bits = (flags: readonly TrustLineFlag[] | number | undefined): number =>
  typeof flags === 'number'
    ? flags
    : (flags ?? []).reduce((sum, flag) => sum | trustLineFlags[flag], 0);

/** The issuer changes the flags of a holding of its asset. */
export function setTrustLineFlags(
  options: OperationSource & {
    readonly trustor: AccountRef;
    readonly asset: Asset;
    /** Names, or the bits themselves. */
    readonly clearFlags?: readonly TrustLineFlag[] | number;
    readonly setFlags?: readonly TrustLineFlag[] | number;
  },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.setTrustLineFlags(
      new xdr.SetTrustLineFlagsOp({
        trustor: toAccountId(options.trustor),
        asset: toAsset(options.asset),
        clearFlags: bits(options.clearFlags),
        setFlags: bits(options.setFlags),
      }),
    ),
  );
}

/** The issuer takes back an amount of its asset. */
export function clawback(
  options: OperationSource & {
    readonly asset: Asset;
    readonly from: AccountRef;
    readonly amount: Amount;
  },
): Operation {
  return wrap(
    options,
    xdr.OperationBody.clawback(
      new xdr.ClawbackOp({
        asset: toAsset(options.asset),
        from: toMuxedAccount(options.from),
        amount: parseAmount(options.amount, unitOf(options.asset)),
      }),
    ),
  );
}
