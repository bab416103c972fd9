import { type Clock, type Duration, type Look, waitFacts, waitUntil } from '@ssc/clock';
import type { CoreClient, TestAccount } from '@ssc/core-http';
import { type Fact, type Problem, SscError } from '@ssc/errors';
import {
  explainResult,
  type KeyPair,
  operation,
  parseAmount,
  renderAmount,
  rootKey,
  type SignedTransaction,
  signTransaction,
  testAccountKey,
} from '@ssc/tx';
import type { Account, Payment, Xlm } from './core-set.ts';

/** A transaction that a node refused, or that was applied and failed. */
export interface TxProblem extends Problem {
  readonly code: 'SSC_TX_RESULT' | 'SSC_TX_NOT_APPLIED';
  readonly what: string;
  readonly hash: string;
}

/** A balance that is not as expected. */
export interface BalanceProblem extends Problem {
  readonly code: 'SSC_BALANCE_UNEXPECTED' | 'SSC_ACCOUNT_MISSING';
  readonly account: string;
}

/** Whom the accounts are asked of, and how they are acted for. */
export interface AccountsOptions {
  readonly clock: Clock;
  readonly passphrase: string;
  /** Where transactions are submitted. */
  readonly node: CoreClient;
  readonly signal: AbortSignal;
  /** Ends a wait early by throwing when the pods are in trouble. */
  checkPods(): Promise<void>;
}

/** What an account is to the ledger before and after a transaction. */
interface Snapshot {
  readonly from: TestAccount;
  readonly to: TestAccount | null;
}

/** One transfer out of an account: a payment, or the creation of an account. */
interface Transfer {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly kind: 'payment' | 'create-account';
}

// Core drops a waiting transaction after 4 ledgers; the deadline runs only while no ledger closes.
const applyWithin: Duration = '1m';

/**
 * Creates accounts and pays. stellar-core tells no results of applied transactions over HTTP, so after the sequence number
 * has been used, success is recognised by what both accounts then hold.
 */
export class Accounts {
  readonly #options: AccountsOptions;
  // Core takes one waiting transaction of an account at a time.
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  async create(name: string, balance: Xlm): Promise<Account> {
    const publicKey = testAccountKey(name).publicKey;
    const amount = parseAmount(balance);
    await this.#inTurn('root', () =>
      this.#transfer({
        what: `the creation of ${name} with ${balance}`,
        from: 'root',
        to: name,
        amount,
        kind: 'create-account',
      }),
    );
    return { name, publicKey };
  }

  async pay({ from, to, amount }: Payment): Promise<void> {
    const what = `the payment ${from.name} → ${to.name} (${amount})`;
    await this.#inTurn(from.name, () =>
      this.#transfer({
        what,
        from: from.name,
        to: to.name,
        amount: parseAmount(amount),
        kind: 'payment',
      }),
    );
  }

  async #inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(act, act);
    this.#turns.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  }

  async #transfer(transfer: Transfer): Promise<void> {
    const before = await this.#look(transfer);
    const key = this.#keyOf(transfer.from);
    const destination = testAccountKey(transfer.to).publicKey;
    const signed = signTransaction({
      source: key.publicKey,
      sequence: before.from.seqnum + 1n,
      operations: [
        transfer.kind === 'payment'
          ? operation.payment({ destination, amount: transfer.amount, asset: 'native' })
          : operation.createAccount({ destination, startingBalance: transfer.amount }),
      ],
      passphrase: this.#options.passphrase,
      signers: [key],
    });
    await this.#submit(transfer, signed, before);
    const after = await this.#waitUntilUsed(transfer, signed);
    judge(transfer, signed, before, after);
  }

  #keyOf(name: string): KeyPair {
    return name === 'root' ? rootKey(this.#options.passphrase) : testAccountKey(name);
  }

  async #look(transfer: Transfer): Promise<Snapshot> {
    const { node, signal } = this.#options;
    const [from, to] = await Promise.all([
      node.testAccount(transfer.from, { signal }),
      node.testAccount(transfer.to, { signal }),
    ]);
    if (from === null) throw accountMissing(transfer.from, node.node);
    return { from, to };
  }

  /** Hands the envelope in until the node has it: the same bytes, so that it can be applied once at most. */
  async #submit(transfer: Transfer, signed: SignedTransaction, before: Snapshot): Promise<void> {
    const { clock, node, signal } = this.#options;
    await waitUntil(
      clock,
      {
        what: `${node.node} to take ${transfer.what}`,
        within: applyWithin,
        signal,
        ended: (report) => notApplied(transfer, signed, waitFacts(report)),
      },
      async (lookSignal): Promise<Look<void>> => {
        const reply = await node
          .submit(signed.base64, { signal: lookSignal })
          .catch((error: unknown) => {
            // A lost reply: whether the node has it shows when the sequence number is used.
            if (error instanceof SscError && error.definite === false)
              return { status: 'PENDING' as const };
            throw error;
          });
        if (reply.status === 'PENDING' || reply.status === 'DUPLICATE')
          return { done: true, value: undefined };
        if (reply.status === 'ERROR') throw refusedAtOnce(transfer, signed, before, reply.error);
        if (reply.status === 'FILTERED') throw filtered(transfer, signed, node.node);
        await this.#options.checkPods();
        return { done: false, saw: `status ${reply.status}` };
      },
    );
  }

  async #waitUntilUsed(transfer: Transfer, signed: SignedTransaction): Promise<Snapshot> {
    const { clock, node, signal } = this.#options;
    return waitUntil(
      clock,
      {
        what: `${transfer.what} to be applied`,
        within: applyWithin,
        signal,
        ended: (report) => notApplied(transfer, signed, waitFacts(report)),
      },
      async (lookSignal): Promise<Look<Snapshot>> => {
        const { ledger } = await node.info({ signal: lookSignal });
        const now = await this.#look(transfer);
        if (now.from.seqnum >= signed.sequence) return { done: true, value: now };
        await this.#options.checkPods();
        return {
          done: false,
          saw: `ledger ${ledger.num}, ${transfer.from} at sequence number ${now.from.seqnum}, waiting for ${signed.sequence}`,
          progress: ledger.num,
        };
      },
    );
  }
}

