import { isSscError } from '@ssc/errors';
import {
  accountMissing,
  neverTaken,
  type Sent,
  txFailed,
  txFiltered,
  txRefused,
  txUnknown,
} from './account-errors.ts';
import { toMuxedAccount } from './address.ts';
import type { KeyPair, Signer } from './key.ts';
import { type ExplainedResult, explainResult, type ResultContext } from './result.ts';
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

/** What {@link openAccount} needs. */
export interface AccountOptions {
  readonly key: KeyPair;
  readonly passphrase: string;
  readonly port: AccountPort;
  /** Closed ledgers after which a transaction that did not go in is given up as unknown. @default 16 */
  readonly patience?: number;
}

/**
 * An account that never has two transactions on the way (core holds one of an account, and takes one into a ledger),
 * never uses a sequence number twice and never leaves one out: calls of `send` queue up, a number is read again from
 * the ledger when core refuses it, and while it is unknown whether a transaction went in, no other is sent. The key
 * should be used by nobody else meanwhile; where it is, the ledger's number decides.
 */
export function openAccount(options: AccountOptions): OpenAccount {
  return new Account(options);
}

// 4 ledgers in the queue, then 10 on the ban list (stellar-core: src/herder/TransactionQueue.cpp), and two to spare.
const PATIENCE = 16;
const QUEUED_LEDGERS = 4;

/** The last thing that a node said about a transaction. */
interface Word {
  readonly said: string;
  readonly refused: boolean;
}

