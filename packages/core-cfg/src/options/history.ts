import { bool, int, table, uint32 } from './option.ts';

/** History, catchup, meta and Soroban. Source: stellar-core, src/main/Config.cpp. */
export const historyOptions = {
  HISTORY: table(
    'history',
    'History archives by name with the commands that get, put and mkdir in them, run without a shell: at least one with get on every node that is not standalone.',
  ),
  CATCHUP_COMPLETE: bool(
    false,
    'Replays all of history when the node falls behind, instead of jumping to a checkpoint: true for nodes that must hold everything.',
  ),
  CATCHUP_RECENT: int(
    0,
    'Replays at least this many recent ledgers when the node falls behind: for nodes that need some history.',
    { max: 4_294_967_294, unit: 'ledgers' },
  ),
  PUBLISH_TO_ARCHIVE_DELAY: int(
    0,
    'Time before a finished checkpoint is published: to spread the work of validators that share storage.',
    { max: uint32, unit: 's' },
  ),
  ENABLE_SOROBAN_DIAGNOSTIC_EVENTS: bool(
    false,
    'Adds diagnostic events to the meta of contracts: for watchers that developers look at.',
    { rules: ['false on a validator, unless RUN_STANDALONE'] },
  ),
  ENABLE_DIAGNOSTICS_FOR_TX_SUBMISSION: bool(
    false,
    'Adds diagnostic events to refusals of /tx: true while you develop contracts.',
  ),
  EMIT_SOROBAN_TRANSACTION_META_EXT_V1: bool(
    false,
    'Adds fee details of contracts to the meta: for indexers that read them.',
  ),
  EMIT_LEDGER_CLOSE_META_EXT_V1: bool(
    false,
    'Adds the Soroban fee rate to the meta of every ledger: for indexers that read it.',
  ),
  EMIT_CLASSIC_EVENTS: bool(
    false,
    'Emits asset events for classic operations as well: for indexers that follow assets by events.',
  ),
  BACKFILL_STELLAR_ASSET_EVENTS: bool(
    false,
    "Emits today's form of asset events for old ledgers as well: for replaying history into an indexer.",
    { rules: ['needs EMIT_CLASSIC_EVENTS'] },
  ),
  BACKFILL_RESTORE_META: bool(
    false,
    "Emits today's form of restored entries for old ledgers as well: for replaying history into an indexer.",
  ),
} as const;