/** What of the amount arrived, by both accounts. Only all of it is success. */
function judge(
  transfer: Transfer,
  signed: SignedTransaction,
  before: Snapshot,
  after: Snapshot,
): void {
  const arrived = (after.to?.balance ?? 0n) - (before.to?.balance ?? 0n);
  const left = before.from.balance - after.from.balance;
  const fee = left - transfer.amount;
  if (arrived === transfer.amount && fee >= 0n && fee <= signed.fee) return;
  if (arrived === 0n && left >= 0n && left <= signed.fee)
    throw failedWhenApplied(transfer, signed, before, left);
  throw txError(
    transfer,
    signed,
    'failed',
    `${transfer.what} was applied, and the accounts do not add up`,
    [
      ['Arrived', `${renderAmount(arrived)} of ${renderAmount(transfer.amount)}`],
      [
        'Left',
        `${renderAmount(left)}, at most ${renderAmount(transfer.amount + signed.fee)} expected`,
      ],
    ],
  );
}

/** The transaction used its sequence number and fee and moved nothing: its operation failed. Says which rule it broke. */
function failedWhenApplied(
  transfer: Transfer,
  signed: SignedTransaction,
  before: Snapshot,
  fee: bigint,
): SscError {
  const available = before.from.balance - fee;
  const facts: Fact[] = [
    [
      'Applied',
      `yes: sequence number ${signed.sequence} is used, ${renderAmount(fee)} was charged, nothing arrived`,
    ],
    [
      transfer.from,
      `has ${renderAmount(before.from.balance)}, ${renderAmount(available)} after the fee, less its reserve`,
    ],
    [transfer.to, before.to === null ? 'does not exist' : `has ${renderAmount(before.to.balance)}`],
  ];
  return txError(
    transfer,
    signed,
    'failed',
    `${transfer.what} was applied and failed: ${likelyResult(transfer, before, available)}`,
    facts,
    {
      hint: 'stellar-core tells no results over HTTP: the code is concluded from the accounts. The archive of the checkpoint has it.',
    },
  );
}

function likelyResult(transfer: Transfer, before: Snapshot, available: bigint): string {
  const wanted = renderAmount(transfer.amount);
  if (transfer.kind === 'create-account') {
    if (before.to !== null) return `txFAILED, CREATE_ACCOUNT_ALREADY_EXIST (${transfer.to} exists)`;
    if (transfer.amount > available)
      return `txFAILED, CREATE_ACCOUNT_UNDERFUNDED (${transfer.from} cannot spare ${wanted})`;
    return `txFAILED, CREATE_ACCOUNT_LOW_RESERVE or CREATE_ACCOUNT_UNDERFUNDED (${wanted} is less than an account must hold, or more than ${transfer.from} can spare beside its reserve)`;
  }
  if (before.to === null) return `txFAILED, PAYMENT_NO_DESTINATION (${transfer.to} does not exist)`;
  return `txFAILED, PAYMENT_UNDERFUNDED (${transfer.from} cannot spare ${wanted} beside its reserve)`;
}

function refusedAtOnce(
  transfer: Transfer,
  signed: SignedTransaction,
  before: Snapshot,
  result: string,
): SscError {
  const explained = explainResult(result);
  return txError(
    transfer,
    signed,
    'failed',
    `${transfer.what} was refused: ${explained.code}`,
    [
      ['Meaning', explained.sentence],
      ['Sequence', `sent ${signed.sequence}, the account was at ${before.from.seqnum}`],
      ['Result', result],
    ],
    { definite: true },
  );
}

const filtered = (transfer: Transfer, signed: SignedTransaction, node: string): SscError =>
  txError(
    transfer,
    signed,
    'failed',
    `${transfer.what} was refused: ${node} filters it out (FILTERED)`,
    [],
    {
      definite: true,
      hint: 'The node’s configuration excludes the operation, or `banaccounts` names the account.',
    },
  );

const notApplied = (
  transfer: Transfer,
  signed: SignedTransaction,
  facts: readonly Fact[],
): SscError =>
  new SscError<TxProblem>({
    problem: { code: 'SSC_TX_NOT_APPLIED', what: transfer.what, hash: signed.hash },
    verdict: 'failed',
    summary: `${transfer.what} was submitted and not applied`,
    facts: [['Transaction', signed.hash], ...facts],
    definite: false,
  });

function txError(
  transfer: Transfer,
  signed: SignedTransaction,
  verdict: 'failed',
  summary: string,
  facts: readonly Fact[],
  more: { readonly hint?: string; readonly definite?: boolean } = {},
): SscError {
  return new SscError<TxProblem>({
    problem: { code: 'SSC_TX_RESULT', what: transfer.what, hash: signed.hash },
    verdict,
    summary,
    facts: [['Transaction', signed.hash], ...facts],
    ...more,
  });
}

/** An account that should be in the ledger is not. */
export const accountMissing = (name: string, node: string): SscError =>
  new SscError<BalanceProblem>({
    problem: { code: 'SSC_ACCOUNT_MISSING', account: name },
    verdict: 'failed',
    summary: `${node} has no account "${name}"`,
  });
