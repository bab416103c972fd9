import type {
  HistoryTable,
  HomeDomainTable,
  QuorumSetTable,
  ValidatorTable,
} from './node-config.ts';
import type { OperationType } from './options/consensus.ts';

// Made from the table of options by test/node-config.test.ts: vitest -u writes it anew.

/** The settings of one stellar-core node, under core's own names. Every key is optional: core has a default for it. */
export interface NodeConfig {
  /**
   * Names the network and goes into every signature and the root account's key: give each network its own.
   * - must not be empty
   * - stays what it was when the database was made
   *
   * @default ""
   */
  readonly NETWORK_PASSPHRASE?: string;
  /**
   * Where the node keeps its state: sqlite3://FILE, sqlite3://:memory: (always fresh) or postgresql://dbname=… user=… (deprecated); point it into the data volume.
   * - no $FILE: reference on the public network
   *
   * @default "sqlite3://stellar.db"
   */
  readonly DATABASE?: string;
  /**
   * The folder of buckets, temporary files, the publish queue and the lock: keep it beside the database and move both together.
   *
   * @default "buckets"
   */
  readonly BUCKET_DIR_PATH?: string;
  /**
   * The log file, with strftime fields in {datetime:…}: set it to "" in a container, so that the whole log goes to stderr.
   *
   * @default "stellar-core-{datetime:%Y-%m-%d_%H-%M-%S}.log"
   */
  readonly LOG_FILE_PATH?: string;
  /**
   * Colours on the log: leave it off wherever a program reads the log.
   *
   * @default false
   */
  readonly LOG_COLOR?: boolean;
  /**
   * The port of the admin commands, 0 switches them off: change it where several nodes share one machine.
   *
   * @default 11626
   */
  readonly HTTP_PORT?: number;
  /**
   * Listens on all addresses instead of 127.0.0.1: true in a cluster, where others must reach the admin port, never on the open internet.
   *
   * @default false
   */
  readonly PUBLIC_HTTP_PORT?: boolean;
  /**
   * How many clients the admin port serves at once: raise it where many pollers meet.
   *
   * @default 128
   */
  readonly HTTP_MAX_CLIENT?: number;
  /**
   * The port of the read-only query server, 0 for none: give one to a watcher that serves ledger entries.
   * - differs from HTTP_PORT
   * - stays 0 on a validator, unless RUN_STANDALONE
   *
   * @default 0
   */
  readonly HTTP_QUERY_PORT?: number;
  /**
   * Threads of the query server: raise it when queries wait.
   *
   * @default 4
   */
  readonly QUERY_THREAD_POOL_SIZE?: number;
  /**
   * How many older ledgers the query server can still answer for: raise it for clients that look back. Unit: ledgers.
   *
   * @default 5
   */
  readonly QUERY_SNAPSHOT_LEDGERS?: number;
  /**
   * Admin commands run once after the start, as in the URL without its first slash ("ll?level=debug&partition=SCP"): for log levels that must hold from the beginning.
   *
   * @default []
   */
  readonly COMMANDS?: readonly string[];
  /**
   * Aliases for public keys ("G… alias"), used as "$alias" elsewhere and shown in logs: for names without a quorum set that gives them.
   *
   * @default []
   */
  readonly NODE_NAMES?: readonly string[];
  /**
   * Background threads: lower it when many nodes share a machine.
   *
   * @default 11
   */
  readonly WORKER_THREADS?: number;
  /**
   * Threads that compile contracts at start: lower it when many nodes share a machine.
   *
   * @default 6
   */
  readonly COMPILATION_THREADS?: number;
  /**
   * How many get, put and gzip processes run at once: raise it for catchup from a fast archive.
   *
   * @default 16
   */
  readonly MAX_CONCURRENT_SUBPROCESSES?: number;
  /**
   * Ledger entries kept in memory: below 20000 core warns that it is slow. Unit: entries.
   *
   * @default 100000
   */
  readonly ENTRY_CACHE_SIZE?: number;
  /**
   * Entries loaded ahead of applying a ledger at a time: for storage experiments only. Unit: entries.
   *
   * @default 1000
   */
  readonly PREFETCH_BATCH_SIZE?: number;
  /**
   * The time that percentiles in /metrics look back: widen it when you sample rarely. Unit: s.
   * - divides 300
   *
   * @default 30
   */
  readonly HISTOGRAM_WINDOW_SIZE?: number;
  /**
   * Skips syncing written streams to disk: faster, and unsafe when the machine loses power.
   *
   * @default false
   */
  readonly DISABLE_XDR_FSYNC?: boolean;
  /**
   * Where the meta of every closed ledger is written, a path or fd:N: for watchers that feed an indexer.
   * - empty on a validator, unless RUN_STANDALONE
   *
   * @default ""
   */
  readonly METADATA_OUTPUT_STREAM?: string;
  /**
   * How many ledgers of meta are kept for debugging below BUCKET_DIR_PATH: 0 saves disk in performance runs. Unit: ledgers.
   *
   * @default 100
   */
  readonly METADATA_DEBUG_LEDGERS?: number;
  /**
   * How often the node checks itself in the background, 0 for never: 0 keeps performance runs even. Unit: s.
   *
   * @default 10800
   */
  readonly AUTOMATIC_SELF_CHECK_PERIOD?: number;
  /**
   * Patterns of invariants to check while applying, each matching a whole name regardless of case: "(?!EventsAreConsistentWithEntryDiffs).*" in tests; they cost time.
   * - every pattern matches an invariant that no earlier one matched
   * - EventsAreConsistentWithEntryDiffs needs EMIT_CLASSIC_EVENTS and BACKFILL_STELLAR_ASSET_EVENTS, in production builds also METADATA_OUTPUT_STREAM
   *
   * @default []
   */
  readonly INVARIANT_CHECKS?: readonly string[];
  /**
   * Runs slow whole-state checks in the background: for watchers that guard a network.
   * - not on a validator
   *
   * @default false
   */
  readonly INVARIANT_EXTRA_CHECKS?: boolean;
  /**
   * Ledgers between two whole-state checks of INVARIANT_EXTRA_CHECKS: lower it to find a fault sooner. Unit: ledgers.
   *
   * @default 300
   */
  readonly STATE_SNAPSHOT_INVARIANT_LEDGER_FREQUENCY?: number;
  /**
   * Stops the node at a txINTERNAL_ERROR instead of going on: true in tests that look for such errors.
   *
   * @default false
   */
  readonly HALT_ON_INTERNAL_TRANSACTION_ERROR?: boolean;
  /**
   * The file that lists entries damaged at protocol 23 on the public network: needed only to replay that history.
   *
   * @default ""
   */
  readonly PATH_TO_PROTOCOL_23_CORRUPTION_FILE?: string;
  /**
   * The time server a validator compares its clock with, "" for none: set it to "" where there is no internet.
   *
   * @default "pool.ntp.org"
   */
  readonly NTP_DRIFT_CHECK_SERVER?: string;
  /**
   * Applies a ledger while the next one is agreed on: false to compare with the old way; core turns it off by itself with an in-memory database.
   *
   * @default true
   */
  readonly PARALLEL_LEDGER_APPLY?: boolean;
  /**
   * The page size of bucket indexes as a power of two, 0 to index every entry in memory: 0 for the highest throughput where memory allows.
   *
   * @default 14
   */
  readonly BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT?: number;
  /**
   * Buckets smaller than this are indexed entry by entry: raise it to trade memory for speed. Unit: MB.
   *
   * @default 20
   */
  readonly BUCKETLIST_DB_INDEX_CUTOFF?: number;
  /**
   * Memory for caching ledger entries of buckets: raise it on nodes with a large state. Unit: MB.
   *
   * @default 0
   */
  readonly BUCKETLIST_DB_MEMORY_FOR_CACHING?: number;
  /**
   * Keeps bucket indexes in .index files for a faster start: false in performance runs that never restart.
   *
   * @default true
   */
  readonly BUCKETLIST_DB_PERSIST_INDEX?: boolean;
  /**
   * The node's secret key ("S…", then an alias for its public key if you like): without one the node is a stranger after every start.
   * - no $FILE: reference on the public network
   */
  readonly NODE_SEED?: string;
  /**
   * Takes part in consensus instead of only following it: true for the nodes that others list in their quorum sets.
   *
   * @default false
   */
  readonly NODE_IS_VALIDATOR?: boolean;
  /**
   * The organisation the node belongs to: needed by a validator whose quorum set is made from [[VALIDATORS]].
   *
   * @default ""
   */
  readonly NODE_HOME_DOMAIN?: string;
  /**
   * The nodes this node listens to and how many of them must agree: for private networks, where [[VALIDATORS]] demands too much.
   * - equals the set generated from [[VALIDATORS]] when both are given, unless UNSAFE_QUORUM
   * - every node has one, watchers too
   */
  readonly QUORUM_SET?: QuorumSetTable;
  /**
   * Known validators, from which core makes a quorum set by organisation and quality: for public networks.
   * - a validator does not list itself: core adds it
   */
  readonly VALIDATORS?: readonly ValidatorTable[];
  /**
   * Organisations and their quality, which their [[VALIDATORS]] inherit.
   */
  readonly HOME_DOMAINS?: readonly HomeDomainTable[];
  /**
   * How many nodes of the quorum set must be able to fail without stopping this one, -1 to have core compute it: 0 in networks too small to lose one.
   * - 0 needs UNSAFE_QUORUM
   *
   * @default -1
   */
  readonly FAILURE_SAFETY?: number;
  /**
   * Lifts the safety checks of the quorum set: true in test networks of one to three nodes.
   *
   * @default false
   */
  readonly UNSAFE_QUORUM?: boolean;
  /**
   * How many past ledgers of consensus messages a node keeps for peers that fell behind: raise it to have them catch up without an archive. Unit: ledgers.
   *
   * @default 12
   */
  readonly MAX_SLOTS_TO_REMEMBER?: number;
  /**
   * How far a ledger's close time may lie from the local clock: raise it on machines whose clocks differ. Unit: s.
   *
   * @default 70
   */
  readonly MAXIMUM_LEDGER_CLOSETIME_DRIFT?: number;
  /**
   * Checks in the background that any two quorums share a node: false in large test networks, where it costs minutes.
   *
   * @default true
   */
  readonly QUORUM_INTERSECTION_CHECKER?: boolean;
  /**
   * Checks with the newer solver, which has limits and metrics: true to watch the checker itself.
   *
   * @default false
   */
  readonly USE_QUORUM_INTERSECTION_CHECKER_V2?: boolean;
  /**
   * How long the newer checker may look before it gives up: raise it for large networks. Unit: ms.
   *
   * @default 5000
   */
  readonly QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS?: number;
  /**
   * How much memory the newer checker may use before it gives up: raise it for large networks. Unit: bytes.
   *
   * @default 104857600
   */
  readonly QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES?: number;
  /**
   * Weighs nomination leaders as before protocol 22: true on some nodes to test a mixture.
   *
   * @default false
   */
  readonly FORCE_OLD_STYLE_LEADER_ELECTION?: boolean;
  /**
   * Times the next ledger from the local start of the ballot, as before protocol 28: true on some nodes to test a mixture.
   *
   * @default false
   */
  readonly FORCE_OLD_STYLE_PREPARE_START_TRIGGER_TIMER?: boolean;
  /**
   * Starts the ballot before the transaction set has arrived: an experiment on slow networks.
   *
   * @default false
   */
  readonly EXPERIMENTAL_PARALLEL_TX_SET_DOWNLOAD?: boolean;
  /**
   * Transactions with one of these operations are answered FILTERED: to keep a kind of traffic out of this node.
   *
   * @default []
   */
  readonly EXCLUDE_TRANSACTIONS_CONTAINING_OPERATION_TYPE?: readonly OperationType[];
  /**
   * Accounts put on the ban list at start: deprecated, use the banaccounts command.
   *
   * @default []
   */
  readonly FILTERED_G_ADDRESSES?: readonly string[];
  /**
   * Operations of a ledger that offers and path payments may take, as a lane with its own fee, 0 for no lane: to keep room for payments. Unit: operations.
   *
   * @default 0
   */
  readonly MAX_DEX_TX_OPERATIONS_IN_TX_SET?: number;
  /**
   * The port peers connect to: change it where several nodes share one machine.
   *
   * @default 11625
   */
  readonly PEER_PORT?: number;
  /**
   * How many outbound connections the node wants: at least the number of preferred peers that matter.
   * - lowered by core to MAX_ADDITIONAL_PEER_CONNECTIONS / 3 + 3
   *
   * @default 8
   */
  readonly TARGET_PEER_CONNECTIONS?: number;
  /**
   * How many inbound connections the node accepts, -1 for eight times the target: too few silently lower the outbound target.
   *
   * @default -1
   */
  readonly MAX_ADDITIONAL_PEER_CONNECTIONS?: number;
  /**
   * How many connections may be shaking hands at once: raise it where hundreds of nodes start together.
   *
   * @default 500
   */
  readonly MAX_PENDING_CONNECTIONS?: number;
  /**
   * How long a handshake may take: raise it on slow or delayed networks. Unit: s.
   *
   * @default 2
   */
  readonly PEER_AUTHENTICATION_TIMEOUT?: number;
  /**
   * How long an authenticated peer may be silent: raise it on lossy networks. Unit: s.
   *
   * @default 30
   */
  readonly PEER_TIMEOUT?: number;
  /**
   * How long a peer may fail to drain its queue: raise it to keep slow nodes in a test. Unit: s.
   *
   * @default 120
   */
  readonly PEER_STRAGGLER_TIMEOUT?: number;
  /**
   * How long a transaction set may take to arrive: raise it for large sets on slow links. Unit: ms.
   *
   * @default 5000
   */
  readonly TX_SET_DOWNLOAD_TIMEOUT?: number;
  /**
   * Hosts the node connects to first and keeps ("host" or "host:port"): the other nodes of a private network.
   *
   * @default []
   */
  readonly PREFERRED_PEERS?: readonly string[];
  /**
   * Public keys of peers to prefer, whatever their address: for peers whose addresses change.
   *
   * @default []
   */
  readonly PREFERRED_PEER_KEYS?: readonly string[];
  /**
   * Drops every peer that is not preferred: true to give a network an exact shape.
   *
   * @default false
   */
  readonly PREFERRED_PEERS_ONLY?: boolean;
  /**
   * Hosts to begin with when no others are known ("host" or "host:port"): the public entry points of a network.
   *
   * @default []
   */
  readonly KNOWN_PEERS?: readonly string[];
  /**
   * Who may survey this node, empty for anybody in its transitive quorum: name the surveyor when it is a watcher.
   *
   * @default []
   */
  readonly SURVEYOR_KEYS?: readonly string[];
  /**
   * Messages read from a peer before it must wait: raise it together with the flood capacity. Unit: messages.
   * - greater than PEER_FLOOD_READING_CAPACITY
   *
   * @default 201
   */
  readonly PEER_READING_CAPACITY?: number;
  /**
   * Flooded messages read from a peer before it must wait: raise it for higher rates over long distances. Unit: messages.
   *
   * @default 200
   */
  readonly PEER_FLOOD_READING_CAPACITY?: number;
  /**
   * Messages read before more are asked for: lower it to keep links busy. Unit: messages.
   * - at most PEER_FLOOD_READING_CAPACITY
   *
   * @default 40
   */
  readonly FLOW_CONTROL_SEND_MORE_BATCH_SIZE?: number;
  /**
   * Bytes of flooded messages read from a peer before it must wait, 0 (with the next) to have core compute it: raise it for large transactions. Unit: bytes.
   * - exceeds FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES by the largest transaction
   *
   * @default 0
   */
  readonly PEER_FLOOD_READING_CAPACITY_BYTES?: number;
  /**
   * Bytes read before more are asked for, 0 (with the previous) to have core compute it. Unit: bytes.
   * - at most PEER_FLOOD_READING_CAPACITY_BYTES
   *
   * @default 0
   */
  readonly FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES?: number;
  /**
   * Bytes read from a peer in one go: for overlay experiments only. Unit: bytes.
   *
   * @default 1048576
   */
  readonly PEER_TOTAL_READING_CAPACITY_BYTES?: number;
  /**
   * Bytes of transactions that may wait for one peer before the oldest are dropped: raise it where floods are lost. Unit: bytes.
   *
   * @default 3145728
   */
  readonly OUTBOUND_TX_QUEUE_BYTE_LIMIT?: number;
  /**
   * Messages written to a peer in one go: for overlay experiments only. Unit: messages.
   *
   * @default 1024
   */
  readonly MAX_BATCH_WRITE_COUNT?: number;
  /**
   * Bytes written to a peer in one go: for overlay experiments only. Unit: bytes.
   *
   * @default 1048576
   */
  readonly MAX_BATCH_WRITE_BYTES?: number;
  /**
   * How much of a ledger's capacity of classic operations is flooded per ledger: raise it so that full ledgers need not wait.
   *
   * @default 1
   */
  readonly FLOOD_OP_RATE_PER_LEDGER?: number;
  /**
   * Time between two floods of classic transactions: shorten it for short ledgers. Unit: ms.
   *
   * @default 200
   */
  readonly FLOOD_TX_PERIOD_MS?: number;
  /**
   * How much of a ledger's Soroban capacity is flooded per ledger: raise it so that full ledgers need not wait.
   *
   * @default 1
   */
  readonly FLOOD_SOROBAN_RATE_PER_LEDGER?: number;
  /**
   * Time between two floods of Soroban transactions: shorten it for short ledgers. Unit: ms.
   *
   * @default 200
   */
  readonly FLOOD_SOROBAN_TX_PERIOD_MS?: number;
  /**
   * Time between two adverts of transaction hashes: shorten it for short ledgers. Unit: ms.
   *
   * @default 100
   */
  readonly FLOOD_ADVERT_PERIOD_MS?: number;
  /**
   * Time between two demands for advertised transactions: shorten it for short ledgers. Unit: ms.
   *
   * @default 200
   */
  readonly FLOOD_DEMAND_PERIOD_MS?: number;
  /**
   * Time before an unanswered demand is repeated elsewhere: lengthen it when peers are slow under load. Unit: ms.
   *
   * @default 500
   */
  readonly FLOOD_DEMAND_BACKOFF_DELAY_MS?: number;
  /**
   * Path payment loops flooded per ledger and asset pair before they are thinned out, -1 for all: -1 in load tests of such loops. Unit: transactions.
   *
   * @default 5
   */
  readonly FLOOD_ARB_TX_BASE_ALLOWANCE?: number;
  /**
   * How strongly path payment loops beyond the allowance are thinned out: 1 thins most.
   *
   * @default 0.8
   */
  readonly FLOOD_ARB_TX_DAMPING_FACTOR?: number;
  /**
   * Transactions sent to a peer in one message, 0 for one each: 500 in throughput experiments. Unit: transactions.
   *
   * @default 0
   */
  readonly EXPERIMENTAL_TX_BATCH_MAX_SIZE?: number;
  /**
   * Reads and authenticates messages off the main thread: false to compare with the old way.
   *
   * @default true
   */
  readonly BACKGROUND_OVERLAY_PROCESSING?: boolean;
  /**
   * Verifies signatures of transactions off the main thread: false to compare with the old way.
   *
   * @default true
   */
  readonly BACKGROUND_TX_SIG_VERIFICATION?: boolean;
  /**
   * History archives by name with the commands that get, put and mkdir in them, run without a shell: at least one with get on every node that is not standalone.
   */
  readonly HISTORY?: { readonly [name: string]: HistoryTable };
  /**
   * Replays all of history when the node falls behind, instead of jumping to a checkpoint: true for nodes that must hold everything.
   *
   * @default false
   */
  readonly CATCHUP_COMPLETE?: boolean;
  /**
   * Replays at least this many recent ledgers when the node falls behind: for nodes that need some history. Unit: ledgers.
   *
   * @default 0
   */
  readonly CATCHUP_RECENT?: number;
  /**
   * Time before a finished checkpoint is published: to spread the work of validators that share storage. Unit: s.
   *
   * @default 0
   */
  readonly PUBLISH_TO_ARCHIVE_DELAY?: number;
  /**
   * Adds diagnostic events to the meta of contracts: for watchers that developers look at.
   * - false on a validator, unless RUN_STANDALONE
   *
   * @default false
   */
  readonly ENABLE_SOROBAN_DIAGNOSTIC_EVENTS?: boolean;
  /**
   * Adds diagnostic events to refusals of /tx: true while you develop contracts.
   *
   * @default false
   */
  readonly ENABLE_DIAGNOSTICS_FOR_TX_SUBMISSION?: boolean;
  /**
   * Adds fee details of contracts to the meta: for indexers that read them.
   *
   * @default false
   */
  readonly EMIT_SOROBAN_TRANSACTION_META_EXT_V1?: boolean;
  /**
   * Adds the Soroban fee rate to the meta of every ledger: for indexers that read it.
   *
   * @default false
   */
  readonly EMIT_LEDGER_CLOSE_META_EXT_V1?: boolean;
  /**
   * Emits asset events for classic operations as well: for indexers that follow assets by events.
   *
   * @default false
   */
  readonly EMIT_CLASSIC_EVENTS?: boolean;
  /**
   * Emits today's form of asset events for old ledgers as well: for replaying history into an indexer.
   * - needs EMIT_CLASSIC_EVENTS
   *
   * @default false
   */
  readonly BACKFILL_STELLAR_ASSET_EVENTS?: boolean;
  /**
   * Emits today's form of restored entries for old ledgers as well: for replaying history into an indexer.
   *
   * @default false
   */
  readonly BACKFILL_RESTORE_META?: boolean;
  /**
   * Runs without peers and without some admin commands, needs no readable archive: for a single node that only applies.
   *
   * @default false
   */
  readonly RUN_STANDALONE?: boolean;
  /**
   * Closes a ledger only when told to by /manualclose: for tests that step through ledgers.
   * - needs NODE_IS_VALIDATOR
   *
   * @default false
   */
  readonly MANUAL_CLOSE?: boolean;
  /**
   * Accepts 127.0.0.1 as a peer: true where several nodes share one machine.
   *
   * @default false
   */
  readonly ALLOW_LOCALHOST_FOR_TESTING?: boolean;
  /**
   * Tells peers about private addresses such as those of pods: true in a cluster whose nodes find each other by gossip. Only in builds with tests.
   *
   * @default false
   */
  readonly ALLOW_PRIVATE_ADDRESSES_FOR_TESTING?: boolean;
  /**
   * Closes a ledger every second and a checkpoint every 8 ledgers: true in tests of behaviour, false in tests of performance.
   *
   * @default false
   */
  readonly ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING?: boolean;
  /**
   * Time between ledgers, 0 for the real one, with checkpoints still every 64 ledgers; wins over acceleration. Unit: s.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_SET_CLOSE_TIME_FOR_TESTING?: number;
  /**
   * Allows /generateload: true on the nodes that make load.
   *
   * @default false
   */
  readonly ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING?: boolean;
  /**
   * Funded test accounts in the genesis ledger: the same on all nodes, because it changes the hash of ledger 1. Unit: accounts.
   *
   * @default 0
   */
  readonly GENESIS_TEST_ACCOUNT_COUNT?: number;
  /**
   * The file of signed transactions that the pregenerated load sends: made before the run.
   *
   * @default "stellar-load-transactions.xdr"
   */
  readonly LOADGEN_PREGENERATED_TRANSACTIONS_FILE?: string;
  /**
   * Uses measured cost parameters at the step to protocol 20: without it all uploads fail on a network upgraded from 0.
   * - has an effect only with ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default false
   */
  readonly UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING?: boolean;
  /**
   * Sets very large Soroban limits at the step to protocol 20: for load that should not be limited by them.
   *
   * @default false
   */
  readonly TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE?: boolean;
  /**
   * The shortest life of persistent entries, written at the step to protocol 20, 0 for the real one: small in tests of archival. Unit: ledgers.
   *
   * @default 0
   */
  readonly TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME?: number;
  /**
   * Makes the node use the three settings of eviction below: true in tests of archival.
   *
   * @default false
   */
  readonly OVERRIDE_EVICTION_PARAMS_FOR_TESTING?: boolean;
  /**
   * How much of a bucket eviction scans per ledger. Unit: bytes.
   * - has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING
   *
   * @default 100000
   */
  readonly TESTING_EVICTION_SCAN_SIZE?: number;
  /**
   * The first bucket level that eviction scans.
   * - has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING
   *
   * @default 6
   */
  readonly TESTING_STARTING_EVICTION_SCAN_LEVEL?: number;
  /**
   * How many entries eviction archives per ledger. Unit: entries.
   * - has an effect only with OVERRIDE_EVICTION_PARAMS_FOR_TESTING
   *
   * @default 100
   */
  readonly TESTING_MAX_ENTRIES_TO_ARCHIVE?: number;
  /**
   * Replays old ledgers with the newest bucket logic: to compare that logic on real history.
   *
   * @default false
   */
  readonly ARTIFICIALLY_REPLAY_WITH_NEWEST_BUCKET_LOGIC_FOR_TESTING?: boolean;
  /**
   * A pause while buckets are applied in catchup: to look at a node in that state. Unit: s.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_DELAY_BUCKET_APPLICATION_FOR_TESTING?: number;
  /**
   * A pause in every ledger close: to test a slow node. Unit: ms.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_DELAY_LEDGER_CLOSE_FOR_TESTING?: number;
  /**
   * A pause of the main thread at every turn: to test a slow node. Unit: µs.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_SLEEP_MAIN_THREAD_FOR_TESTING?: number;
  /**
   * How long a phase of a survey lasts, 0 for the real time: to end a survey within a test. Unit: min.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_SET_SURVEY_PHASE_DURATION_FOR_TESTING?: number;
  /**
   * Waits for bucket merges after every ledger of catchup: for reproducible timing.
   *
   * @default false
   */
  readonly CATCHUP_WAIT_MERGES_TX_APPLY_FOR_TESTING?: boolean;
  /**
   * Skips the metrics of contracts: to measure without their cost.
   *
   * @default false
   */
  readonly DISABLE_SOROBAN_METRICS_FOR_TESTING?: boolean;
  /**
   * Skips the meta of transactions: to measure without its cost.
   *
   * @default false
   */
  readonly DISABLE_TX_META_FOR_TESTING?: boolean;
  /**
   * Values of transaction data that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_BYTE_COUNT_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of transaction data in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_BYTE_COUNT_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Values of contract code size that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_WASM_BYTES_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of contract code size in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Values of data entries touched that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_NUM_DATA_ENTRIES_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of data entries touched in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_NUM_DATA_ENTRIES_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Values of kilobytes read and written that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_IO_KILOBYTES_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of kilobytes read and written in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_IO_KILOBYTES_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Values of transaction size that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_TX_SIZE_BYTES_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of transaction size in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_TX_SIZE_BYTES_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Values of instructions that generated Soroban load draws from: set it together with its weights.
   * - as long as its weights
   * - needs ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
   *
   * @default []
   */
  readonly LOADGEN_INSTRUCTIONS_FOR_TESTING?: readonly number[];
  /**
   * Weights of the values of instructions in generated Soroban load: set it together with its values.
   * - as long as its values
   * - all above 0
   *
   * @default []
   */
  readonly LOADGEN_INSTRUCTIONS_DISTRIBUTION_FOR_TESTING?: readonly number[];
  /**
   * Measures how long generated transactions take from submission to ledger: true on the nodes that make load, when you ask for latency.
   *
   * @default false
   */
  readonly LOADGEN_MEASURE_TX_E2E_LATENCY_FOR_TESTING?: boolean;
  /**
   * How many ledgers of classic transactions may wait: 3 in throughput tests. Unit: ledgers. Only in builds with tests.
   *
   * @default 2
   */
  readonly TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING?: number;
  /**
   * How many ledgers of Soroban transactions may wait: 3 in throughput tests. Unit: ledgers. Only in builds with tests.
   *
   * @default 2
   */
  readonly SOROBAN_TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING?: number;
  /**
   * Lets an upgrade set any ledger time: true in searches for the shortest block time. Only in builds with tests.
   *
   * @default false
   */
  readonly TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS?: boolean;
  /**
   * Nominates transaction sets that nobody has: to test how others bear it. Only in builds with tests.
   *
   * @default false
   */
  readonly TESTING_NOMINATE_RANDOM_VALUES?: boolean;
  /**
   * Bytes of Soroban transactions per set, 0 for 5 MiB: 9 MiB in Soroban throughput tests. Unit: bytes. Only in builds with tests.
   * - with TESTING_MAX_CLASSIC_BYTE_ALLOWANCE at most 10 MiB
   *
   * @default 0
   */
  readonly TESTING_MAX_SOROBAN_BYTE_ALLOWANCE?: number;
  /**
   * Bytes of classic transactions per set, 0 for 5 MiB: 9 MiB in classic throughput tests. Unit: bytes. Only in builds with tests.
   * - with TESTING_MAX_SOROBAN_BYTE_ALLOWANCE at most 10 MiB
   *
   * @default 0
   */
  readonly TESTING_MAX_CLASSIC_BYTE_ALLOWANCE?: number;
  /**
   * Takes messages of any size and number from peers: for overlay experiments only. Only in builds with tests.
   *
   * @default false
   */
  readonly IGNORE_MESSAGE_LIMITS_FOR_TESTING?: boolean;
  /**
   * Lets HIGH and CRITICAL organisations have fewer than three validators and no archives: true in small networks with a generated quorum set. Only in builds with tests.
   *
   * @default false
   */
  readonly SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING?: boolean;
  /**
   * Skips transactions whose failure the archive records while replaying: for faster replays. Only in builds with tests.
   *
   * @default false
   */
  readonly CATCHUP_SKIP_KNOWN_RESULTS_FOR_TESTING?: boolean;
  /**
   * Pauses per applied operation, drawn by the weights below: to give simulated operations a cost. Unit: µs. Only in builds with tests.
   * - as long as OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING
   *
   * @default []
   */
  readonly OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING?: readonly number[];
  /**
   * Weights of the pauses above. Only in builds with tests.
   * - as long as OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING
   * - all above 0
   *
   * @default []
   */
  readonly OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING?: readonly number[];
  /**
   * How far the node's clock is wrong, ahead when positive: to test clock skew. Unit: ms. Only in builds with tests.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_SET_SYSTEM_CLOCK_OFFSET_FOR_TESTING?: number;
  /**
   * A pause before nomination messages are sent: to test slow leaders. Unit: ms. Only in builds with tests.
   *
   * @default 0
   */
  readonly ARTIFICIALLY_DELAY_NOMINATION_EMIT_FOR_TESTING?: number;
  /**
   * What apply-load does: fill ledgers to their limits, search the highest rate of asset transfers, or measure one model. Only in builds with tests.
   *
   * @default "ledger-limits"
   */
  readonly APPLY_LOAD_MODE?: 'ledger-limits' | 'max-sac-tps' | 'benchmark';
  /**
   * The transaction that apply-load measures: asset transfer, token contract or swap. Only in builds with tests.
   *
   * @default "sac"
   */
  readonly APPLY_LOAD_MODEL_TX?: 'sac' | 'custom_token' | 'soroswap';
  /**
   * Ledgers that apply-load simulates to fill the bucket list before it measures. Unit: ledgers. Only in builds with tests.
   *
   * @default 1000
   */
  readonly APPLY_LOAD_BL_SIMULATED_LEDGERS?: number;
  /**
   * Every how many simulated ledgers a batch of entries is written. Unit: ledgers. Only in builds with tests.
   *
   * @default 1000
   */
  readonly APPLY_LOAD_BL_WRITE_FREQUENCY?: number;
  /**
   * Entries in each batch written to the simulated bucket list. Unit: entries. Only in builds with tests.
   *
   * @default 1000
   */
  readonly APPLY_LOAD_BL_BATCH_SIZE?: number;
  /**
   * The last simulated ledgers, in which every ledger gets its own batch. Unit: ledgers. Only in builds with tests.
   *
   * @default 300
   */
  readonly APPLY_LOAD_BL_LAST_BATCH_LEDGERS?: number;
  /**
   * Entries in each batch of the last simulated ledgers. Unit: entries. Only in builds with tests.
   *
   * @default 100
   */
  readonly APPLY_LOAD_BL_LAST_BATCH_SIZE?: number;
  /**
   * Ledgers that apply-load measures. Unit: ledgers. Only in builds with tests.
   *
   * @default 100
   */
  readonly APPLY_LOAD_NUM_LEDGERS?: number;
  /**
   * Numbers of events per transaction that apply-load draws from. Only in builds with tests.
   * - as long as APPLY_LOAD_EVENT_COUNT_DISTRIBUTION
   *
   * @default []
   */
  readonly APPLY_LOAD_EVENT_COUNT?: readonly number[];
  /**
   * Weights of APPLY_LOAD_EVENT_COUNT. Only in builds with tests.
   * - as long as APPLY_LOAD_EVENT_COUNT
   *
   * @default []
   */
  readonly APPLY_LOAD_EVENT_COUNT_DISTRIBUTION?: readonly number[];
  /**
   * The limit of instructions per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_LEDGER_MAX_INSTRUCTIONS?: number | bigint;
  /**
   * The limit of instructions per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_INSTRUCTIONS?: number | bigint;
  /**
   * The limit of entries read from disk per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_LEDGER_MAX_DISK_READ_LEDGER_ENTRIES?: number;
  /**
   * The limit of entries read from disk per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_DISK_READ_LEDGER_ENTRIES?: number;
  /**
   * The limit of footprint entries per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_FOOTPRINT_SIZE?: number;
  /**
   * The limit of entries written per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_LEDGER_MAX_WRITE_LEDGER_ENTRIES?: number;
  /**
   * The limit of entries written per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_WRITE_LEDGER_ENTRIES?: number;
  /**
   * The limit of bytes read from disk per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_LEDGER_MAX_DISK_READ_BYTES?: number;
  /**
   * The limit of bytes read from disk per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_DISK_READ_BYTES?: number;
  /**
   * The limit of bytes written per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_LEDGER_MAX_WRITE_BYTES?: number;
  /**
   * The limit of bytes written per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_TX_MAX_WRITE_BYTES?: number;
  /**
   * The limit of bytes of one transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_MAX_TX_SIZE_BYTES?: number;
  /**
   * The limit of bytes of all transactions of a ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_MAX_LEDGER_TX_SIZE_BYTES?: number;
  /**
   * The limit of bytes of events per transaction that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_MAX_CONTRACT_EVENT_SIZE_BYTES?: number;
  /**
   * The limit of Soroban transactions per ledger that the apply-load benchmark sets up. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_MAX_SOROBAN_TX_COUNT?: number;
  /**
   * Classic payments that apply-load adds to every ledger. Unit: transactions. Only in builds with tests.
   *
   * @default 0
   */
  readonly APPLY_LOAD_CLASSIC_TXS_PER_LEDGER?: number;
  /**
   * Groups of transactions that may be applied in parallel. Only in builds with tests.
   *
   * @default 1
   */
  readonly APPLY_LOAD_LEDGER_MAX_DEPENDENT_TX_CLUSTERS?: number;
  /**
   * The close time below which a rate of max-sac-tps counts as sustained. Unit: ms. Only in builds with tests.
   *
   * @default 1000
   */
  readonly APPLY_LOAD_TARGET_CLOSE_TIME_MS?: number;
  /**
   * Where the search of max-sac-tps begins. Unit: transactions/s. Only in builds with tests.
   *
   * @default 100
   */
  readonly APPLY_LOAD_MAX_SAC_TPS_MIN_TPS?: number;
  /**
   * Where the search of max-sac-tps ends. Unit: transactions/s. Only in builds with tests.
   *
   * @default 50000
   */
  readonly APPLY_LOAD_MAX_SAC_TPS_MAX_TPS?: number;
  /**
   * Asset transfers in one transaction. Only in builds with tests.
   *
   * @default 1
   */
  readonly APPLY_LOAD_BATCH_SAC_COUNT?: number;
  /**
   * Counts the time of writing to the database: false to measure applying alone. Only in builds with tests.
   *
   * @default true
   */
  readonly APPLY_LOAD_TIME_WRITES?: boolean;
  /**
   * Has no effect any more: called PARALLEL_LEDGER_APPLY now; write it only for older images.
   *
   * @default false
   */
  readonly EXPERIMENTAL_PARALLEL_LEDGER_APPLY?: boolean;
  /**
   * Has no effect any more: called BACKGROUND_TX_SIG_VERIFICATION now; write it only for older images.
   *
   * @default false
   */
  readonly EXPERIMENTAL_BACKGROUND_TX_SIG_VERIFICATION?: boolean;
  /**
   * Has no effect any more: eviction always scans in the background; leave it out.
   *
   * @default true
   */
  readonly BACKGROUND_EVICTION_SCAN?: boolean;
  /**
   * Has no effect any more: old consensus history is removed as ledgers close; write it only for older images. Unit: s.
   *
   * @default 0
   */
  readonly AUTOMATIC_MAINTENANCE_PERIOD?: number;
  /**
   * Has no effect any more, as AUTOMATIC_MAINTENANCE_PERIOD; write it only for older images. Unit: ledgers.
   *
   * @default 0
   */
  readonly AUTOMATIC_MAINTENANCE_COUNT?: number;
  /**
   * Has no effect any more: use the ban commands instead; leave it out.
   *
   * @default ""
   */
  readonly FILTERED_SOROBAN_KEYS_PATH?: string;
}
