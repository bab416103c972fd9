import { applyHostCall, type HostResult } from '../soroban/apply-host-call.ts';
import type { HostCall } from '../soroban/host-call.ts';
import { refundableFee } from '../soroban/resources.ts';
import { inclusionFeeOf, operationCount, type TxFrame } from '../tx/frame.ts';
import {
  encodeFeeBumpResult,
  encodeResult,
  isSuccess,
  type OperationOutcome,
  type TxOutcome,
} from '../tx/result.ts';
import { checkForApply, type LedgerView, minFee } from '../tx/rules.ts';
import { applyOperation } from './apply-operation.ts';
import type { Delta } from './delta.ts';

/** What one transaction came to. */
export interface AppliedTx {
  readonly frame: TxFrame;
  /** In stroops, without what was given back. */
  readonly feeCharged: bigint;
  readonly outcome: TxOutcome;
  /** The XDR of its `TransactionResult`. */
  readonly result: Buffer;
  /** How a call of the host of contracts went, where there was one. */
  readonly call: HostResult | undefined;
}

/** Takes the fee of a transaction and gives it. `baseFee`: what each operation pays at most; undefined: its whole bid. */
export function takeFee(
  delta: Delta,
  view: LedgerView,
  baseFee: bigint | undefined,
  frame: TxFrame,
): bigint {
  const payer = delta.get(frame.feeSource);
  if (payer === undefined) return 0n;
  const bid = inclusionFeeOf(frame);
  const most = baseFee === undefined ? bid : baseFee * BigInt(operationCount(frame));
  const wanted = (most < bid ? most : bid) + (frame.soroban?.resourceFee ?? 0n);
  const fee = wanted < payer.balance ? wanted : payer.balance;
  const seqNum = view.protocol < 10 ? frame.seqNum : payer.seqNum;
  delta.put({ ...payer, balance: payer.balance - fee, seqNum, lastModified: view.seq });
  return fee;
}

/** Applies a transaction whose fee is paid; what it does stays only if all of it succeeds. */
export function applyTransaction(
  delta: Delta,
  view: LedgerView,
  frame: TxFrame,
  feePaid: bigint,
): AppliedTx {
  const body = frame.inner ?? frame;
  const { outcome, call } = applyBody(delta, view, frame);
  const feeCharged = feePaid - refundOf(view, frame, feePaid, call);
  if (frame.inner === undefined)
    return { frame, feeCharged, outcome, call, result: encodeResult(feeCharged, outcome) };
  const innerFee = view.protocol >= 25 ? 0n : minFee(view, { ...frame, inner: undefined });
  const inner = { hash: body.hash, feeCharged: innerFee, outcome };
  return { frame, feeCharged, outcome, call, result: encodeFeeBumpResult(feeCharged, inner) };
}

/** Gives back what of a fee was not needed, once all transactions of the ledger are applied. */
export function giveBack(delta: Delta, view: LedgerView, frame: TxFrame, refund: bigint): void {
  const payer = delta.get(frame.feeSource);
  if (refund === 0n || payer === undefined) return;
  delta.put({ ...payer, balance: payer.balance + refund, lastModified: view.seq });
}

/** Of the part of a resource fee that is for rents and events, what was not spent: all of it after a failure. */
function refundOf(
  view: LedgerView,
  frame: TxFrame,
  feePaid: bigint,
  call: HostResult | undefined,
): bigint {
  if (view.soroban === undefined || frame.soroban === undefined) return 0n;
  const most = refundableFee(view.protocol, view.soroban, frame.soroban, frame.bytes.length);
  const spent = call?.outcome.code === 'success' ? call.outcome.consumed : 0n;
  const refund = most - spent;
  return refund < 0n ? 0n : refund < feePaid ? refund : feePaid;
}

/** What became of the transaction itself, or of the one inside a fee bump. */
interface Applied {
  readonly outcome: TxOutcome;
  readonly call?: HostResult | undefined;
}

function applyBody(delta: Delta, view: LedgerView, frame: TxFrame): Applied {
  const body = frame.inner ?? frame;
  // Before protocol 10 the number was taken with the fee: look at the ledger as it was then.
  const checkedView: LedgerView =
    view.protocol >= 10
      ? view
      : {
          ...view,
          account: (id) => {
            const account = view.account(id);
            return account !== undefined && id === body.source
              ? { ...account, seqNum: body.seqNum - 1n }
              : account;
          },
        };
  const refusal = checkForApply(checkedView, frame);
  takeNumber(delta, view, frame, refusal);
  if (refusal !== undefined) return { outcome: refusal };
  delta.mark();
  const calls: HostResult[] = [];
  const operations = body.operations.map((operation): OperationOutcome => {
    const source = operation.source ?? body.source;
    if (operation.type !== 'invokeHostFunction')
      return applyOperation(delta, view, operation, source);
    const result = call(delta, view, frame, operation.call, source);
    calls.push(result);
    const { outcome } = result;
    return outcome.code === 'success'
      ? { type: 'invokeHostFunction', code: 'success', hash: outcome.hash }
      : { type: 'invokeHostFunction', code: outcome.code };
  });
  if (operations.every(isSuccess))
    return { outcome: { code: 'txSuccess', operations }, call: calls[0] };
  delta.rollback();
  return { outcome: { code: 'txFailed', operations }, call: calls[0] };
}

function takeNumber(
  delta: Delta,
  view: LedgerView,
  frame: TxFrame,
  refusal: TxOutcome | undefined,
): void {
  const body = frame.inner ?? frame;
  const source = delta.get(body.source);
  const keepsNumber =
    refusal !== undefined && refusal.code !== 'txFailed' && refusal.code !== 'txBadAuthExtra';
  if (view.protocol < 10 || source === undefined || keepsNumber) return;
  const seqChanged =
    view.protocol >= 19 ? { ledger: view.seq, time: view.closeTime } : source.seqChanged;
  delta.put({ ...source, seqNum: body.seqNum, lastModified: view.seq, seqChanged });
}

function call(
  delta: Delta,
  view: LedgerView,
  frame: TxFrame,
  hostCall: HostCall,
  source: string,
): HostResult {
  const { soroban: config, protocol, seq } = view;
  const { soroban: data } = frame;
  // What calls the host without them is malformed, and was refused.
  if (config === undefined || data === undefined) throw new Error('a call without its resources');
  const refundable = refundableFee(protocol, config, data, frame.bytes.length);
  const entry = (sortKey: string): Buffer | undefined => delta.entry(sortKey);
  const context = { protocol, seq, config, source, data, refundable, entry };
  const result = applyHostCall(context, hostCall);
  if (result.outcome.code === 'success')
    for (const [sortKey, bytes] of result.outcome.written) delta.putEntry(sortKey, bytes);
  return result;
}
