import type { NodeConfig } from './node-config.generated.ts';
import type { Quality, QuorumSetTable } from './node-config.ts';

/** A network as its author thinks of it: sets of equal nodes. {@link planNodes} makes the settings of each node of it. */
export interface NetworkModel<SetName extends string = string> {
  readonly passphrase: string;
  /** The text that node keys are derived from: worthless keys, the same for the same text. */
  readonly seed: string;
  readonly sets: { readonly [Name in SetName]: CoreSetModel<NoInfer<SetName>> };
  /** Settings of every node, over what the plan makes; a set's and a node's own go over them. */
  readonly config?: NodeConfig;
}

/** Equal nodes. Every option has a default that suits a small test network. */
export interface CoreSetModel<SetName extends string = string> {
  readonly nodes: number;
  /** @default 'validator' */
  readonly role?: 'validator' | 'watcher';
  /** Whom the nodes listen to. @default { all: true } */
  readonly quorum?: QuorumModel<SetName>;
  /** @default the safety checks are off and FAILURE_SAFETY is 0, as small networks need. */
  readonly safety?: 'unsafe' | 'checked';
  /** The organisation of the nodes. */
  readonly homeDomain?: string;
  /** The sets whose nodes' archives the nodes read. @default the sets of the quorum, or all */
  readonly archivesFrom?: readonly SetName[];
  /** More archives to read: name → `get` command. */
  readonly archives?: { readonly [name: string]: string };
  /** Whether each node writes an archive of its own. @default true */
  readonly localHistory?: boolean;
  /** The sets whose nodes each node connects to first. @default all */
  readonly peers?: readonly SetName[];
  /** More hosts to connect to first, `host` or `host:port`. */
  readonly peerHosts?: readonly string[];
  /** Exactly whom each node (by name, `core-0`) connects to; nobody else is let in. Goes before `peers`. */
  readonly peerMap?: { readonly [node: string]: readonly string[] };
  /** Outbound connections wanted; three times as many inbound ones are allowed. @default 16, or the length of the peer map */
  readonly targetPeers?: number;
  /** @default 'sqlite' */
  readonly database?: 'sqlite' | 'memory' | 'postgres';
  /** Ledgers every second and checkpoints every 8 ledgers. @default true */
  readonly accelerate?: boolean;
  /** Allow /generateload. @default true */
  readonly generatesLoad?: boolean;
  /** What a node that is behind gets of the ledgers that it missed: all, the newest state alone, or that and so many before it. @default 'complete' */
  readonly catchup?: 'complete' | 'minimal' | { readonly recent: number };
  /** @default 'all-except-events' */
  readonly invariants?: 'all-except-events' | 'all-except-events-and-buckets' | 'none';
  readonly quorumIntersectionChecker?:
    | boolean
    | { readonly timeLimitMs?: number; readonly memoryLimitBytes?: number };
  /** Write old consensus history clean-up settings for images that still read them. @default false */
  readonly maintenance?: 'default' | 'none';
  readonly genesisTestAccounts?: number;
  /** Write the meta of every ledger to `metadata.xdr` in the data folder. Validators refuse it. */
  readonly emitMeta?: boolean;
  readonly oldLeaderElection?: boolean;
  readonly oldTriggerTimer?: boolean;
  readonly surveyPhaseMinutes?: number;
  readonly updateSorobanCosts?: boolean;
  readonly measureLatency?: boolean;
  /** How far each node's clock is wrong, one for each node. */
  readonly clockOffsetsMs?: readonly number[];
  readonly sleepMainThreadUs?: number;
  /** Pauses per operation and their weights: such nodes apply slowly and publish nothing. */
  readonly simulatedApply?: {
    readonly durationsUs: readonly number[];
    readonly weights: readonly number[];
  };
  readonly flowControl?: FlowControlModel;
  /** What generated Soroban load looks like. */
  readonly sorobanLoad?: SorobanLoadModel;
  /** Settings for the highest rate or the shortest block time. */
  readonly tuning?: TuningModel;
  /** Log levels from the start: partition → level. */
  readonly logLevels?: { readonly [partition: string]: 'debug' | 'trace' };
  /** Settings of all nodes of the set, over everything else but `nodeConfig`. `undefined` takes a key out. */
  readonly config?: ConfigChange;
  /** Settings of single nodes, by ordinal, over everything else. */
  readonly nodeConfig?: { readonly [ordinal: number]: ConfigChange };
}

