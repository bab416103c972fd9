import { xdr } from '@stellar/stellar-sdk/base';
import type { HostFailure } from '../soroban/apply-host-call.ts';

/** Codes that need nothing more said, under their names in the XDR. */
export type SimpleCode =
  | 'txTooEarly'
  | 'txTooLate'
  | 'txMissingOperation'
  | 'txBadSeq'
  | 'txBadAuth'
  | 'txInsufficientBalance'
  | 'txNoAccount'
  | 'txInsufficientFee'
  | 'txBadAuthExtra'
  | 'txNotSupported'
  | 'txBadMinSeqAgeOrGap'
  | 'txMalformed'
  | 'txSorobanInvalid';

export type CreateAccountCode =
  | 'success'
  | 'malformed'
  | 'underfunded'
  | 'lowReserve'
  | 'alreadyExist';
export type PaymentCode = 'success' | 'malformed' | 'underfunded' | 'noDestination' | 'lineFull';

/** What an operation came to. */
export type OperationOutcome =
  | { readonly type: 'opBadAuth' | 'opNoAccount' }
  | { readonly type: 'createAccount'; readonly code: CreateAccountCode }
  | { readonly type: 'payment'; readonly code: PaymentCode }
  | {
      readonly type: 'invokeHostFunction';
      readonly code: 'success';
      /** SHA-256 of what it returned and emitted, in hex. */
      readonly hash: string;
    }
  | { readonly type: 'invokeHostFunction'; readonly code: HostFailure | 'malformed' };

/** What a transaction came to, without the fee. */
export type TxOutcome =
  | { readonly code: SimpleCode }
  | { readonly code: 'txSuccess' | 'txFailed'; readonly operations: readonly OperationOutcome[] };

export const isSuccess = (outcome: OperationOutcome): boolean =>
  'code' in outcome && outcome.code === 'success';

function renderOperation(outcome: OperationOutcome): xdr.OperationResult {
  switch (outcome.type) {
    case 'opBadAuth':
      return xdr.OperationResult.opBadAuth();
    case 'opNoAccount':
      return xdr.OperationResult.opNoAccount();
    case 'createAccount':
      return xdr.OperationResult.opInner(
        xdr.OperationResultTr.createAccount(createAccountResults[outcome.code]()),
      );
    case 'payment':
      return xdr.OperationResult.opInner(
        xdr.OperationResultTr.payment(paymentResults[outcome.code]()),
      );
    case 'invokeHostFunction': {
      const result =
        outcome.code === 'success'
          ? xdr.InvokeHostFunctionResult.invokeHostFunctionSuccess(
              new xdr.Hash(Buffer.from(outcome.hash, 'hex')),
            )
          : hostFailures[outcome.code]();
      return xdr.OperationResult.opInner(xdr.OperationResultTr.invokeHostFunction(result));
    }
  }
}

const hostFailures: Record<HostFailure | 'malformed', () => xdr.InvokeHostFunctionResult> = {
  malformed: () => xdr.InvokeHostFunctionResult.invokeHostFunctionMalformed(),
  trapped: () => xdr.InvokeHostFunctionResult.invokeHostFunctionTrapped(),
  resourceLimitExceeded: () =>
    xdr.InvokeHostFunctionResult.invokeHostFunctionResourceLimitExceeded(),
  entryArchived: () => xdr.InvokeHostFunctionResult.invokeHostFunctionEntryArchived(),
  insufficientRefundableFee: () =>
    xdr.InvokeHostFunctionResult.invokeHostFunctionInsufficientRefundableFee(),
};

const createAccountResults: Record<CreateAccountCode, () => xdr.CreateAccountResult> = {
  success: () => xdr.CreateAccountResult.createAccountSuccess(),
  malformed: () => xdr.CreateAccountResult.createAccountMalformed(),
  underfunded: () => xdr.CreateAccountResult.createAccountUnderfunded(),
  lowReserve: () => xdr.CreateAccountResult.createAccountLowReserve(),
  alreadyExist: () => xdr.CreateAccountResult.createAccountAlreadyExist(),
};

const paymentResults: Record<PaymentCode, () => xdr.PaymentResult> = {
  success: () => xdr.PaymentResult.paymentSuccess(),
  malformed: () => xdr.PaymentResult.paymentMalformed(),
  underfunded: () => xdr.PaymentResult.paymentUnderfunded(),
  noDestination: () => xdr.PaymentResult.paymentNoDestination(),
  lineFull: () => xdr.PaymentResult.paymentLineFull(),
};

function renderOutcome(outcome: TxOutcome): xdr.TransactionResultResult {
  switch (outcome.code) {
    case 'txSuccess':
      return xdr.TransactionResultResult.txSuccess(outcome.operations.map(renderOperation));
    case 'txFailed':
      return xdr.TransactionResultResult.txFailed(outcome.operations.map(renderOperation));
    default:
      return xdr.TransactionResultResult[outcome.code]();
  }
}

function renderInner(outcome: TxOutcome): xdr.InnerTransactionResultResult {
  switch (outcome.code) {
    case 'txSuccess':
      return xdr.InnerTransactionResultResult.txSuccess(outcome.operations.map(renderOperation));
    case 'txFailed':
      return xdr.InnerTransactionResultResult.txFailed(outcome.operations.map(renderOperation));
    default:
      return xdr.InnerTransactionResultResult[outcome.code]();
  }
}

/** The code of a `TransactionResult` in XDR. */
export const refusalOf = (result: Uint8Array): string =>
  xdr.TransactionResult.fromXdr(result).result.type;

/** The XDR of the `TransactionResult`. */
export function encodeResult(feeCharged: bigint, outcome: TxOutcome): Buffer {
  return render(feeCharged, renderOutcome(outcome));
}

/** The `TransactionResult` of a fee bump: the outcome is that of the transaction inside. */
export function encodeFeeBumpResult(
  feeCharged: bigint,
  inner: { readonly hash: string; readonly feeCharged: bigint; readonly outcome: TxOutcome },
): Buffer {
  const pair = new xdr.InnerTransactionResultPair({
    transactionHash: Buffer.from(inner.hash, 'hex'),
    result: new xdr.InnerTransactionResult({
      feeCharged: inner.feeCharged,
      result: renderInner(inner.outcome),
      ext: xdr.InnerTransactionResultExt.v0(),
    }),
  });
  return render(
    feeCharged,
    inner.outcome.code === 'txSuccess'
      ? xdr.TransactionResultResult.txFeeBumpInnerSuccess(pair)
      : xdr.TransactionResultResult.txFeeBumpInnerFailed(pair),
  );
}

function render(feeCharged: bigint, result: xdr.TransactionResultResult): Buffer {
  const ext = xdr.TransactionResultExt.v0();
  return Buffer.from(new xdr.TransactionResult({ feeCharged, result, ext }).toXdr());
}
