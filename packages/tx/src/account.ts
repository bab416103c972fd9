import { isSscError } from '@ssc/errors';
import {
  accountMissing,
  neverTaken,
  txFailed,
  txFiltered,
  txRefused,
  txUnknown,
} from './account-errors.ts';
import { toMuxedAccount } from './address.ts';
import type { KeyPair, Signer } from './key.ts';
import { type ExplainedResult, explainResult } from './result.ts';
import { type SignedTransaction, signTransaction, type TransactionPlan } from './transaction.ts';
import { wantedAmount } from './wanted-amount.ts';

/** What a node answers to `tx?blob=` (stellar-core: src/main/CommandHandler.cpp). */
export interface SubmitReply {
  readonly status: 'PENDING' | 'DUPLICATE' | 'TRY_AGAIN_LATER' | 'FILTERED' | 'ERROR';
  /** With ERROR: TransactionResult as base64. */
  readonly error?: string;
}

/** An account as a ledger has it. */
export interface AccountState {
  /** The last sequence number used. */
  readonly sequence: bigint;
  /** Stroops. */
  readonly balance: bigint;
}

/** How an account reaches a node. Nothing here waits or retries on its own account. */
export interface AccountPort {
  /**
   * Sends an envelope once. A rejection with an `SscError` whose `definite` is true means that nothing was sent;
   * any other rejection means that nobody knows.
   */
  submit(base64: string): Promise<SubmitReply>;
  /** The account in the last closed ledger; undefined when it is not there. */
  lookUp(account: string): Promise<AccountState | undefined>;
  /** Resolves with a ledger's number once one closes after the call; rejects when none comes. */
  nextLedger(): Promise<number>;
  /** The TransactionResult (base64) of a transaction that is in a ledger, where it can be found; undefined otherwise. */
  resultOf?(hash: string): Promise<string | undefined>;
}

/** What to do; source and sequence number are the account's. */
export type AccountPlan = Omit<TransactionPlan, 'source' | 'sequence'> & {
  /** In the words of the mission, for errors. @example "the payment alice → bob (10 XLM)" */
  readonly what?: string;
  /** Who signs beside the account itself. */
  readonly signers?: readonly Signer[];
};

/** A transaction that a ledger holds. */
export interface AppliedTransaction {
  readonly transaction: SignedTransaction;
  /** The first closed ledger after which it was seen to be in. */
  readonly ledger: number;
  /** Undefined when nobody tells results: then only that its sequence number is used up is known. */
  readonly result: ExplainedResult | undefined;
}

/**
 * Where an account stands. *unread*: its sequence number is to be read from the ledger. *ready*: the number last used
 * is known. *waiting*: a transaction is on its way. *unsure*: one may yet be in a ledger, or may never.
 */
export type AccountPhase =
  | { readonly kind: 'unread' }
  | { readonly kind: 'ready'; readonly sequence: bigint }
  | { readonly kind: 'waiting'; readonly transaction: SignedTransaction }
  | { readonly kind: 'unsure'; readonly transaction: SignedTransaction };

/** See {@link openAccount}. */
export interface OpenAccount {
  readonly publicKey: string;
  readonly phase: AccountPhase;
  /**
   * Sends a transaction, after those asked for before, and resolves when a ledger holds it. Rejects with
   * SSC_TX_RESULT (refused, or in a ledger as failed), SSC_TX_UNKNOWN (nobody knows) or SSC_TX_NO_ACCOUNT.
   */
  send(plan: AccountPlan): Promise<AppliedTransaction>;
  /** Gives up on the transaction that is unsure and returns it; the next one starts from what the ledger says. */
  abandon(): SignedTransaction | undefined;
}

/**
 * An account that never has two transactions on the way (core holds one of an account, and takes one into a ledger),
 * never uses a sequence number twice and never leaves one out: calls of `send` queue up, a number is read again from
 * the ledger when core refuses it, and while it is unknown whether a transaction went in, no other is sent. The key
 * should be used by nobody else meanwhile; where it is, the ledger's number decides.
 */