/** Settings to put in place; `undefined` takes a key out. */
export type ConfigChange = { readonly [Name in keyof NodeConfig]?: NodeConfig[Name] | undefined };

/** Whom nodes listen to. */
export type QuorumModel<SetName extends string = string> =
  | QuorumOfAll
  | QuorumOfSets<SetName>
  | ExplicitQuorum
  | AutomaticQuorum<SetName>;

/** All validators of the network. */
export interface QuorumOfAll {
  readonly all: true;
  /** @default core's own: 67 */
  readonly thresholdPercent?: number;
}

/** The validators of some sets, side by side. */
export interface QuorumOfSets<SetName extends string = string> {
  readonly of: readonly SetName[];
  /** @default core's own: 67 */
  readonly thresholdPercent?: number;
}

/** A quorum set as it stands in the file. `$core-0` names a node of the network, as does an alias that is defined. */
export interface ExplicitQuorum {
  readonly explicit: QuorumSetTable;
}

/** A quorum set that core makes from home domains and their quality. */
export interface AutomaticQuorum<SetName extends string = string> {
  readonly auto: {
    /** The sets whose validators are listed. @default all */
    readonly of?: readonly SetName[];
    /** The quality of each home domain. @default HIGH */
    readonly quality?: { readonly [homeDomain: string]: Quality };
    /** Do without three nodes and an archive for each organisation; only builds with tests can. @default false */
    readonly relaxed?: boolean;
  };
}

/** How much is read from a peer, and how much may wait for it. */
export interface FlowControlModel {
  readonly readingCapacity?: number;
  readonly floodReadingCapacity?: number;
  readonly sendMoreBatch?: number;
  readonly floodReadingCapacityBytes?: number;
  readonly sendMoreBatchBytes?: number;
  readonly outboundQueueBytes?: number;
}

/** Values with their weights. */
export interface WeightedValues {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** What generated Soroban load draws from. */
export interface SorobanLoadModel {
  readonly byteCount?: WeightedValues;
  readonly wasmBytes?: WeightedValues;
  readonly dataEntries?: WeightedValues;
  readonly ioKilobytes?: WeightedValues;
  readonly txSizeBytes?: WeightedValues;
  readonly instructions?: WeightedValues;
}

/** Settings for the highest rate or the shortest block time. */
export interface TuningModel {
  /** Settings for the highest rate, and what the ledgers are made of. */
  readonly maxRate?: 'classic' | 'soroban' | 'classic-prev-version';
  readonly shortBlocks?: boolean;
  readonly parallelApply?: boolean;
  readonly backgroundSignatures?: boolean;
  readonly inMemoryBuckets?: boolean;
  readonly txBatchMaxSize?: number;
  /** Write the names that older images know (EXPERIMENTAL_…) beside today's. @default false */
  readonly olderNames?: boolean;
}

/** Which node a {@link Placement} is asked about. */
export interface NodeId<SetName extends string = string> {
  readonly set: SetName;
  readonly ordinal: number;
  /** `core-0` */
  readonly name: string;
}

/** Where a node is: what others call it, and what it calls its own folders. */
export interface NodePlace {
  /** The host that peers connect to. */
  readonly peerHost: string;
  /** @default 11625 */
  readonly peerPort?: number;
  /** @default 11626 */
  readonly httpPort?: number;
  /** Serve the admin port to other machines. @default true, unless peerHost is this machine */
  readonly publicHttp?: boolean;
  /** The port of the query server, for watchers. @default none */
  readonly queryPort?: number;
  /** The folder of database, buckets and the own archive, e.g. `/data`; without blanks: core splits commands at them. */
  readonly dataFolder: string;
  /** Where others fetch the node's archive, e.g. `http://core-0.net`; nobody reads from a node without one. */
  readonly historyUrl?: string;
  /** The SOCI URL of the database when the set asks for postgres, `postgresql://dbname=…`. */
  readonly postgresUrl?: string;
  /** The log file; "" writes the whole log to stderr, where container logs are read. @default '' */
  readonly logFile?: string;
}

/** Knows where every node is. Addresses come from nowhere else. */
export type Placement<SetName extends string = string> = (node: NodeId<SetName>) => NodePlace;

/** A node with everything that is decided about it. */
export interface PlannedNode<SetName extends string = string> extends NodeId<SetName> {
  readonly publicKey: string;
  /** Derived from the seed text: worthless. */
  readonly seed: string;
  readonly config: NodeConfig;
  /** For `new-db` and `new-hist`, where it must differ from `config`: with simulated apply. */
  readonly preparationConfig?: NodeConfig;
}
