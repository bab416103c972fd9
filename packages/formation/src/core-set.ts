import type { Duration } from '@ssc/clock';

/** An amount of the native asset with its unit. @example "10 XLM" */
export type Xlm = `${number} XLM`;

/** An account of the network. Plain data: its key follows from its name, as stellar-core's `testacc` derives it. */
export interface Account {
  readonly name: string;
  /** Strkey, `G…`. */
  readonly publicKey: string;
  // An account goes through the journal, which takes JSON.
  readonly [key: string]: string;
}

/** A payment of the native asset. */
export interface Payment {
  readonly from: Account;
  readonly to: Account;
  readonly amount: Xlm;
}

/** Ledger values that the network agrees on by voting. At least one must be given. */
export interface Upgrade {
  /** `latest`: the highest that every node of the set supports. */
  readonly protocol?: number | 'latest';
  /** Stroops per operation. */
  readonly baseFee?: number;
  /** Stroops per entry. */
  readonly baseReserve?: number;
  /** Operations per ledger. */
  readonly maxTxSetSize?: number;
}

/** The longest time to wait. @example { within: "2m" } */
export interface Within {
  /** With progress (a ledger height), the longest time that it may stand still. */
  readonly within?: Duration;
}

/** A set of nodes in a running network: what a mission acts on. Verbs return when what they say is true. */
export interface CoreSet {
  readonly name: string;
  /** The names of its nodes that run. @example ["core-0", "core-1"] */
  readonly nodes: readonly string[];
  /** Every node says `Synced!`, two ledgers have closed since asked, and each one's quorum agrees. @default within "2m" */
  waitUntilSynced(options?: Within): Promise<void>;
  /** Every node has closed ledger `ledger`. */
  waitUntilLedger(ledger: number, options?: Within): Promise<void>;
  /**
   * Stops all nodes but the first `running` ones, and waits until their pods are gone. What the set does afterwards, it does
   * with the nodes that run.
   */
  stopAllBut(running: number): Promise<void>;
  /** The highest protocol that every node of the set supports. */
  supportedProtocol(): Promise<number>;
  /** Arms the upgrade on every node and waits until it is applied on every node. @default within "2m" */
  upgrade(upgrade: Upgrade, options?: Within): Promise<void>;
  /** Creates an account from the root account and waits until it is there. */
  createAccount(name: string, options: { readonly balance: Xlm }): Promise<Account>;
  /** Pays, and waits until the payment has been applied; an error tells why it was not. */
  pay(payment: Payment): Promise<void>;
  balanceOf(account: Account): Promise<Xlm>;
  /** Every node of the set knows this balance. */
  expectBalance(account: Account, balance: Xlm): Promise<void>;
  /** Every node is at this protocol. */
  expectProtocol(protocol: number): Promise<void>;
  /** No two nodes have different hashes for one ledger. */
  expectAgreement(): Promise<void>;
  /** No node counts an invalid signature, a failed publication or a failed invariant. */
  expectNoErrorMetrics(): Promise<void>;
}
