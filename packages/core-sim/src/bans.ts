import type { KeyId } from './keys.ts';
import type { MiscState } from './store/store.ts';
import type { TxFrame } from './tx/frame.ts';

/** What of bans outlives the process. */
type KeptBans = Pick<MiscState, 'bans' | 'bannedAccounts'>;

/** Nodes that a node has no connections with, and accounts whose transactions it takes from nobody. */
export class Bans {
  readonly nodes: Set<KeyId>;
  readonly accounts: Set<KeyId>;
  readonly #changed: () => void;

  constructor(kept: KeptBans, changed: () => void) {
    this.nodes = new Set(kept.bans);
    this.accounts = new Set(kept.bannedAccounts);
    this.#changed = changed;
  }

  ban(node: KeyId): void {
    this.nodes.add(node);
    this.#changed();
  }

  unban(node: KeyId): void {
    this.nodes.delete(node);
    this.#changed();
  }

  /** How many of them were not banned before. */
  banAccounts(ids: readonly KeyId[]): number {
    const before = this.accounts.size;
    for (const id of ids) this.accounts.add(id);
    this.#changed();
    return this.accounts.size - before;
  }

  /** How many of them were banned before. */
  unbanAccounts(ids: readonly KeyId[]): number {
    const before = this.accounts.size;
    for (const id of ids) this.accounts.delete(id);
    this.#changed();
    return before - this.accounts.size;
  }

  /** True for a transaction that touches a banned account. */
  isFiltered(frame: TxFrame): boolean {
    if (this.accounts.size === 0) return false;
    const touched = [frame.source, frame.feeSource];
    for (const operation of frame.operations) {
      touched.push(operation.source ?? frame.source);
      if (operation.type !== 'invokeHostFunction') touched.push(operation.destination);
    }
    return touched.some((id) => this.accounts.has(id));
  }

  remember(): KeptBans {
    return { bans: [...this.nodes], bannedAccounts: [...this.accounts] };
  }
}
