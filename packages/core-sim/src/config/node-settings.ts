import type { SigningKey } from '../keys.ts';
import type { SorobanOptions } from '../ledger/soroban-options.ts';
import type { Distribution } from '../load/uploads.ts';
import type { NodeId, QuorumSet } from '../scp/quorum-set.ts';
import type { PostgresAddress } from '../store/postgres.ts';

/** A history archive as configured: commands with `{0}` and `{1}` for paths. */
export interface ArchiveSettings {
  readonly name: string;
  readonly get: string | undefined;
  readonly put: string | undefined;
  readonly mkdir: string | undefined;
}

/** What core-sim makes of a configuration file: core's keys with their defaults filled in. */
export interface NodeSettings {
  readonly key: SigningKey;
  readonly passphrase: string;
  readonly networkId: Uint8Array;
  readonly isValidator: boolean;
  readonly runStandalone: boolean;
  readonly manualClose: boolean;
  /** In normal form. */
  readonly quorumSet: QuorumSet;
  /** Names given to keys in the file. */
  readonly aliases: ReadonlyMap<NodeId, string>;
  readonly httpPort: number;
  readonly publicHttp: boolean;
  readonly peerPort: number;
  readonly preferredPeers: readonly string[];
  readonly knownPeers: readonly string[];
  readonly preferredPeersOnly: boolean;
  readonly targetPeers: number;
  readonly maxInboundPeers: number;
  readonly archives: readonly ArchiveSettings[];
  /** Where the ledger is kept. Undefined: nothing is kept (`sqlite3://:memory:`). */
  readonly databasePath: string | undefined;
  /** The postgres that DATABASE names. */
  readonly postgres: PostgresAddress | undefined;
  readonly bucketFolder: string;
  /** As written: a pattern; empty for none. */
  readonly logFilePath: string;
  /** Milliseconds between ledgers that wins over the network's own setting. */
  readonly closeTimeMs: number | undefined;
  readonly checkpointFrequency: number;
  /** True when checkpoints are to be published: an archive can be read and written. */
  readonly publishes: boolean;
  readonly publishDelayMs: number;
  /** How many of the missed ledgers are applied one by one when catching up; Infinity: all. */
  readonly catchupCount: number;
  /** True when the node makes load by itself when it is asked to. */
  readonly generatesLoad: boolean;
  /** How large the Wasm is that it uploads then. */
  readonly wasmBytes: Distribution;
  readonly maxSlots: number;
  readonly genesisTestAccounts: number;
  readonly soroban: SorobanOptions;
  readonly commands: readonly string[];
  /** Lines to log at start: level and text. */
  readonly notes: readonly (readonly [level: 'INFO' | 'WARNING', text: string])[];
}