export function openAccount(options: {
  readonly key: KeyPair;
  readonly passphrase: string;
  readonly port: AccountPort;
  /** Closed ledgers after which a transaction that did not go in is given up as unknown. @default 16 */
  readonly patience?: number;
}): OpenAccount {
  const { key, port, passphrase } = options;
  // 4 ledgers in the queue, then 10 on the ban list (stellar-core: src/herder/TransactionQueue.cpp), and two to spare.
  const patience = options.patience ?? 16;
  let phase: AccountPhase = { kind: 'unread' };
  let unsure: Sent | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** The number last used: remembered, or read from the ledger. */
  const lastUsed = async (): Promise<bigint> => {
    if (phase.kind === 'ready') return phase.sequence;
    const state = await port.lookUp(key.publicKey);
    if (state === undefined) throw accountMissing(key.publicKey);
    return state.sequence;
  };

  const prepare = (plan: AccountPlan, sequence: bigint): Sent => {
    const transaction = signTransaction({
      ...plan,
      passphrase,
      source: key,
      sequence,
      signers: [key, ...(plan.signers ?? [])],
    });
    const amounts = plan.operations.map(wantedAmount);
    return { transaction, what: plan.what, amounts, after: sequenceAfter(plan, key, sequence) };
  };

  const send = async (plan: AccountPlan): Promise<AppliedTransaction> => {
    if (unsure !== undefined) await settleEarlier(unsure);
    for (let ledgers = 0; ledgers <= patience; ledgers++) {
      const used = await lastUsed();
      const sent = prepare(plan, used + 1n);
      phase = { kind: 'waiting', transaction: sent.transaction };
      const reply = await submitOnce(port, sent.transaction).catch((error: unknown) => {
        phase = { kind: 'ready', sequence: used };
        throw error;
      });
      if (reply === undefined) return settle(sent, 'no answer');
      if (reply.status === 'PENDING' || reply.status === 'DUPLICATE')
        return settle(sent, reply.status);
      // It was refused for certain, so its number is free, unless the ledger says otherwise.
      phase = { kind: 'unread' };
      if (reply.status === 'FILTERED') throw txFiltered(sent);
      if (reply.status === 'TRY_AGAIN_LATER') await port.nextLedger();
      else await expectMoved(sent, used, reply.error ?? '');
    }
    throw neverTaken(plan.what, key.publicKey, patience);
  };

  /** An ERROR is final, but for a sequence number that somebody else has moved on meanwhile. */
  const expectMoved = async (sent: Sent, used: bigint, error: string): Promise<void> => {
    // The refusal must be told, also where nobody can be asked for the numbers that explain it.
    const state = await port.lookUp(key.publicKey).catch(() => undefined);
    const result = explainResult(error, {
      fee: sent.transaction.fee,
      sequence: sent.transaction.sequence,
      amounts: sent.amounts,
      ...(state !== undefined && { balance: state.balance, accountSequence: state.sequence }),
    });
    const moved = state !== undefined && state.sequence !== used;
    if (result.code !== 'txBAD_SEQ' || !moved) throw txRefused(sent, result);
  };

  /** Waits until the ledger has used the transaction's number; sends the same envelope again while it has not. */
  const settle = async (
    sent: Sent,
    first: SubmitReply['status'] | 'no answer',
  ): Promise<AppliedTransaction> => {
    unsure = sent;
    phase = { kind: 'unsure', transaction: sent.transaction };
    let last: { readonly said: string; readonly refused: boolean } = {
      said: first,
      refused: false,
    };
    for (let ledgers = 1; ledgers <= patience; ledgers++) {
      const ledger = await port.nextLedger();
      const state = await port.lookUp(key.publicKey);
      if (state === undefined || state.sequence >= sent.transaction.sequence)
        return finish(sent, ledger, state, last);
      // A queue forgets after 4 ledgers. The same envelope cannot be applied twice, so it is sent again.
      if (ledgers < 4 && last.said !== 'no answer') continue;
      const reply = await submitOnce(port, sent.transaction).catch(() => undefined);
      last =
        reply?.status === 'ERROR'
          ? { said: explainResult(reply.error ?? '').sentence, refused: true }
          : { said: reply?.status ?? 'no answer', refused: false };
    }
    throw txUnknown(sent, `it is in none of the ${patience} ledgers since`, last.said);
  };

  /** The number is used up (or the account merged away): by this transaction, unless the numbers say otherwise. */
  const finish = async (
    sent: Sent,
    ledger: number,
    state: AccountState | undefined,
    last: { readonly said: string; readonly refused: boolean },
  ): Promise<AppliedTransaction> => {
    const { transaction } = sent;
    const raw = await port.resultOf?.(transaction.hash);
    // Of an applied envelope a node says TRY_AGAIN_LATER for ten ledgers; a refusal means that another took its number.
    const taken = last.refused || (state !== undefined && state.sequence > sent.after);
    if (raw === undefined && taken)
      throw txUnknown(sent, `the account is at ${state?.sequence ?? 'its end'} already`, last.said);
    unsure = undefined;
    phase = state === undefined ? { kind: 'unread' } : { kind: 'ready', sequence: state.sequence };
    if (raw === undefined) return { transaction, ledger, result: undefined };
    const result = explainResult(raw, {
      fee: transaction.fee,
      sequence: transaction.sequence,
      amounts: sent.amounts,
      ...(state !== undefined && { balance: state.balance }),
    });
    if (!result.success) throw txFailed(sent, ledger, result);
    return { transaction, ledger, result };
  };

  /** Whoever sent it was told that nothing is known; what matters now is only that its number is decided. */
  const settleEarlier = async (sent: Sent): Promise<void> => {
    try {
      await settle(sent, 'no answer');
    } catch (error) {
      if (!isSscError(error, 'SSC_TX_RESULT')) throw error;
    }
  };

  return {
    publicKey: key.publicKey,
    get phase() {
      return phase;
    },
    send(plan) {
      const mine = turn.then(() => send(plan));
      turn = mine.catch(() => {});
      return mine;
    },
    abandon() {
      const given = unsure?.transaction;
      if (given !== undefined) [unsure, phase] = [undefined, { kind: 'unread' }];
      return given;
    },
  };
}

/** A transaction on its way. */
export interface Sent {
  readonly transaction: SignedTransaction;
  readonly what: string | undefined;
  /** What each operation was to move. */
  readonly amounts: readonly (string | undefined)[];
  /** The account's sequence number once it is applied: its own, or the one that it bumps to. */
  readonly after: bigint;
}

function sequenceAfter(plan: AccountPlan, key: KeyPair, sequence: bigint): bigint {
  const own = toMuxedAccount(key).toXdr('base64');
  return plan.operations.reduce((after, { body, sourceAccount }) => {
    const isOwn = sourceAccount === null || sourceAccount.toXdr('base64') === own;
    const raises = body.type === 'bumpSequence' && isOwn && body.bumpSequenceOp.bumpTo > after;
    return raises ? body.bumpSequenceOp.bumpTo : after;
  }, sequence);
}

/** The node's answer; undefined when nobody knows whether it came there. Rejects when it certainly did not. */
async function submitOnce(
  port: AccountPort,
  transaction: SignedTransaction,
): Promise<SubmitReply | undefined> {
  try {
    return await port.submit(transaction.base64);
  } catch (error) {
    if (isSscError(error) && error.definite === true) throw error;
    return undefined;
  }
}
