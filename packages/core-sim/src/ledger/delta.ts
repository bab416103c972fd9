import type { KeyId } from '../keys.ts';
import type { Account } from './account.ts';

/** What a ledger has: its accounts, and what contracts keep, by sort key, as the XDR of LedgerEntries. */
export interface Entries {
  readonly accounts: ReadonlyMap<KeyId, Account>;
  readonly contracts: ReadonlyMap<string, Buffer>;
}

/** Changes on top of entries, which can be taken back. */
export class Delta {
  readonly accounts = new Map<KeyId, Account>();
  readonly contracts = new Map<string, Buffer>();
  readonly #base: Entries;
  /** What takes back the changes since the last {@link mark}, the newest last. */
  #undo: (() => void)[] = [];

  constructor(base: Entries) {
    this.#base = base;
  }

  get(id: KeyId): Account | undefined {
    return this.accounts.get(id) ?? this.#base.accounts.get(id);
  }

  put(account: Account): void {
    this.#set(this.accounts, account.id, account);
  }

  entry(sortKey: string): Buffer | undefined {
    return this.contracts.get(sortKey) ?? this.#base.contracts.get(sortKey);
  }

  putEntry(sortKey: string, entry: Buffer): void {
    this.#set(this.contracts, sortKey, entry);
  }

  mark(): void {
    this.#undo = [];
  }

  /** Back to the last {@link mark}. */
  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  #set<T>(map: Map<string, T>, key: string, value: T): void {
    const before = map.get(key);
    this.#undo.push(() => {
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    });
    map.set(key, value);
  }
}