class Account implements OpenAccount {
  readonly publicKey: string;
  readonly #key: KeyPair;
  readonly #passphrase: string;
  readonly #port: AccountPort;
  readonly #patience: number;
  #phase: AccountPhase = { kind: 'unread' };
  #unsure: Sent | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ key, passphrase, port, patience = PATIENCE }: AccountOptions) {
    this.publicKey = key.publicKey;
    this.#key = key;
    this.#passphrase = passphrase;
    this.#port = port;
    this.#patience = patience;
  }

  get phase(): AccountPhase {
    return this.#phase;
  }

  send(plan: AccountPlan): Promise<AppliedTransaction> {
    const mine = this.#turn.then(() => this.#send(plan));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  abandon(): SignedTransaction | undefined {
    const given = this.#unsure?.transaction;
    if (given !== undefined) [this.#unsure, this.#phase] = [undefined, { kind: 'unread' }];
    return given;
  }

  async #send(plan: AccountPlan): Promise<AppliedTransaction> {
    if (this.#unsure !== undefined) await this.#settleEarlier(this.#unsure);
    for (let ledgers = 0; ledgers <= this.#patience; ledgers++) {
      const used = await this.#lastUsed();
      const sent = this.#prepare(plan, used + 1n);
      this.#phase = { kind: 'waiting', transaction: sent.transaction };
      const reply = await submitOnce(this.#port, sent.transaction).catch((error: unknown) => {
        this.#phase = { kind: 'ready', sequence: used };
        throw error;
      });
      if (reply === undefined) return this.#settle(sent, 'no answer');
      if (reply.status === 'PENDING' || reply.status === 'DUPLICATE')
        return this.#settle(sent, reply.status);
      // It was refused for certain, so its number is free, unless the ledger says otherwise.
      this.#phase = { kind: 'unread' };
      if (reply.status === 'FILTERED') throw txFiltered(sent);
      if (reply.status === 'TRY_AGAIN_LATER') await this.#port.nextLedger();
      else await this.#expectMoved(sent, used, reply.error ?? '');
    }
    throw neverTaken(plan.what, this.publicKey, this.#patience);
  }

  /** The number last used: remembered, or read from the ledger. */
  async #lastUsed(): Promise<bigint> {
    if (this.#phase.kind === 'ready') return this.#phase.sequence;
    const state = await this.#port.lookUp(this.publicKey);
    if (state === undefined) throw accountMissing(this.publicKey);
    return state.sequence;
  }

  #prepare(plan: AccountPlan, sequence: bigint): Sent {
    return {
      transaction: signTransaction({
        ...plan,
        passphrase: this.#passphrase,
        source: this.#key,
        sequence,
        signers: [this.#key, ...(plan.signers ?? [])],
      }),
      what: plan.what,
      amounts: plan.operations.map(wantedAmount),
      after: sequenceAfter(plan, this.#key, sequence),
    };
  }

  /** An ERROR is final, but for a sequence number that somebody else has moved on meanwhile. */
  async #expectMoved(sent: Sent, used: bigint, error: string): Promise<void> {
    // The refusal must be told, also where nobody can be asked for the numbers that explain it.
    const state = await this.#port.lookUp(this.publicKey).catch(() => undefined);
    const result = explainResult(error, {
      ...numbersOf(sent, state),
      ...(state !== undefined && { accountSequence: state.sequence }),
    });
    const moved = state !== undefined && state.sequence !== used;
    if (result.code !== 'txBAD_SEQ' || !moved) throw txRefused(sent, result);
  }

  /** Waits until the ledger has used the transaction's number; sends the same envelope again while it has not. */
  async #settle(
    sent: Sent,
    first: SubmitReply['status'] | 'no answer',
  ): Promise<AppliedTransaction> {
    this.#unsure = sent;
    this.#phase = { kind: 'unsure', transaction: sent.transaction };
    let last: Word = { said: first, refused: false };
    for (let ledgers = 1; ledgers <= this.#patience; ledgers++) {
      const ledger = await this.#port.nextLedger();
      const state = await this.#port.lookUp(this.publicKey);
      if (state === undefined || state.sequence >= sent.transaction.sequence)
        return this.#finish(sent, ledger, state, last);
      // The same envelope cannot be applied twice, so once the queue may have forgotten it, it is sent again.
      if (ledgers < QUEUED_LEDGERS && last.said !== 'no answer') continue;
      last = wordOf(await submitOnce(this.#port, sent.transaction).catch(() => undefined));
    }
    throw txUnknown(sent, `it is in none of the ${this.#patience} ledgers since`, last.said);
  }

  /** The number is used up (or the account merged away): by this transaction, unless the numbers say otherwise. */
  async #finish(
    sent: Sent,
    ledger: number,
    state: AccountState | undefined,
    last: Word,
  ): Promise<AppliedTransaction> {
    const { transaction } = sent;
    const raw = await this.#port.resultOf?.(transaction.hash);
    // Of an applied envelope a node says TRY_AGAIN_LATER for ten ledgers; a refusal means that another took its number.
    const taken = last.refused || (state !== undefined && state.sequence > sent.after);
    if (raw === undefined && taken)
      throw txUnknown(sent, `the account is at ${state?.sequence ?? 'its end'} already`, last.said);
    this.#unsure = undefined;
    this.#phase =
      state === undefined ? { kind: 'unread' } : { kind: 'ready', sequence: state.sequence };
    if (raw === undefined) return { transaction, ledger, result: undefined };
    const result = explainResult(raw, numbersOf(sent, state));
    if (!result.success) throw txFailed(sent, ledger, result);
    return { transaction, ledger, result };
  }

  /** Whoever sent it was told that nothing is known; what matters now is only that its number is decided. */
  async #settleEarlier(sent: Sent): Promise<void> {
    try {
      await this.#settle(sent, 'no answer');
    } catch (error) {
      if (!isSscError(error, 'SSC_TX_RESULT')) throw error;
    }
  }
}

function sequenceAfter(plan: AccountPlan, key: KeyPair, sequence: bigint): bigint {
  const own = toMuxedAccount(key).toXdr('base64');
  return plan.operations.reduce((after, { body, sourceAccount }) => {
    const isOwn = sourceAccount === null || sourceAccount.toXdr('base64') === own;
    const raises = body.type === 'bumpSequence' && isOwn && body.bumpSequenceOp.bumpTo > after;
    return raises ? body.bumpSequenceOp.bumpTo : after;
  }, sequence);
}

/** The numbers that explain a result. */
const numbersOf = (sent: Sent, state: AccountState | undefined): ResultContext => ({
  fee: sent.transaction.fee,
  sequence: sent.transaction.sequence,
  amounts: sent.amounts,
  ...(state !== undefined && { balance: state.balance }),
});

const wordOf = (reply: SubmitReply | undefined): Word =>
  reply?.status === 'ERROR'
    ? { said: explainResult(reply.error ?? '').sentence, refused: true }
    : { said: reply?.status ?? 'no answer', refused: false };

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
