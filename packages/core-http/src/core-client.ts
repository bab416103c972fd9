import type { Duration } from '@ssc/clock';
import type { AccountsBanned, AccountsUnbanned } from './commands/account-bans.ts';
import type { NodeInfo } from './commands/info.ts';
import type {
  LedgerEntries,
  LedgerEntryQuestion,
  RawLedgerEntries,
} from './commands/ledger-entries.ts';
import type { Load, LoadAccepted } from './commands/load.ts';
import type { LogLevel, ManualClose } from './commands/maintenance.ts';
import type { Peers } from './commands/peers.ts';
import type { Quorum, QuorumOptions, QuorumSummary, TransitiveQuorum } from './commands/quorum.ts';
import type { ScpState } from './commands/scp.ts';
import type { ConfigSetting, SorobanInfo } from './commands/soroban.ts';
import type { Survey, SurveyPage } from './commands/survey.ts';
import type {
  Submission,
  TestAccount,
  TestPayment,
  TestPaymentOrder,
} from './commands/transactions.ts';
import type { ArmedUpgrades, Upgrades } from './commands/upgrades.ts';
import type { EndpointQuery } from './endpoints.ts';
import type { MetricsSnapshot } from './metrics.ts';

/** How one call differs from the client's settings. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The longest wait for one reply. */
  readonly answerWithin?: Duration | number;
  /** How long a read is repeated; 0 asks once. Has no effect on what is not a read: that is never repeated. */
  readonly readWithin?: Duration | number;
}

/**
 * Speaks to one node. Each method gives what the node said when that was a success, and rejects with an SscError (see
 * CoreProblemCode) otherwise, with the request and the reply. Reads are repeated within a deadline; nothing else is, and
 * the error of a lost reply is indefinite. Arguments are checked before anything is sent (SSC_CORE_ARGUMENT).
 *
 * *Test build*: only builds with the testing commands (BUILD_TESTS) have it. *Networked*: a node with RUN_STANDALONE=true
 * does not have it. Both say so with SSC_CORE_COMMAND_MISSING.
 */
export interface CoreClient {
  /** The node's name in errors. */
  readonly node: string;
  /** True when a reply showed that the node is core-sim, false when its `info` showed that it is not, undefined before. */
  readonly simulated: boolean | undefined;
  /** The versions that the node has said it is, in its `info`: several when it was started again as another one. */
  readonly builds: readonly string[];

  /**
   * Any endpoint of the admin port with parameters as core names them: what the node answered, word for word, when that was a
   * success. See {@link endpointCommand}.
   */
  raw(endpoint: string, query?: EndpointQuery, call?: CallOptions): Promise<string>;
  /** `info`: state, ledger, peers, quorum in counts. `bucketList` adds the hashes of the live bucket list. */
  info(what?: { readonly bucketList?: boolean } & CallOptions): Promise<NodeInfo>;
  /** `metrics`: all, or those of the given first name parts and full names. Resets the `.max` of simple timers. */
  metrics(what?: { readonly only?: readonly string[] } & CallOptions): Promise<MetricsSnapshot>;
  /** `clearmetrics`: back to 0, all or one first name part. Counts fall: see MetricsDifference.reset. */
  clearMetrics(domain?: string, call?: CallOptions): Promise<void>;
  /** `peers`, networked. `details` adds counters of messages and bytes. */
  peers(
    what?: { readonly fullKeys?: boolean; readonly details?: boolean } & CallOptions,
  ): Promise<Peers>;
  /** `quorum`, networked: the latest slot, by names. */
  quorum(what?: QuorumOptions & CallOptions): Promise<Quorum>;
  /** `quorum?compact=true`, networked: the latest slot, in counts. */
  quorumSummary(what?: QuorumOptions & CallOptions): Promise<QuorumSummary>;
  /** `quorum?transitive=true`, networked. */
  transitiveQuorum(what?: QuorumOptions & CallOptions): Promise<TransitiveQuorum>;
  /** `scp`, networked: the latest slots, 2 unless said otherwise. */
  scp(
    what?: { readonly slots?: number; readonly fullKeys?: boolean } & CallOptions,
  ): Promise<ScpState>;

  /** `tx`: submits an envelope, XDR in base64. PENDING is queued, not applied. `force` goes around banned accounts. */
  submit(envelope: string, what?: { readonly force?: boolean } & CallOptions): Promise<Submission>;
  /** `testacc`, test build: the account that core derives from the name, or null when the ledger has none. */
  testAccount(name: string, call?: CallOptions): Promise<TestAccount | null>;
  /** `testtx`, test build: the node itself pays between two such accounts, or creates the second. */
  testPayment(payment: TestPaymentOrder, call?: CallOptions): Promise<TestPayment>;

