import {
  type Clock,
  type Duration,
  type Look,
  type WaitReport,
  waitFacts,
  waitUntil,
} from '@ssc/clock';
import { type CoreClient, describeInfo } from '@ssc/core-http';
import { type Problem, present, SscError } from '@ssc/errors';
import {
  type OpenAccount,
  openAccount,
  operation,
  parseAmount,
  rootKey,
  testAccountKey,
} from '@ssc/tx';
import type { Account, Payment, Xlm } from './core-set.ts';
import { judgeTransfer, type Snapshot, type Transfer } from './judge-transfer.ts';
import { accountMissing } from './unexpected.ts';

/** A node that applies no transaction. */
export interface NotAppliedProblem extends Problem {
  readonly code: 'SSC_TX_NOT_APPLIED';
  readonly node: string;
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
    judgeTransfer(transfer, transaction, before, await this.#look(transfer));
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
          new SscError<NotAppliedProblem>({
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

/**
 * The verdict of a wait that ended: what was last seen of the network long ago, or never, is no statement about it. Then it
 * was the way to the nodes that failed.
 */
const verdictOfWait = ({ last, withinMs }: WaitReport): 'failed' | 'broken' =>
  last === undefined || last.ageMs >= withinMs / 2 ? 'broken' : 'failed';
