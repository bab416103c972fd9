import { isSignedBy, type KeyId } from '../keys.ts';
import type { Account } from '../ledger/account.ts';
import { zeroHash } from '../ledger/header.ts';
import type { SorobanConfig } from '../soroban/config.ts';
import type { HostCall } from '../soroban/host-call.ts';
import { checkSoroban } from '../soroban/resources.ts';
import {
  inclusionFeeOf,
  operationCount,
  type SimOperation,
  type TxBody,
  type TxFrame,
  type TxSignature,
} from './frame.ts';
import { isSuccess, type OperationOutcome, type SimpleCode, type TxOutcome } from './result.ts';

/** What the rules need to know of the ledger on which a transaction stands. */
export interface LedgerView {
  readonly protocol: number;
  readonly baseFee: number;
  readonly baseReserve: number;
  /** The ledger that the transaction would be in. */
  readonly seq: number;
  /** Its close time in seconds; for a submission that of the last closed ledger. */
  readonly closeTime: number;
  /** How many operations a ledger may have, transactions before protocol 11. */
  readonly maxTxSetSize: number;
  /** The settings of contracts, from protocol 20 on. */
  readonly soroban: SorobanConfig | undefined;
  account(id: KeyId): Account | undefined;
}

/** An account must keep two base reserves. */
export const minBalance = (view: Pick<LedgerView, 'baseReserve'>): bigint =>
  2n * BigInt(view.baseReserve);

/** The least that the ledger takes for the transaction. */
export const minFee = (view: LedgerView, frame: TxFrame): bigint =>
  BigInt(view.baseFee) * BigInt(operationCount(frame));

/** The first sequence number of an account made in a ledger, and the one that no transaction of that ledger may use. */
export const startingSeqNum = (seq: number): bigint => BigInt(seq) << 32n;

/** Counts which signatures were needed; one that nobody needed makes the transaction bad. */
export class SignatureCheck {
  readonly #hash: Buffer;
  readonly #signatures: readonly TxSignature[];
  readonly #used: boolean[];

  constructor(body: Pick<TxBody, 'hash' | 'signatures'>) {
    this.#hash = Buffer.from(body.hash, 'hex');
    this.#signatures = body.signatures;
    this.#used = body.signatures.map(() => false);
  }

