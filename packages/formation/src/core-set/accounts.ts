import { type Clock, type Duration, type Look, waitFacts, waitUntil } from '@ssc/clock';
import { type CoreClient, describeInfo, type TestAccount } from '@ssc/core-http';
import { type Fact, type Problem, present, SscError } from '@ssc/errors';
import {
  type OpenAccount,
  openAccount,
  operation,
  parseAmount,
  renderAmount,
  rootKey,
  type SignedTransaction,
  testAccountKey,
} from '@ssc/tx';
import type { Account, Payment, Xlm } from './core-set.ts';
import { verdictOfWait } from './verdict-of-wait.ts';

/** A transaction that was applied and failed, or a node that applies none. */
export type TxProblem =
  | { readonly code: 'SSC_TX_RESULT'; readonly what: string; readonly hash: string }
  | { readonly code: 'SSC_TX_NOT_APPLIED'; readonly node: string };

/** A balance that is not as expected. */
export interface BalanceProblem extends Problem {
  readonly code: 'SSC_BALANCE_UNEXPECTED' | 'SSC_ACCOUNT_MISSING';
  readonly account: string;
}

/** Whom the accounts are asked of, and how they are acted for. */
export interface AccountsOptions {
  readonly clock: Clock;
  readonly passphrase: string;
  /** Where transactions are submitted: a node that runs. */
  node(): CoreClient;
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
  readonly signal: AbortSignal;
}

// Ledgers close every 5 s, or every second: without any for so long there is no network to pay in.
const ledgerWithin: Duration = '1m';

/**
 * Creates accounts and pays. stellar-core tells no results of applied transactions over HTTP, so once the sequence number has
 * been used, success is recognised by what both accounts then hold.
 */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #open = new Map<string, OpenAccount>();
  /** Account → what ends the transfer from it that is under way. */
  readonly #signals = new Map<string, AbortSignal>();
  // What both accounts hold before and after is compared, so two transfers that share an account follow each other.
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  async create(name: string, balance: Xlm, signal: AbortSignal): Promise<Account> {
    const { publicKey } = testAccountKey(name);
    const amount = parseAmount(balance);
    await this.#transfer({
      what: `the creation of ${name} with ${balance}`,
      from: 'root',
      to: name,
      amount,
      kind: 'create-account',
      signal,
    });
    return { name, publicKey };
  }

  async pay({ from, to, amount }: Payment, signal: AbortSignal): Promise<void> {
    await this.#transfer({
      what: `the payment ${from.name} → ${to.name} (${amount})`,
      from: from.name,
      to: to.name,
      amount: parseAmount(amount),
      kind: 'payment',
      signal,
    });
  }

  #transfer(transfer: Transfer): Promise<void> {
    const names = [transfer.from, transfer.to];
    const earlier = Promise.all(names.map((name) => this.#turns.get(name) ?? Promise.resolve()));
    const turn = earlier.then(() => this.#transferNow(transfer));
    for (const name of names)
      this.#turns.set(
        name,
        turn.catch(() => {}),
      );
    return turn;
  }

  async #transferNow(transfer: Transfer): Promise<void> {
    // One at a time of each account: they take turns.
    this.#signals.set(transfer.from, transfer.signal);
    const before = await this.#look(transfer);
    const destination = testAccountKey(transfer.to).publicKey;
    const { transaction } = await this.#account(transfer.from).send({
      what: transfer.what,
      operations: [
        transfer.kind === 'payment'
          ? operation.payment({ destination, amount: transfer.amount, asset: 'native' })
          : operation.createAccount({ destination, startingBalance: transfer.amount }),
      ],
    });
    judge(transfer, transaction, before, await this.#look(transfer));
  }

  #account(name: string): OpenAccount {
    const { node, passphrase } = this.#options;
    const signal = (): AbortSignal =>
      present(this.#signals.get(name), 'an account that acts has a transfer under way');
    const key = name === 'root' ? rootKey(passphrase) : testAccountKey(name);
    const account =
      this.#open.get(name) ??
      openAccount({
        key,
        passphrase,
        port: {
          submit: (envelope) => node().submit(envelope, { signal: signal() }),
          async lookUp() {
            const found = await node().testAccount(name, { signal: signal() });
            return found === null ? undefined : { sequence: found.seqnum, balance: found.balance };
          },
          nextLedger: () => this.#nextLedger(signal()),
        },
      });
    this.#open.set(name, account);
    return account;
  }

  /** Waits until the node closes a ledger. */
  async #nextLedger(signal: AbortSignal): Promise<number> {
    const { clock, checkPods } = this.#options;
    const node = this.#options.node();
    const { ledger } = await node.info({ signal });
    return waitUntil(
      clock,
      {
        what: `${node.node} to close ledger ${ledger.num + 1}`,
        within: ledgerWithin,
        every: '500ms',
        signal,
        ended: (report) =>
          new SscError<TxProblem>({
            problem: { code: 'SSC_TX_NOT_APPLIED', node: node.node },
            verdict: verdictOfWait(report),
            summary:
              verdictOfWait(report) === 'failed'
                ? `${node.node} closes no ledger, so nothing that was submitted can be applied`
                : `${node.node} did not say whether it closes ledgers, so whether what was submitted was applied is not known`,
            facts: waitFacts(report),
            hint: 'A ledger closes when a quorum of nodes agree on it: look at the others, and whether they reach each other.',
            definite: false,
          }),
      },
      async (lookSignal): Promise<Look<number>> => {
        const info = await node.info({ signal: lookSignal });
        if (info.ledger.num > ledger.num) return { done: true, value: info.ledger.num };
        await checkPods();
        return { done: false, saw: describeInfo(info) };
      },
    );
  }

  async #look(transfer: Transfer): Promise<Snapshot> {
    const { signal } = transfer;
    const node = this.#options.node();
    const [from, to] = await Promise.all([
      node.testAccount(transfer.from, { signal }),
      node.testAccount(transfer.to, { signal }),
    ]);
    if (from === null) throw accountMissing(transfer.from, node.node);
    return { from, to };
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
  throw txError(transfer, signed, `${transfer.what} was applied, and the accounts do not add up`, [
    ['Arrived', `${renderAmount(arrived)} of ${renderAmount(transfer.amount)}`],
    [
      'Left',
      `${renderAmount(left)}, at most ${renderAmount(transfer.amount + signed.fee)} expected`,
    ],
  ]);
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

function txError(
  transfer: Transfer,
  signed: SignedTransaction,
  summary: string,
  facts: readonly Fact[],
  more: { readonly hint?: string; readonly definite?: boolean } = {},
): SscError {
  return new SscError<TxProblem>({
    problem: { code: 'SSC_TX_RESULT', what: transfer.what, hash: signed.hash },
    verdict: 'failed',
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
