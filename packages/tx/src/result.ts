import { xdr } from '@stellar/stellar-sdk/base';
import {
  operationSentences,
  outerSentences,
  type ResultNumbers,
  say,
  transactionSentences,
} from './result-sentences.ts';
import { decodeAs, type XdrInput } from './xdr-input.ts';

/** What is known about a transaction beside its result: more of it makes better sentences. */
export interface ResultContext extends Omit<ResultNumbers, 'amount' | 'feeCharged'> {
  /** For each operation what it was to move, with its unit. @example ["10 XLM"] */
  readonly amounts?: readonly (string | undefined)[];
}

/** The outcome of one operation. */
export interface ExplainedOperation {
  /** From 0. */
  readonly index: number;
  /** As core spells it, without a word for an operation that was not tried. @example "PAYMENT" */
  readonly operation: string | undefined;
  /** As core spells it. @example "PAYMENT_UNDERFUNDED" */
  readonly code: string;
  readonly success: boolean;
  readonly sentence: string;
}

/** The outcome of a transaction, as data and as a sentence. */
export interface ExplainedResult {
  /** As core spells it. @example "txBAD_SEQ" */
  readonly code: string;
  /** Applied, with everything in it. */
  readonly success: boolean;
  /** Stroops taken; of a refusal before a ledger, what would be or would have to be taken. */
  readonly feeCharged: bigint;
  /** One sentence with all that matters. @example "txBAD_SEQ: the sequence number is not the next one of its account (sent 7)" */
  readonly sentence: string;
  readonly operations: readonly ExplainedOperation[];
  /** Of a fee bump: the hash (hexadecimal) and code of the transaction inside. */
  readonly inner: { readonly hash: string; readonly code: string } | undefined;
  /** The result as it came: TransactionResult as base64. */
  readonly base64: string;
}

/** Says what a TransactionResult means. Throws SSC_TX_XDR when the input is none. */
export function explainResult(
  result: XdrInput<xdr.TransactionResult>,
  context: ResultContext = {},
): ExplainedResult {
  const decoded = decodeAs(xdr.TransactionResult, result);
  const outcome = decoded.result;
  const numbers: ResultNumbers = { ...context, feeCharged: decoded.feeCharged };
  const base = {
    code: coreSpelling(outcome.type),
    feeCharged: decoded.feeCharged,
    base64: decoded.toXdr('base64'),
  };
  const own = `${base.code}: ${say(transactionSentences[outcome.type], numbers)}`;
  if (outcome.type === 'txSuccess' || outcome.type === 'txFailed') {
    const operations = explainOperations(outcome.results, context);
    const success = outcome.type === 'txSuccess';
    const sentence = withOperations(own, operations);
    return { ...base, success, sentence, operations, inner: undefined };
  }
  if (outcome.type !== 'txFeeBumpInnerSuccess' && outcome.type !== 'txFeeBumpInnerFailed')
    return { ...base, success: false, sentence: own, operations: [], inner: undefined };
  const { transactionHash, result: inner } = outcome.innerResultPair;
  const { type } = inner.result;
  const code = coreSpelling(type);
  const operations =
    inner.result.type === 'txSuccess' || inner.result.type === 'txFailed'
      ? explainOperations(inner.result.results, context)
      : [];
  const success = outcome.type === 'txFeeBumpInnerSuccess';
  const sentence = success
    ? own
    : `${own}; inside ${code}: ${say(transactionSentences[type], context)}`;
  return {
    ...base,
    success,
    sentence: withOperations(sentence, operations),
    operations,
    inner: { hash: Buffer.from(transactionHash.toXdr()).toString('hex'), code },
  };
}

/** The sentence of a transaction followed by those of the operations that were refused. */
function withOperations(sentence: string, operations: readonly ExplainedOperation[]): string {
  const refused = operations.filter((operation) => !operation.success);
  return [
    sentence,
    ...refused.map(
      (operation) =>
        `operation ${operation.index + 1} of ${operations.length} ${operation.code}: ${operation.sentence}`,
    ),
  ].join('; ');
}

function explainOperations(
  results: readonly xdr.OperationResult[],
  context: ResultContext,
): ExplainedOperation[] {
  return results.map((result, index) => {
    const numbers: ResultNumbers = { ...context, amount: context.amounts?.[index] };
    if (result.type !== 'opInner')
      return {
        index,
        operation: undefined,
        code: coreSpelling(result.type),
        success: false,
        sentence: say(outerSentences[result.type], numbers),
      };
    const { type } = result.tr.value;
    return {
      index,
      operation: upper(result.tr.type),
      code: coreSpelling(type),
      success: type.endsWith('Success'),
      sentence: say(operationSentences[type], numbers),
    };
  });
}

/** `txBadSeq` → `txBAD_SEQ`, `opNoAccount` → `opNO_ACCOUNT`, `paymentNoTrust` → `PAYMENT_NO_TRUST`. */
export function coreSpelling(name: string): string {
  const prefix = /^(?:tx|op)(?=[A-Z])/u.exec(name)?.[0] ?? '';
  return prefix + upper(name.slice(prefix.length));
}

const upper = (name: string): string =>
  name.replace(/(?<=[a-z\d])[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