  /** True when one of the signatures is the account's master key's. */
  signedBy(id: KeyId): boolean {
    const hint = id.slice(56);
    for (const [i, { hint: theirs, signature }] of this.#signatures.entries()) {
      if (Buffer.from(theirs).toString('hex') !== hint) continue;
      if (!isSignedBy(id, this.#hash, signature)) continue;
      this.#used[i] = true;
      return true;
    }
    return false;
  }

  get allUsed(): boolean {
    return this.#used.every((used) => used);
  }
}

/** The rules before signatures are looked at; undefined when they hold. */
function checkBeforeAuth(
  view: LedgerView,
  frame: TxFrame,
  body: TxBody,
  source: Account | undefined,
): SimpleCode | undefined {
  if (view.protocol < 13 ? frame.envelopeType !== 'v0' : false) return 'txNotSupported';
  if (body.operations.length === 0) return 'txMissingOperation';
  if (body.minTime > BigInt(view.closeTime)) return 'txTooEarly';
  if (body.maxTime !== 0n && body.maxTime < BigInt(view.closeTime)) return 'txTooLate';
  const { preconditions } = body;
  if (preconditions !== undefined) {
    if (view.protocol < 19) return 'txNotSupported';
    if (preconditions.minLedger > view.seq) return 'txTooEarly';
    if (preconditions.maxLedger !== 0 && preconditions.maxLedger <= view.seq) return 'txTooLate';
  }
  const refusal = checkSoroban(view, frame, body);
  if (refusal !== undefined) return refusal;
  if (frame.inner === undefined && inclusionFeeOf(frame) < minFee(view, frame))
    return 'txInsufficientFee';
  if (source === undefined) return 'txNoAccount';
  if (!isNextSeqNum(view, body, source)) return 'txBadSeq';
  if (preconditions !== undefined) {
    const { ledger, time } = source.seqChanged ?? { ledger: 0, time: 0 };
    if (
      BigInt(time) + preconditions.minSeqAge > BigInt(view.closeTime) ||
      ledger + preconditions.minSeqLedgerGap > view.seq
    )
      return 'txBadMinSeqAgeOrGap';
  }
  return undefined;
}

function isNextSeqNum(view: LedgerView, body: TxBody, source: Account): boolean {
  if (body.seqNum === startingSeqNum(view.seq)) return false;
  const least = body.preconditions?.minSeqNum;
  if (least !== undefined) return source.seqNum >= least && source.seqNum < body.seqNum;
  return source.seqNum + 1n === body.seqNum;
}

/** What the ledger alone can say of an operation before it is applied. */
function checkOperation(view: LedgerView, body: TxBody, operation: SimOperation): OperationOutcome {
  const source = operation.source ?? body.source;
  if (operation.type === 'invokeHostFunction') return checkCall(view, operation.call);
  if (operation.type === 'payment')
    return { type: 'payment', code: operation.amount <= 0n ? 'malformed' : 'success' };
  const isTooLittle = view.protocol >= 14 ? operation.amount < 0n : operation.amount <= 0n;
  const isMalformed = isTooLittle || operation.destination === source;
  return { type: 'createAccount', code: isMalformed ? 'malformed' : 'success' };
}

function checkCall(view: LedgerView, call: HostCall): OperationOutcome {
  const most = view.soroban?.maxContractSize ?? 0;
  const isTooLarge = call.kind === 'upload' && call.wasm.length > most;
  return isTooLarge
    ? { type: 'invokeHostFunction', code: 'resourceLimitExceeded' }
    : // Nothing was called yet, so nothing was returned.
      { type: 'invokeHostFunction', code: 'success', hash: zeroHash };
}

function checkOperations(
  view: LedgerView,
  body: TxBody,
  signatures: SignatureCheck,
): readonly OperationOutcome[] {
  return body.operations.map((operation): OperationOutcome => {
    const source = operation.source ?? body.source;
    if (view.account(source) === undefined) return { type: 'opNoAccount' };
    if (operation.source !== undefined && !signatures.signedBy(source))
      return { type: 'opBadAuth' };
    return checkOperation(view, body, operation);
  });
}

/** The rules for a body that its own signatures and the source's balance must bear; undefined when they hold. */
function checkBody(
  view: LedgerView,
  frame: TxFrame,
  body: TxBody,
  when: 'submission' | 'application',
): TxOutcome | undefined {
  const source = view.account(body.source);
  const early = checkBeforeAuth(view, frame, body, source);
  if (early !== undefined) return { code: early };
  const signatures = new SignatureCheck(body);
  if (!signatures.signedBy(body.source)) return { code: 'txBadAuth' };
  if (
    when === 'submission' &&
    frame.inner === undefined &&
    (source?.balance ?? 0n) - minBalance(view) < frame.fee
  )
    return { code: 'txInsufficientBalance' };
  const operations = checkOperations(view, body, signatures);
  if (!operations.every(isSuccess)) return { code: 'txFailed', operations };
  return signatures.allUsed ? undefined : { code: 'txBadAuthExtra' };
}

/** The rules that a fee bump itself must bear. */
function checkFeeBump(view: LedgerView, frame: TxFrame, inner: TxBody): TxOutcome | undefined {
  if (view.protocol < 13) return { code: 'txNotSupported' };
  const innerMin = BigInt(view.baseFee) * BigInt(Math.max(1, inner.operations.length));
  // The rate of the bump must not be below that of the transaction inside.
  const [bid, innerBid] = [inclusionFeeOf(frame), inclusionFeeOf(inner)];
  if (bid < minFee(view, frame) || bid * innerMin < innerBid * minFee(view, frame))
    return { code: 'txInsufficientFee' };
  const payer = view.account(frame.feeSource);
  if (payer === undefined) return { code: 'txNoAccount' };
  const signatures = new SignatureCheck(frame);
  if (!signatures.signedBy(frame.feeSource)) return { code: 'txBadAuth' };
  if (payer.balance - minBalance(view) < frame.fee) return { code: 'txInsufficientBalance' };
  return signatures.allUsed ? undefined : { code: 'txBadAuthExtra' };
}

/** Why a transaction is not valid, and whose outcome that is. */
export interface Refusal {
  readonly outcome: TxOutcome;
  /** True when it is the transaction inside a fee bump that is not valid. */
  readonly isInner: boolean;
}

/** Judges a transaction as for a submission; undefined when it is valid (stellar-core: TransactionFrame::checkValid). */
export function checkTransaction(view: LedgerView, frame: TxFrame): Refusal | undefined {
  if (frame.inner !== undefined) {
    const outer = checkFeeBump(view, frame, frame.inner);
    if (outer !== undefined) return { outcome: outer, isInner: false };
  }
  const outcome = checkBody(view, frame, frame.inner ?? frame, 'submission');
  return outcome && { outcome, isInner: frame.inner !== undefined };
}

/** Judges a transaction again when its turn to be applied has come: its fee is paid already. */
export const checkForApply = (view: LedgerView, frame: TxFrame): TxOutcome | undefined =>
  checkBody(view, frame, frame.inner ?? frame, 'application');
