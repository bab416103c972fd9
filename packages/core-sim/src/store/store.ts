import type { ClosedLedger, LedgerState } from '../ledger/ledger.ts';

/** What is kept besides the ledger, in a second file as core does it. */
export interface MiscState {
  /** Armed upgrades in the form of `/upgrades?mode=get`. */
  readonly upgrades?: unknown;
  readonly bans: readonly string[];
  readonly bannedAccounts: readonly string[];
  /** The last statements heard for the last slot, as base64 XDR. */
  readonly scp: readonly string[];
  /** XDR of quorum sets that those statements name. */
  readonly quorumSets: readonly string[];
}

/** Where a node keeps what must outlive it. */
export interface Store {
  /** Wipes everything and writes the first ledger. */
  create(state: LedgerState): void;
  load(): LedgerState;
  closed(ledger: ClosedLedger, state: LedgerState): void;
  /** Keeps a state that did not follow from the last one. */
  replace(state: LedgerState): void;
  loadMisc(): MiscState;
  saveMisc(misc: MiscState): void;
}

export const emptyMisc: MiscState = { bans: [], bannedAccounts: [], scp: [], quorumSets: [] };

/** A store that forgets: the database `sqlite3://:memory:`, made new by every process. */
export function createMemoryStore(genesis: () => LedgerState): Store {
  let misc = emptyMisc;
  return {
    create() {},
    load: genesis,
    closed() {},
    replace() {},
    loadMisc: () => misc,
    saveMisc(next) {
      misc = next;
    },
  };
}
