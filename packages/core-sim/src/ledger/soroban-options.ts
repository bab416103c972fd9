/** What of a node's configuration the version step to protocol 20 writes into the ledger: all nodes must agree on it. */
export interface SorobanOptions {
  /** TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE */
  readonly highLimits: boolean;
  /** UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING, on a node that generates load. */
  readonly recalibratesCosts: boolean;
  /** TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS */
  readonly ignoresCloseTimeBounds: boolean;
  /** TESTING_MINIMUM_PERSISTENT_ENTRY_LIFETIME */
  readonly minPersistentTtl: number | undefined;
  /** The three keys that OVERRIDE_EVICTION_PARAMS_FOR_TESTING switches on. */
  readonly eviction:
    | { readonly scanSize: number; readonly level: number; readonly maxEntries: number }
    | undefined;
}
