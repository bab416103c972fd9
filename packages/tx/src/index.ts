// Amounts.

export { xdr } from '@stellar/stellar-sdk/base';
// Keys and accounts.
export { type AccountRef, addressOf } from './address.ts';
export {
  type Amount,
  MAX_STROOPS,
  parseAmount,
  renderAmount,
  STROOPS_PER_XLM,
} from './amount.ts';
export type { Asset } from './asset.ts';
// Hashes.
export { networkId, sha256 } from './hash.ts';
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
export {
  envelopeHash,
  generalizedTransactionSetHash,
  ledgerHeaderHash,
  resultSetHash,
  transactionHash,
  transactionSetHash,
} from './ledger-hash.ts';
// Transactions.
export type { Memo } from './memo.ts';
export { type Operation, type OperationSource, operation } from './operation.ts';
export type { Preconditions } from './preconditions.ts';
export type { TxProblem } from './problem.ts';
// Results.
export {
  coreSpelling,
  type ExplainedOperation,
  type ExplainedResult,
  explainResult,
  type ResultContext,
} from './result.ts';
export {
  BASE_FEE,
  type SignedTransaction,
  type Signing,
  signTransaction,
  type TransactionPlan,
  toTransaction,
} from './transaction.ts';
export { decodeAs, type XdrInput } from './xdr-input.ts';