  /** `upgrades`. */
  readonly upgrades: {
    get(call?: CallOptions): Promise<ArmedUpgrades>;
    /** Replaces everything armed before. `time` in seconds since the Unix epoch. */
    set(time: number, upgrades: Upgrades, call?: CallOptions): Promise<void>;
    clear(call?: CallOptions): Promise<void>;
  };
  /** `sorobaninfo`: limits and fees; undefined before protocol 20. */
  sorobanInfo(call?: CallOptions): Promise<SorobanInfo | undefined>;
  /** `sorobaninfo?format=detailed`: every setting; undefined before protocol 20. */
  sorobanSettings(call?: CallOptions): Promise<readonly ConfigSetting[] | undefined>;
  /** `sorobaninfo?format=upgrade_xdr`: a ConfigUpgradeSet to edit, XDR in base64; undefined before protocol 20. */
  sorobanUpgradeTemplate(call?: CallOptions): Promise<string | undefined>;
  /** `dumpproposedsettings`: the set in the ledger under a ConfigUpgradeSetKey (XDR in base64). */
  proposedSettings(key: string, call?: CallOptions): Promise<readonly ConfigSetting[]>;

  /** `connect`, networked: asks for a connection; whether it comes about, `peers` shows. */
  connect(host: string, port: number, call?: CallOptions): Promise<void>;
  /** `droppeer`, networked, by the peer's full key; `ban` refuses it from then on. */
  dropPeer(key: string, what?: { readonly ban?: boolean } & CallOptions): Promise<void>;
  /** `bans`, networked: full keys. */
  bans(call?: CallOptions): Promise<readonly string[]>;
  /** `unban`, networked, by full key. */
  unban(key: string, call?: CallOptions): Promise<void>;
  /** `banaccounts` without a list: whose transactions are filtered. */
  bannedAccounts(call?: CallOptions): Promise<readonly string[]>;
  /** `banaccounts`: transactions that touch these are FILTERED from now on, unless forced. */
  banAccounts(accounts: readonly string[], call?: CallOptions): Promise<AccountsBanned>;
  /** `unbanaccounts`: these, or all. */
  unbanAccounts(accounts?: readonly string[], call?: CallOptions): Promise<AccountsUnbanned>;

  /** `generateload`, test build: begins a load. See startLoad, which remembers the counters from before. */
  generateLoad(load: Load, call?: CallOptions): Promise<LoadAccepted>;
  /** `generateload?mode=stop`, test build: the run counts as failed. */
  stopLoad(call?: CallOptions): Promise<void>;
  /** `toggleoverlayonlymode`, test build: flips it, and gives what it is now. */
  toggleOverlayOnlyMode(call?: CallOptions): Promise<boolean>;
  /** `manualclose`: closes a ledger or begins a round. The two parameters need RUN_STANDALONE. */
  manualClose(
    what?: { readonly ledger?: number; readonly closeTime?: number } & CallOptions,
  ): Promise<ManualClose>;
  /** `self-check`: begins it; results are in the metrics history.check.* and history.ledger-check.*. */
  selfCheck(call?: CallOptions): Promise<void>;

  /** `ll`: the log level of every partition. */
  logLevels(call?: CallOptions): Promise<Readonly<Record<string, LogLevel>>>;
  /** `ll?level=…`: one partition's, or all; gives what the node says it set. */
  setLogLevel(
    level: LogLevel,
    partition?: string,
    call?: CallOptions,
  ): Promise<Readonly<Record<string, LogLevel>>>;
  /** `logrotate`: opens the log file anew, empty. */
  rotateLog(call?: CallOptions): Promise<void>;

  /** The network survey, in the order of its steps. A production build needs to be networked for it. */
  readonly survey: {
    start(nonce: number, call?: CallOptions): Promise<void>;
    stopCollecting(call?: CallOptions): Promise<void>;
    /** One node, by full key; 25 peers a direction, from the index. */
    askNode(key: string, what?: SurveyPage & CallOptions): Promise<void>;
    result(call?: CallOptions): Promise<Survey>;
    stop(call?: CallOptions): Promise<void>;
  };

  /** `getledgerentry` of the query port: one state for each key. */
  ledgerEntries(what: LedgerEntryQuestion & CallOptions): Promise<LedgerEntries>;
  /** `getledgerentryraw` of the query port: entries found. */
  rawLedgerEntries(what: LedgerEntryQuestion & CallOptions): Promise<RawLedgerEntries>;
}
