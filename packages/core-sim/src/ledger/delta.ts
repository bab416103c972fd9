import type { KeyId } from '../keys.ts';
import type { Account } from './account.ts';

/** Changes on top of the accounts, which can be taken back. */
export class Delta {
  readonly changed = new Map<KeyId, Account>();
  readonly #base: ReadonlyMap<KeyId, Account>;
  #savepoint: Map<KeyId, Account | undefined> | undefined;

  constructor(base: ReadonlyMap<KeyId, Account>) {
    this.#base = base;
  }

  get(id: KeyId): Account | undefined {
    return this.changed.get(id) ?? this.#base.get(id);
  }

  put(account: Account): void {
    if (this.#savepoint !== undefined && !this.#savepoint.has(account.id))
      this.#savepoint.set(account.id, this.changed.get(account.id));
    this.changed.set(account.id, account);
  }

  mark(): void {
    this.#savepoint = new Map();
  }

  /** Back to the last {@link mark}. */
  rollback(): void {
    for (const [id, account] of this.#savepoint ?? []) {
      if (account === undefined) this.changed.delete(id);
      else this.changed.set(id, account);
    }
    this.#savepoint = undefined;
  }
}
