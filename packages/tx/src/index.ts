// Keys and accounts.

export { type AccountRef, addressOf } from './address.ts';
export {
  type KeyPair,
  keyFromSecret,
  keyFromSeed,
  publicKeyBytes,
  renderPublicKey,
  rootKey,
  type Signer,
  testAccountKey,
  verifySignature,
} from './key.ts';

// Amounts.

export {
  type Amount,
  MAX_STROOPS,
  parseAmount,
  renderAmount,
  STROOPS_PER_XLM,
} from './amount.ts';

// Operations and what they speak of.

export type { Asset } from './asset.ts';
export { type Claimant, type ClaimPredicate, claimableBalanceId } from './claimable-balance.ts';
export { ledgerKey } from './ledger-key.ts';
export type { AccountFlag } from './operation/accounts.ts';
export type { TrustLineFlag } from './operation/trust.ts';
export type { Operation, OperationSource } from './operation/wrap.ts';
export { operation } from './operation.ts';
export { liquidityPoolId, type Pool } from './pool.ts';
export type { Price } from './price.ts';
export type { SignerKey } from './signer-key.ts';
export { wantedAmount } from './wanted-amount.ts';

// Transactions.

export { addSignatures, type SignedFeeBump, signFeeBump } from './envelope.ts';
export type { Memo } from './memo.ts';
export type { Preconditions } from './preconditions.ts';
export {
  BASE_FEE,
  type SignedTransaction,
  type Signing,
  signTransaction,
  type TransactionPlan,
  toTransaction,
} from './transaction.ts';

// An account in use.

export {
  type AccountOptions,
  type AccountPhase,
  type AccountPlan,
  type AccountPort,
  type AccountState,
  type AppliedTransaction,
  type OpenAccount,
  openAccount,
  type SubmitReply,
} from './account.ts';

// Results, and what can go wrong.

export type { TxProblem } from './problem.ts';
export {
  coreSpelling,
  type ExplainedOperation,
  type ExplainedResult,
  explainResult,
  type ResultContext,
} from './result.ts';

// Upgrades of the network's settings.

export { configDoubts } from './config-bounds.ts';
export {
  type ConfigChanges,
  changeConfig,
  configUpgradeEntryKey,
  configUpgradeSet,
  configUpgradeSetKey,
  contractId,
  type SettingsUpgrade,
  settingsUpgrade,
} from './config-upgrade.ts';
export { settingsContract } from './settings-contract.ts';

// Hashes.

export { networkId, sha256 } from './hash.ts';
export {
  envelopeHash,
  generalizedTransactionSetHash,
  ledgerHeaderHash,
  resultSetHash,
  transactionHash,
  transactionSetHash,
} from './ledger-hash.ts';

// XDR.

export { xdr } from '@stellar/stellar-sdk/base';
export { type DecodedXdr, decodeXdr, renderDecodedXdr } from './decode.ts';
export { decodeAs, type XdrInput } from './xdr-input.ts';
