import type { Duration } from '@ssc/clock';
import type { ConfigChange } from '@ssc/core-cfg';
import type { SettingsUpgrade, SorobanSettings } from '@ssc/core-http';
import type { StartData } from '../plan/replan-set.ts';

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

/**
 * A change of Soroban settings: what they are to be, or how that follows from what they are in the ledger. Those that are not named
 * stay.
 *
 * @example { txMaxSizeBytes: 150_000 }
 */
export type SettingsChange = SettingsUpgrade | ((now: SorobanSettings) => SettingsUpgrade);

/** Soroban settings that were set, by their names, with their values. */
export type SettingsSet = Readonly<Record<string, number>>;

/** What a node makes by itself with its test accounts, in the terms of `generateload`. */
export type Load = PaymentLoad | SorobanUploadLoad;

/** What all loads say. */
interface LoadOfAccounts {
  /** How many of the network's test accounts take part: at most its `genesisTestAccounts`. */
  readonly accounts: number;
  readonly txs: number;
  /** Transactions a second. */
  readonly txRate: number;
  /** Fees are drawn from the base fee up to this many stroops. @default the base fee */
  readonly maxFeeRate?: number;
  /**
   * Transactions refused for their fee are left out instead of ending the load, and that all others are applied is not waited for:
   * it is done four ledgers after the last one.
   */
  readonly skipLowFeeTxs?: boolean;
}

/** Payments of a stroop from one test account to another. */
export interface PaymentLoad extends LoadOfAccounts {
  readonly kind: 'payment';
}

/** Contracts of random code that are uploaded; needs protocol 20. Their size is the `wasmBytes` of the set's `sorobanLoad`. */
export interface SorobanUploadLoad extends LoadOfAccounts {
  readonly kind: 'sorobanUpload';
  /** The load fails when fewer per cent of the Soroban transactions that its node applies meanwhile succeed. @default 0 */
  readonly minPercentSuccess?: number;
}

/** A load under way. */
export interface RunningLoad {
  /** The load has neither been done nor failed, so what was done meanwhile was done under load. */
  expectRunning(): Promise<void>;
  /** The load is done, by the counters of this run. @default within "5m" without progress */
  waitUntilDone(options?: Within): Promise<LoadResult>;
}

/** What a load did. */
export interface LoadResult {
  readonly attempted: number;
  readonly rejected: number;
  readonly seconds: number;
  /**
   * Soroban transactions that the node of the load has applied meanwhile, well and badly: those of the load, where nobody else sends
   * any. Not there for loads that make none.
   */
  readonly sorobanSucceeded?: number;
  readonly sorobanFailed?: number;
  // A result goes through the journal, which takes JSON.
  readonly [key: string]: number;
}

/** An upgrade that every node was told of. */
export interface ArmedUpgrade {
  /**
   * Every node's ledger has the values. The deadline runs from the time of the upgrade; `under` fails it as soon as that load is
   * done. @default within "2m"
   */
  waitUntilApplied(options?: Within & { readonly under?: RunningLoad }): Promise<void>;
}

/** The longest time to wait. @example { within: "2m" } */
export interface Within {
  /** With progress (a ledger height), the longest time that it may stand still. */
  readonly within?: Duration;
}

/** How the nodes of a set start. */
export interface StartOptions {
  /** `kept` needs data that outlive pods: `keepsData` of the set. */
  readonly data: StartData;
}

/** How the nodes of a set start that begins with the state of an archive (`startsFrom`). */
export interface ArchiveStart {
  /**
   * The last ledger of a checkpoint: all nodes begin with the state after it. Without it each takes the newest that it finds, which
   * is another one for a node that looks a moment later.
   */
  readonly from: number;
}

/** What becomes of all nodes of a set. */
export interface SetChange extends StartOptions {
  /** Which stellar-core they run from now on. @default the one that they have */
  readonly image?: 'new' | 'old';
  /** Settings over those that they have; `undefined` takes a key out. */
  readonly config?: ConfigChange;
  /** One node after the other, while the others go on. @default all are stopped, changed, and started */
  readonly rolling?: boolean;
}

