import { xdr } from '@stellar/stellar-sdk/base';
import { type AccountRef, toAccountId } from './address.ts';
import { type Asset, toAsset } from './asset.ts';
import { toBalanceId } from './claimable-balance.ts';
import { liquidityPoolId, type Pool } from './pool.ts';

function toTrustLineAsset(asset: Asset | Pool): xdr.TrustLineAsset {
  if (typeof asset === 'object' && 'pool' in asset)
    return xdr.TrustLineAsset.assetTypePoolShare(new xdr.PoolId(liquidityPoolId(asset)));
  const plain = toAsset(asset);
  switch (plain.type) {
    case 'assetTypeNative':
      return xdr.TrustLineAsset.assetTypeNative();
    case 'assetTypeCreditAlphanum4':
      return xdr.TrustLineAsset.assetTypeCreditAlphanum4(plain.alphaNum4);
    case 'assetTypeCreditAlphanum12':
      return xdr.TrustLineAsset.assetTypeCreditAlphanum12(plain.alphaNum12);
  }
}

/** Keys of ledger entries, by which a node is asked for them. */
export const ledgerKey = {
  account: (account: AccountRef): xdr.LedgerKey =>
    xdr.LedgerKey.account(new xdr.LedgerKeyAccount({ accountId: toAccountId(account) })),
  trustLine: (account: AccountRef, asset: Asset | Pool): xdr.LedgerKey =>
    xdr.LedgerKey.trustline(
      new xdr.LedgerKeyTrustLine({
        accountId: toAccountId(account),
        asset: toTrustLineAsset(asset),
      }),
    ),
  offer: (seller: AccountRef, offerId: bigint): xdr.LedgerKey =>
    xdr.LedgerKey.offer(new xdr.LedgerKeyOffer({ sellerId: toAccountId(seller), offerId })),
  data: (account: AccountRef, name: string): xdr.LedgerKey =>
    xdr.LedgerKey.data(new xdr.LedgerKeyData({ accountId: toAccountId(account), dataName: name })),
  claimableBalance: (id: Uint8Array): xdr.LedgerKey =>
    xdr.LedgerKey.claimableBalance(
      new xdr.LedgerKeyClaimableBalance({ balanceId: toBalanceId(id) }),
    ),
  liquidityPool: (pool: Pool): xdr.LedgerKey =>
    xdr.LedgerKey.liquidityPool(
      new xdr.LedgerKeyLiquidityPool({ liquidityPoolId: new xdr.PoolId(liquidityPoolId(pool)) }),
    ),
  /** Of a contract's Wasm, by its SHA-256. */
  contractCode: (hash: Uint8Array): xdr.LedgerKey =>
    xdr.LedgerKey.contractCode(new xdr.LedgerKeyContractCode({ hash })),
  configSetting: (id: xdr.ConfigSettingId): xdr.LedgerKey =>
    xdr.LedgerKey.configSetting(new xdr.LedgerKeyConfigSetting({ configSettingId: id })),
} as const;