/** A set of nodes in a running network: what a mission acts on. Verbs return when what they say is true. */
export interface CoreSet {
  readonly name: string;
  /** The names of its nodes that run. @example ["core-0", "core-1"] */
  readonly nodes: readonly string[];
  /**
   * Every node says `Synced!`, two ledgers have closed since asked, and each one's quorum agrees; those of the sets in `with`
   * too. @default within "2m"
   */
  waitUntilSynced(options?: Within & { readonly with?: readonly CoreSet[] }): Promise<void>;
  /**
   * Starts the nodes of a set that begins later, or was stopped, and waits until their admin ports answer. A set that ran
   * before must be told what it goes on with: with `from`, data are fresh.
   */
  start(options?: StartOptions | ArchiveStart): Promise<void>;
  /** Stops all nodes, and waits until their pods are gone. */
  stop(): Promise<void>;
  /** Gives all nodes of the set other pods, with other settings where some are given, and waits until they answer. */
  change(change: SetChange): Promise<void>;
  /** Every node has closed `count` more ledgers than when asked. */
  waitForLedgers(count: number, options?: Within): Promise<void>;
  /** Every node has closed ledger `ledger`. */
  waitUntilLedger(ledger: number, options?: Within): Promise<void>;
  /**
   * The archive of every node has what the node had closed when asked; gives the last ledger that all of them have. The deadline
   * runs while neither ledgers nor archives get further. @default within "2m"
   */
  waitUntilPublished(options?: Within): Promise<number>;
  /**
   * Saves the tables and buckets of its first node, for sets that start from them, as they are at one ledger; gives that ledger.
   * The node goes on. @default within "2m"
   */
  saveState(options?: Within): Promise<number>;
  /**
   * Stops all nodes but the first `running` ones, and waits until their pods are gone. What the set does afterwards, it does
   * with the nodes that run.
   */
  stopAllBut(running: number): Promise<void>;
  /** What the nodes say they are made of, each once. @example ["v27.1.0"] */
  builds(): Promise<readonly string[]>;
  /** The highest protocol that every node of the set supports. */
  supportedProtocol(): Promise<number>;
  /** Arms the upgrade on every node and waits until it is applied on every node. @default within "2m" */
  upgrade(upgrade: Upgrade, options?: Within): Promise<void>;
  /** Arms the upgrade on every node, for the first ledger that closes `after` from now. @default after "15s" */
  armUpgrade(upgrade: Upgrade, options?: { readonly after?: Duration }): Promise<ArmedUpgrade>;
  /**
   * Changes Soroban settings on every node, and waits until every node shows them; gives what was set. The set's first node stores them
   * in the ledger by two loads of its own, which need a test build, `updateSorobanCosts`, and a quiet network: one transaction among
   * many may be left out for ever. A function that multiplies does it again when it is called again. @default within "2m" for each step
   */
  upgradeSorobanSettings(change: SettingsChange, options?: Within): Promise<SettingsSet>;
  /** Lets the set's first node generate a load, and waits until it is done. @default within "5m" without progress */
  runLoad(load: Load, options?: Within): Promise<LoadResult>;
  /** Lets the set's first node begin to generate a load. */
  startLoad(load: Load): Promise<RunningLoad>;
  /** Creates an account from the root account and waits until it is there. */
  createAccount(name: string, options: { readonly balance: Xlm }): Promise<Account>;
  /** Pays, and waits until the payment has been applied; an error tells why it was not. */
  pay(payment: Payment): Promise<void>;
  balanceOf(account: Account): Promise<Xlm>;
  /** Every node of the set knows this balance. */
  expectBalance(account: Account, balance: Xlm): Promise<void>;
  /** Every node is at this protocol. */
  expectProtocol(protocol: number): Promise<void>;
  /** No two nodes have different hashes for one ledger, those of the other sets included. */
  expectAgreement(...others: readonly CoreSet[]): Promise<void>;
  /** No node counts an invalid signature, a failed publication or a failed invariant. */
  expectNoErrorMetrics(): Promise<void>;
}
